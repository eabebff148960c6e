"""Reads which batches and serial numbers an ERPNext item row moves, wherever ERPNext keeps them.

On a submitted document a Serial and Batch Bundle says it (quantities negative when stock goes out);
without one the row itself does. Knows ERPNext's shapes; knows nothing of what a movement means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime
from med_trace.domain.errors import BadInput, NotFound
from med_trace.domain.event import INTO_ACTIONS, LARGEST, STEP, Action, Row
from med_trace.domain.states import Kind


@dataclass(frozen=True)
class StockLine:
    """A quantity of one batch, or one serial number, in the item's stock unit; always positive."""

    item_code: str
    quantity: Decimal
    batch: str | None = None
    serial: str | None = None


def is_traced(item_code: str) -> bool:
    """Whether the ledger follows this item: it has batches or serial numbers, and nobody opted out."""
    item = frappe.get_cached_value(
        "Item", item_code, ["has_batch_no", "has_serial_no", "mt_untraced"], as_dict=True
    )
    return bool(item and (item.has_batch_no or item.has_serial_no) and not item.mt_untraced)


def kind_of(item_code: str, made: bool) -> Kind:
    """The item's kind; when it says none, the strictest: Raw when bought, Finished when made."""
    kind = frappe.get_cached_value("Item", item_code, "mt_kind")
    return Kind(kind) if kind else Kind.FINISHED if made else Kind.RAW


def traced_rows(doc: Document) -> Iterator[Document]:
    """The item rows that concern the ledger."""
    return (row for row in doc.items if row.item_code and is_traced(row.item_code))


def posting_moment(doc: Document) -> datetime:
    """When an ERPNext document took effect."""
    return get_datetime(f"{doc.posting_date} {doc.posting_time or '00:00:00'}")


def to_decimal(value: Any) -> Decimal:
    """A stored quantity without the noise of binary fractions."""
    number = Decimal(str(value or 0))
    if not number.is_finite() or abs(number) > LARGEST:
        raise BadInput("{0} is not a quantity; expected a number up to {1}.", value, LARGEST)
    return number.quantize(STEP).normalize() + Decimal(0)


def lines_of(
    row: Document,
    quantity: Any,
    bundle_field: str = "serial_and_batch_bundle",
    serial_field: str = "serial_no",
) -> list[StockLine]:
    """What `row` moves. `quantity` is the row's own in stock units, used when there is no bundle.

    Raises BadInput when a row moves something and names neither batch nor serial number.
    """
    amount = abs(to_decimal(quantity))
    if not amount:
        return []
    bundle = row.get(bundle_field) or _bundle_made_at_submit(row, bundle_field, serial_field)
    lines = _lines_of_bundle(row.item_code, bundle) if bundle else _lines_of_row(row, amount, serial_field)
    if not lines:
        raise BadInput(
            "Row {0}: {1} is traced. Name its batch or its serial numbers.",
            row.idx,
            row.item_code,
            field="batch_no",
        )
    return lines


def _bundle_made_at_submit(row: Document, bundle_field: str, serial_field: str) -> str | None:
    """A bundle that ERPNext made while it submitted (a batch that it named or picked itself): it wrote the
    bundle's name into the row's record, not into the row at hand.
    """
    if row.get("batch_no") or row.get(serial_field) or not row.meta.has_field(bundle_field):
        return None
    return frappe.db.get_value(row.doctype, row.name, bundle_field)


def _lines_of_bundle(item_code: str, bundle: str) -> list[StockLine]:
    entries = frappe.get_all(
        "Serial and Batch Entry",
        filters={"parent": bundle},
        fields=["batch_no", "serial_no", "qty"],
        order_by="idx asc",
    )
    return _merged(
        StockLine(item_code, abs(to_decimal(entry.qty)), entry.batch_no or None, entry.serial_no or None)
        for entry in entries
    )


def _lines_of_row(row: Document, amount: Decimal, serial_field: str) -> list[StockLine]:
    batch = row.get("batch_no") or None
    serials = split_serials(row.get(serial_field))
    if serials and len(serials) != amount:
        raise BadInput(
            "Row {0}: {1} serial numbers are given for a quantity of {2}.",
            row.idx,
            len(serials),
            amount,
            field=serial_field,
        )
    if serials:
        return [StockLine(row.item_code, Decimal(1), batch, serial) for serial in serials]
    return [StockLine(row.item_code, amount, batch)] if batch else []


def _merged(lines: Iterable[StockLine]) -> list[StockLine]:
    """Entries of one batch without serial numbers become one line."""
    merged: dict[tuple[str | None, str | None], StockLine] = {}
    for line in lines:
        key = (line.batch, line.serial)
        before = merged[key].quantity if key in merged else Decimal(0)
        merged[key] = StockLine(line.item_code, before + line.quantity, line.batch, line.serial)
    return list(merged.values())


def split_serials(text: str | None) -> list[str]:
    """Serial numbers as ERPNext writes them: one per line, or with commas."""
    return [serial.strip() for serial in (text or "").replace(",", "\n").splitlines() if serial.strip()]


def find_lot(line: StockLine) -> str:
    """The lot that a line moves. Raises NotFound when the ledger has never seen it."""
    lot = _find_by_batch(line) if line.batch else _find_by_serial(line)
    if not lot:
        raise NotFound(
            "{0} {1} of {2} is not in the ledger. Receive or make it with a stock document first, or mark "
            "the item as not traced.",
            "Batch" if line.batch else "Serial number",
            line.batch or line.serial,
            line.item_code,
        )
    return lot


def _find_by_batch(line: StockLine) -> str | None:
    return frappe.db.get_value("Material Lot", {"batch": line.batch}) or frappe.db.get_value(
        "Material Lot", {"name": line.batch, "item_code": line.item_code}
    )


def _find_by_serial(line: StockLine) -> str | None:
    return frappe.db.get_value("Serial Unit", {"serial_no": line.serial, "item_code": line.item_code}, "lot")


def ledger_rows(action: Action, lines: Iterable[StockLine]) -> list[Row]:
    """One ledger row per line, for lots and units that the ledger knows; NotFound names what it does not."""
    lines = list(lines)
    units = _units_of(lines)
    lots = {line.batch: find_lot(line) for line in lines if line.batch}
    return [_ledger_row(action, line, lots, units) for line in lines]


def _ledger_row(
    action: Action, line: StockLine, lots: dict[str, str], units: dict[tuple[str, str], tuple[str, str]]
) -> Row:
    if not line.serial:
        return Row(action, lots[line.batch] if line.batch else find_lot(line), line.quantity)
    unit, home = units.get((line.item_code, line.serial.casefold()), ("", ""))
    lot = lots[line.batch] if line.batch else home
    if home != lot and action not in INTO_ACTIONS and unit and not _has_batch(home):
        lot = (
            home  # regrouped in the ledger; ERPNext keeps the number in the batch that it came into being in
        )
    if not unit or (home != lot and action not in INTO_ACTIONS):
        raise NotFound(
            "Serial number {0} of {1} is not a unit of lot {2}.", line.serial, line.item_code, lot or "-"
        )
    return Row(action, lot, line.quantity, serial_unit=unit)


def _has_batch(lot: str) -> bool:
    return bool(frappe.db.get_value("Material Lot", lot, "batch"))


def _units_of(lines: list[StockLine]) -> dict[tuple[str, str], tuple[str, str]]:
    """(item, serial number in lower case) -> (unit, its lot), for every line with a serial number."""
    serials = [line.serial for line in lines if line.serial]
    found = {}
    for first in range(0, len(serials), 500):
        rows = frappe.get_all(
            "Serial Unit",
            filters={"serial_no": ["in", serials[first : first + 500]]},
            fields=["name", "item_code", "serial_no", "lot"],
        )
        found.update({(row.item_code, row.serial_no.casefold()): (row.name, row.lot) for row in rows})
    return found
