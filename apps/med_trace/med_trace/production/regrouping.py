"""Splits and merges by hand, without letting stock and ledger drift apart.

What ERPNext has in stock is regrouped by a Repack, which moves the batches and writes the ledger as any Repack does;
what it has not, a lot in the making, by the ledger alone. So are numbered pieces: ERPNext keeps a serial number in the
batch in which it came into being, and a delivery finds the piece by its number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.naming import make_autoname
from med_trace.domain.errors import BadInput
from med_trace.ledger.doctype.material_lot.material_lot import SERIES
from med_trace.ledger.shown import shown
from med_trace.production.stock import StockRow, book, moved, rows_out, stock_of
from med_trace.receiving.regrouping import (
    merge_lots,
    pairs_of,
    part_fields,
    require_same_item,
    share_of,
    split_lot,
)


@shown()
def split(
    lot: str,
    parts: Mapping[str, Any] | Sequence[Any],
    reason: str | None = None,
    time: datetime | None = None,
) -> list[str]:
    """As `receiving.regrouping.split_lot`; of a lot in stock the batches are split too."""
    there = _stock_of(lot)
    if not there:
        return split_lot(lot, parts, reason, time)
    shares = {number or make_autoname(SERIES): share_of(lot, part)[0] for number, part in pairs_of(parts)}
    rows = rows_out(lot, sum(shares.values(), Decimal(0)), there)
    fields = part_fields([lot])
    into = [_into(number, fields, quantity, rows) for number, quantity in shares.items()]
    book("Repack", [*rows, *into], reason, time)
    return list(shares)


@shown()
def merge(
    lots: Mapping[str, Any], into: str | None = None, reason: str | None = None, time: datetime | None = None
) -> str:
    """As `receiving.regrouping.merge_lots`; of lots in stock the batches are merged too."""
    stocked = {lot: there for lot in lots if (there := _stock_of(lot))}
    if not stocked or len(lots) < 2:
        return merge_lots(lots, into, reason, time)
    require_same_item(list(lots))
    others = sorted(set(lots) - set(stocked))
    if others:
        raise BadInput(
            "Lot {0} is in ERPNext's stock and lot {1} is not. Book what was made by a Stock Entry first.",
            *(next(iter(stocked)), others[0]),
            field="lots",
        )
    shares = {lot: share_of(lot, part)[0] for lot, part in lots.items()}
    rows = [row for lot, quantity in shares.items() for row in rows_out(lot, quantity, stocked[lot])]
    number = into or make_autoname(SERIES)
    whole = _into(number, part_fields(list(lots)), sum(shares.values(), Decimal(0)), rows)
    book("Repack", [*rows, whole], reason, time)
    return number


def _stock_of(lot: str) -> dict[str, Decimal]:
    """What ERPNext has of a lot, by warehouse; empty for what it does not regroup."""
    batch, item = frappe.db.get_value("Material Lot", lot, ["batch", "item_code"]) or (None, None)
    return {} if frappe.get_cached_value("Item", item, "has_serial_no") else stock_of(batch)


def _into(number: str, fields: Mapping[str, Any], quantity: Decimal, rows: Sequence[StockRow]) -> StockRow:
    """The row that brings a quantity into a new batch, where the first of it lay."""
    batch = {"batch_id": number, "item": fields["item_code"]}
    dates = {field: fields[field] for field in ("manufacturing_date", "expiry_date")}
    # Follows from the split or merge, which was permitted.
    frappe.get_doc({"doctype": "Batch", **batch, **dates}).insert(ignore_permissions=True)
    row = moved(fields["item_code"], quantity, number, t_warehouse=rows[0]["s_warehouse"])
    return row | {"is_finished_item": 1}
