"""Scrap, samples and returns to the supplier by hand, without letting stock and ledger drift apart.

What ERPNext has in stock leaves it by a Material Issue or a purchase return, which write the ledger as any do; what it
has not, a lot in the making, is taken from the ledger alone.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain import gate
from med_trace.domain.event import Action
from med_trace.ledger.service import lot_facts
from med_trace.ledger.shown import shown
from med_trace.production.stock import StockRow, book, moved, require_may_book, rows_out, stock_of
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


@shown()
def send_back(lot: str, quantity: Any, reason: str, unit: str | None = None) -> str:
    """As `receiving.regrouping.send_back`; what is in stock goes back against the receipt by which it came."""
    rows = _rows(Action.RETURN_TO_SUPPLIER, lot, quantity, unit)
    if not rows:
        return regrouping.send_back(lot, quantity, reason, unit)
    draft = _return_of(lot)
    if draft:
        return _event_of("Purchase Receipt", _returned(draft, rows, reason))
    # A part that was split off: ERPNext returns only what a receipt names.
    return _issue(Action.RETURN_TO_SUPPLIER, rows, reason)


def _issued(action: Action, lot: str, quantity: Any, reason: str, unit: str | None) -> str | None:
    """The event of the Material Issue; None for what ERPNext does not have in stock."""
    rows = _rows(action, lot, quantity, unit)
    return _issue(action, rows, reason) if rows else None


def _issue(action: Action, rows: list[StockRow], reason: str) -> str:
    return _event_of("Stock Entry", book("Material Issue", rows, reason, mt_issue_as=action.value))


def _event_of(doctype: str, name: str) -> str:
    return str(frappe.db.get_value("Trace Event", {"source_doctype": doctype, "source_name": name}))


def _rows(action: Action, lot: str, quantity: Any, unit: str | None) -> list[StockRow]:
    return _rows_of_unit(lot, unit) if unit else _rows_of_lot(lot, action, quantity)


def _rows_of_lot(lot: str, action: Action, quantity: Any) -> list[StockRow]:
    batch = frappe.db.get_value("Material Lot", lot, "batch")
    there = stock_of(batch) if batch else {}
    if not there:
        return []
    taken = regrouping.positive(quantity)
    gate.decide(lot_facts(lot), action, taken, now_datetime())  # says why in the words of the ledger
    require_named(lot, taken)
    return rows_out(lot, taken, there)


def _rows_of_unit(lot: str, unit: str) -> list[StockRow]:
    serial, item = frappe.db.get_value(
        "Serial Unit", {"name": unit, "lot": lot}, ["serial_no", "item_code"]
    ) or ("", "")
    place = next(iter(stock_of(None, serial)), None) if serial else None
    if not place:
        return []
    batch = frappe.db.get_value("Serial No", serial, "batch_no")
    return [moved(item, Decimal(1), batch, s_warehouse=place, serial_no=serial)]


def _return_of(lot: str) -> Document | None:
    """The draft that returns the row of the Purchase Receipt by which a lot came; None where there is no such row."""
    from erpnext.stock.doctype.purchase_receipt.purchase_receipt import make_purchase_return

    events = frappe.get_all("Trace Event Item", {"lot": lot, "action": Action.RECEIVE.value}, pluck="parent")
    source = {"name": ["in", events], "source_doctype": "Purchase Receipt"}
    receipt, row = frappe.db.get_value("Trace Event", source, ["source_name", "source_row"]) or (None, None)
    if not receipt:
        return None
    require_may_book("Purchase Receipt")
    draft: Document = make_purchase_return(receipt)
    draft.set("items", [one for one in draft.items if one.purchase_receipt_item == row])
    return draft if draft.items else None


def _returned(draft: Document, rows: list[StockRow], reason: str) -> str:
    """Submits the return of these rows; returns its name."""
    came = draft.items[0].as_dict(no_default_fields=True)
    draft.set("items", [])
    for row in rows:
        draft.append(
            "items",
            {
                **came,
                **{field: row.get(field) for field in ("use_serial_batch_fields", "batch_no", "serial_no")},
                **dict.fromkeys(("qty", "received_qty", "stock_qty"), -row["qty"]),
                "rejected_qty": 0,
                "serial_and_batch_bundle": None,
                "warehouse": row["s_warehouse"],
            },
        )
    draft.flags.trace_reason = reason
    draft.insert()
    draft.submit()
    return str(draft.name)
