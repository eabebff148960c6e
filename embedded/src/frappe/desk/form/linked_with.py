"""Documents that link to a document."""

from typing import Any

import frappe


@frappe.whitelist()
def get(doctype: str, docname: str) -> dict[str, list[Any]]:
    """By DocType, the rows with a Link to this document that the user may read."""
    frappe.get_doc(doctype, docname).check_permission("read")
    found: dict[str, list[Any]] = {}
    for other, field in _links_to(doctype):
        meta = frappe.get_meta(other)
        if meta.issingle or meta.istable or not frappe.has_permission(other):
            continue
        rows = frappe.get_list(
            other, {field: docname}, ["name", "modified", "docstatus"], limit_page_length=100
        )
        if rows:
            found.setdefault(other, []).extend(rows)
    return found


def _links_to(doctype: str) -> list[tuple[str, str]]:
    rows = frappe.get_all("DocField", {"fieldtype": "Link", "options": doctype}, ["parent", "fieldname"])
    rows += frappe.get_all(
        "Custom Field", {"fieldtype": "Link", "options": doctype}, ["dt as parent", "fieldname"]
    )
    return [(row.parent, row.fieldname) for row in rows]
