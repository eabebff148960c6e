"""Custom fields: where they may be added, of which kind, and which are an administrator's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import frappe
from med_trace.domain.errors import BadInput, NotFound
from med_trace.ledger.append_only import TABLES

# Documents of ERPNext that material flows through.
ERPNEXT = (
    *("Item", "Supplier", "Customer", "Batch", "Serial No", "Warehouse", "Workstation"),
    *("Purchase Receipt", "Purchase Receipt Item", "Work Order", "Stock Entry", "Stock Entry Detail"),
    *("Delivery Note", "Delivery Note Item"),
)
KINDS = (
    *("Data", "Select", "Link", "Check", "Int", "Float", "Currency", "Percent", "Date", "Datetime", "Time"),
    *("Small Text", "Text", "Long Text", "Attach", "Attach Image", "Section Break", "Column Break"),
)
OF_THE_APP = "mt_"
BREAKS = ("Section Break", "Column Break")
NO_VALUE = (*BREAKS, "Tab Break", "HTML", "Button", "Heading", "Fold", "Image", "Table", "Table MultiSelect")
TRACE_ROLES = (
    *("Trace Operator", "Trace Inspector", "Trace Quality", "Trace Supervisor", "Trace Warehouse"),
    *("Trace Regulatory", "Trace Auditor", "Trace Administrator", "Trace Machine", "System Manager"),
)


def extensible() -> list[str]:
    """DocTypes that may get fields: the app's and ERPNext's material documents, never what is only appended to."""
    own = frappe.get_all(
        "DocType", filters={"module": ["in", modules()], "issingle": 0}, pluck="name", order_by="name asc"
    )
    present = [name for name in ERPNEXT if frappe.db.exists("DocType", name)]
    return [name for name in (*own, *present) if name not in appended()]


def appended() -> set[str]:
    """DocTypes whose rows are hashed as they are: a column more would break every proof."""
    return set(TABLES)


def modules() -> list[str]:
    lines = (Path(__file__).parents[1] / "modules.txt").read_text(encoding="utf-8").split("\n")
    return [name for name in lines if name]


def fields_of(doctype: str) -> list[dict[str, Any]]:
    """The fields in the order of the form; `is_own`: an administrator added it and may change it."""
    if doctype not in extensible():
        raise NotFound("{0} gets no custom fields.", doctype)
    custom = frappe.get_all("Custom Field", filters={"dt": doctype}, fields=["name", "fieldname"])
    names = {row.fieldname: row.name for row in custom}
    return [
        {
            "fieldname": field.fieldname,
            "label": field.label or "",
            "fieldtype": field.fieldtype,
            "options": field.options or "",
            "custom_field": names.get(field.fieldname) or "",
            "is_own": field.fieldname in names and not field.fieldname.startswith(OF_THE_APP),
        }
        for field in frappe.get_meta(doctype).fields
    ]


def require_sound(doc: Any) -> None:
    """Raises BadInput for a Custom Field that this app could not carry."""
    if doc.dt not in extensible():
        raise BadInput("{0} gets no custom fields.", doc.dt, field="dt")
    if doc.fieldtype not in KINDS:
        raise BadInput("{0}: expected one of {1}.", doc.fieldtype, ", ".join(KINDS), field="fieldtype")
    if not doc.label and doc.fieldtype not in BREAKS:
        raise BadInput("Give the field a label.", field="label")
    if doc.fieldtype == "Link" and not frappe.db.exists("DocType", doc.options or ""):
        raise BadInput(
            "A Link needs the record type it leads to: {0} is none.", doc.options or "-", field="options"
        )
    if doc.fieldtype == "Select" and not (doc.options or "").strip():
        raise BadInput("A Select needs its options, one a line.", field="options")
    if not doc.is_new():
        require_own(doc.name)
        before = frappe.db.get_value("Custom Field", doc.name, "fieldtype")
        if before != doc.fieldtype:
            raise BadInput(
                "The type of a field that may hold values does not change ({0}). Add another field instead.",
                before,
                field="fieldtype",
            )


def require_own(name: str) -> None:
    """Raises BadInput for a field that the app brought."""
    fieldname = frappe.db.get_value("Custom Field", name, "fieldname") or ""
    if fieldname.startswith(OF_THE_APP):
        raise BadInput("{0} belongs to med_trace and stays as it is.", name, field="name")
