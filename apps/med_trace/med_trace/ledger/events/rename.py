"""Masters that the ledger names keep their names: a recorded event is never rewritten."""

import frappe
from med_trace.domain.errors import LedgerIsAppendOnly
from med_trace.ledger.shown import shown

# DocType -> the ledger's columns that name it.
NAMED_IN = {
    "Item": [("Material Lot", "item_code")],
    "Batch": [("Material Lot", "batch")],
    "Serial No": [("Serial Unit", "serial_no")],
    "Customer": [("Trace Event", "consignee")],
    "Supplier": [("Trace Event", "supplier")],
    "Warehouse": [("Trace Event", "location")],
    "Workstation": [("Trace Event Item", "equipment")],
    "Tool": [("Trace Event Item", "tool")],
    "User": [
        ("Trace Event", "operator"),
        ("Trace Event Item", "operator"),
        ("Electronic Signature", "signer"),
    ],
}


@shown()
def before_rename(doc, method=None, old=None, new=None, merge=False):
    for table, column in NAMED_IN[doc.doctype]:
        if frappe.db.exists(table, {column: doc.name}):
            raise LedgerIsAppendOnly(
                "{0} {1} is named in the ledger and keeps its name. Disable it and create a new one instead.",
                *(frappe._(doc.doctype), doc.name),
            )
