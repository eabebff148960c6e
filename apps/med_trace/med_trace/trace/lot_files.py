"""Finds the files of one lot: attached to it, or to a record that names it. Reads only, in a fixed number of questions."""

from __future__ import annotations

from typing import Any

import frappe

MOST = 200
FIELDS = [
    *("file_name", "file_url", "file_size as size", "creation as added"),
    *("attached_to_doctype as document_type", "attached_to_name as document_name"),
]

# DocType of the record -> the DocType and field that name the lot there (the record itself, or one of its rows).
_RECORDS = {
    "Process Record": ("Process Record", "lot"),
    "Inspection Record": ("Inspection Record", "lot"),
    "Lot Release": ("Lot Release", "lot"),
    "NCR": ("NCR Lot", "lot"),
}


def files_of(lot: str) -> dict[str, Any]:
    """`files` [{file_name, file_url, size, document_type, document_name, added}], newest first, and how many there are.

    Only of records that this user may read: his rights on a record are those on its files.
    """
    found: list[dict[str, Any]] = []
    for doctype, names in _records_of(lot).items():
        found += frappe.get_all(
            "File",
            filters={"attached_to_doctype": doctype, "attached_to_name": ["in", names], "is_folder": 0},
            fields=FIELDS,
            limit_page_length=0,
        )
    found.sort(key=lambda one: one["added"], reverse=True)
    return {"files": found[:MOST], "count": len(found)}


def _records_of(lot: str) -> dict[str, list[str]]:
    found = {"Material Lot": [lot]}
    for doctype, (table, field) in _RECORDS.items():
        if not frappe.has_permission(doctype, "read"):
            continue
        filters = {field: lot} | ({"parenttype": doctype} if table != doctype else {})
        read = frappe.get_all if table != doctype else frappe.get_list  # rows have no rights of their own
        names = read(
            table, filters=filters, pluck="parent" if table != doctype else "name", limit_page_length=0
        )
        if names:
            found[doctype] = list(dict.fromkeys(names))
    return found
