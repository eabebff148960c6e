"""Stock Ledger Entry: the last door. Stock of a traced item moves only by documents that the ledger reads."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from med_trace.domain.errors import TraceError
from med_trace.ledger.shown import shown
from med_trace.receiving.stock_lines import is_traced

# Voucher type -> the tables whose rows our handlers read. Whatever is not here moves no traced stock.
READ: dict[str, tuple[str, ...]] = {
    "Purchase Receipt": ("Purchase Receipt Item",),
    "Purchase Invoice": ("Purchase Invoice Item",),
    "Stock Entry": ("Stock Entry Detail",),
    "Delivery Note": ("Delivery Note Item", "Packed Item"),
    "Sales Invoice": ("Sales Invoice Item", "Packed Item"),
}


class MovementNotTraced(TraceError):
    """A document that nobody writes into the ledger would move a traced lot."""

    title = "Movement not traced"


def before_submit(doc: Document, method: str | None = None) -> None:
    with shown():
        _require_reader(doc)


def _require_reader(doc: Document) -> None:
    if not is_traced(doc.item_code) or _is_read(doc):
        return
    raise MovementNotTraced(
        "{0} {1} would move {2}, which is traced, without an entry in the ledger. Use a Purchase Receipt, Stock "
        "Entry or Delivery Note.",
        doc.voucher_type,
        doc.voucher_no,
        doc.item_code,
    )


def _is_read(doc: Document) -> bool:
    tables = READ.get(doc.voucher_type, ())
    if not tables or not doc.voucher_detail_no:
        return bool(tables)
    return any(frappe.db.exists(table, doc.voucher_detail_no) for table in tables if _is_known(table))


def _is_known(table: str) -> bool:
    return bool(frappe.db.exists("DocType", table))
