"""Makes the draft of a return from the document that it returns."""

from __future__ import annotations

from typing import Any

import frappe
from erpnext.stock.serial_batch_bundle import get_serial_nos
from frappe.utils import flt


def make_return_doc(doctype: str, source_name: str, target_doc: Any = None) -> Any:
    """A draft with negative rows of what was not returned yet; the bundle is made anew at submit."""
    source = frappe.get_doc(doctype, source_name)
    draft = frappe.copy_doc(source)
    draft.update(
        {
            "is_return": 1,
            "return_against": source.name,
            "docstatus": 0,
            "status": "Draft",
            "set_posting_time": 0,
        }
    )
    rows = []
    for row, original in zip(draft.items, source.items, strict=True):
        left = flt(original.qty) - flt(original.get("returned_qty"))
        if left <= 0:
            continue
        row.update(
            {
                "qty": -left,
                "returned_qty": 0,
                "serial_and_batch_bundle": None,
                draft.return_field: original.name,
            }
        )
        row.update(_carried(original, left))
        if row.meta.has_field("rejected_qty"):
            row.update(
                {"rejected_qty": 0, "rejected_serial_and_batch_bundle": None, "rejected_serial_no": None}
            )
        rows.append(row)
    draft.set("items", rows)
    return draft


def _carried(row: Any, left: float) -> dict[str, Any]:
    """Batch and serials of the row, of its bundle when the row itself names none."""
    serials, batch_no = get_serial_nos(row.serial_no), row.batch_no
    if row.serial_and_batch_bundle and not (serials or batch_no):
        entries = frappe.get_doc("Serial and Batch Bundle", row.serial_and_batch_bundle).entries
        serials = [entry.serial_no for entry in entries if entry.serial_no]
        batch_no = next((entry.batch_no for entry in entries if entry.batch_no), None)
    returned = frappe.get_all(
        row.doctype, filters={_return_field(row): row.name, "docstatus": 1}, pluck="serial_no"
    )
    gone = {serial for text in returned for serial in get_serial_nos(text)}
    rest = [serial for serial in serials if serial not in gone]
    return {"batch_no": batch_no, "serial_no": "\n".join(rest[: int(left)]) if rest else None}


def _return_field(row: Any) -> str:
    fields = ("dn_detail", "purchase_receipt_item", "purchase_invoice_item", "sales_invoice_item")
    return next(field for field in fields if row.meta.has_field(field))
