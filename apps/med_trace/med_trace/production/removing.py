"""Scrap and samples taken by hand, without letting stock and ledger drift apart.

What ERPNext has in stock leaves it by a Material Issue, which writes the ledger as any does; what it has not, a lot in
the making, is taken from the ledger alone.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import now_datetime
from med_trace.domain import gate
from med_trace.domain.event import Action
from med_trace.ledger.service import lot_facts
from med_trace.ledger.shown import shown
from med_trace.production.stock import StockRow, book, moved, rows_out, stock_of
from med_trace.receiving import regrouping
from med_trace.receiving.units import require_named


@shown()
def scrap(lot: str, quantity: Any, reason: str, unit: str | None = None) -> str:
    """As `receiving.regrouping.scrap`; what is in stock is issued there too."""
    return _issued(Action.SCRAP, lot, quantity, reason, unit) or regrouping.scrap(lot, quantity, reason, unit)


@shown()
def sample(lot: str, quantity: Any, reason: str, unit: str | None = None) -> str:
    """As `receiving.regrouping.sample`; what is in stock is issued there too."""
    return _issued(Action.SAMPLE, lot, quantity, reason, unit) or regrouping.sample(
        lot, quantity, reason, unit
    )


def _issued(action: Action, lot: str, quantity: Any, reason: str, unit: str | None) -> str | None:
    """The event of the Material Issue; None for what ERPNext does not have in stock."""
    rows = _rows_of_unit(lot, unit) if unit else _rows_of_lot(lot, action, quantity)
    if not rows:
        return None
    entry = book("Material Issue", rows, reason, mt_issue_as=action.value)
    event = frappe.db.get_value("Trace Event", {"source_doctype": "Stock Entry", "source_name": entry})
    return str(event)


def _rows_of_lot(lot: str, action: Action, quantity: Any) -> list[StockRow]:
    batch = frappe.db.get_value("Material Lot", lot, "batch")
    if not batch or not stock_of(batch):
        return []
    taken = regrouping.positive(quantity)
    gate.decide(lot_facts(lot), action, taken, now_datetime())  # says why in the words of the ledger
    require_named(lot, taken)
    return rows_out(lot, taken)


def _rows_of_unit(lot: str, unit: str) -> list[StockRow]:
    serial, item = frappe.db.get_value(
        "Serial Unit", {"name": unit, "lot": lot}, ["serial_no", "item_code"]
    ) or ("", "")
    place = next(iter(stock_of(None, serial)), None) if serial else None
    if not place:
        return []
    batch = frappe.db.get_value("Serial No", serial, "batch_no")
    return [moved(item, Decimal(1), batch, s_warehouse=place, serial_no=serial)]
