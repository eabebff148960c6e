"""Whether any value was changed after it was first entered: old, new, who, when and why (Annex 11, 8.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import frappe
from med_trace.evidence.people import Names
from med_trace.evidence.story import Story
from med_trace.ledger.fetch import fetch

_ENTRY = "name at utc time_zone user printed_name document_type document_name kind reason changes".split()
_KINDS = ("Changed", "Submitted", "Cancelled", "Deleted", "Renamed")
# Masters and documents of other stages are judged by their own files.
_LOOKED_AT = (
    "Material Lot",
    "Process Record",
    "Inspection Record",
    "Lot Release",
    "NCR",
    "Process Routing",
    "Inspection Plan",
    "Qualification",
)
# What the system sets when something happens is no value that somebody entered.
_STEPS = frozenset({"docstatus", "workflow_state", "amended_from", "idx", "modified", "modified_by"})
_STANDARD = {
    "docstatus": "Document status",
    "owner": "Created by",
    "creation": "Created on",
    "name": "Name",
    "idx": "No.",
}
_ROW = re.compile(r"^(?P<table>\w+)(?:\[(?P<row>\d+)\])?(?:\.(?P<field>\w+))?$")


def changes_of(story: Story) -> list[dict[str, Any]]:
    """One line for each field of each change, oldest first; a first entry into an empty field is no change."""
    entries = [row for row in _entries(story) if row["kind"] in _KINDS]
    people = Names("User", (row["user"] for row in entries))
    return [
        {
            "entry": row["name"],
            "document_type": row["document_type"],
            "document_name": row["document_name"],
            "kind": row["kind"],
            "field": change["field"],
            "label": label_of(row["document_type"], change["field"]),
            "old": change.get("old"),
            "new": change.get("new"),
            "user": row["user"],
            "printed_name": row["printed_name"] or people[row["user"]],
            "at": row["at"],
            "time_zone": row["time_zone"],
            "reason": row["reason"],
        }
        for row in entries
        for change in frappe.parse_json(row["changes"] or "[]")
        if _is_a_change(row, change)
    ]


def _entries(story: Story) -> list[dict[str, Any]]:
    mine = {pair for pair in story.pairs() if pair[0] in _LOOKED_AT}
    found = fetch("Audit Entry", sorted({name for _, name in mine}), _ENTRY, by="document_name")
    rows = [row for row in found if (row["document_type"], row["document_name"]) in mine]
    return sorted(rows, key=lambda row: row["name"])


def _is_a_change(entry: dict[str, Any], change: dict[str, Any]) -> bool:
    table, inner = _field_of(change["field"])
    if (inner or table) in _STEPS or change.get("old") in (None, "", 0, []):
        return False
    field = _field(entry["document_type"], table)
    if not field or entry["kind"] == "Deleted":
        return True
    if inner and field.fieldtype == "Table":
        field = _field(field.options, inner)
    return not (field and field.read_only)


def label_of(doctype: str | None, path: str) -> str:
    """The label of a field, "Table / 2 / Field" for one in row 2; in English, to be translated where it is shown."""
    table, inner = _field_of(path)
    field = _field(doctype, table)
    if not field:
        return _STANDARD.get(path, path)
    match = _ROW.match(path)
    parts = [field.label or table]
    if match and match["row"] is not None:
        parts.append(str(int(match["row"])))
    if inner:
        row_field = _field(field.options, inner)
        parts.append((row_field and row_field.label) or _STANDARD.get(inner, inner))
    return " / ".join(parts)


def _field(doctype: str | None, name: str) -> Any:
    """None also for a DocType that is no more."""
    if not doctype or not frappe.db.exists("DocType", doctype, cache=True):
        return None
    return frappe.get_meta(doctype).get_field(name)


def _field_of(path: str) -> tuple[str, str | None]:
    match = _ROW.match(path)
    return (match["table"], match["field"]) if match else (path, None)


def touched(changes: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """The records that have a changed value."""
    return {(change["document_type"], change["document_name"]) for change in changes}
