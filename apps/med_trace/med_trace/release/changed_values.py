"""Finds in the audit trail which values of a lot's records were changed after they were first entered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import frappe
from frappe.utils import get_datetime
from med_trace.domain.review import Deviates, Deviation, Severity
from med_trace.domain.sentence import Sentence

# What the system itself moves on; a person enters none of it.
FOLLOWS = frozenset(
    "judgement verdict docstatus workflow_state series_hash recorded_at measured_at state held_from on_hand blocked "
    "shipped quantity warehouse last_event_at batch work_order ncr stock_entry idx modified modified_by".split()
)


def changed_values(lots: Sequence[str]) -> Iterator[Deviation]:
    """Old and new value of every change in the Process and Inspection Records of these lots, and in the lots."""
    records = [("Material Lot", lot) for lot in lots]
    for doctype in ("Process Record", "Inspection Record"):
        records += [
            (doctype, name) for name in frappe.get_all(doctype, filters={"lot": ["in", lots]}, pluck="name")
        ]
    for doctype in dict.fromkeys(doctype for doctype, _name in records):
        names = [name for kind, name in records if kind == doctype]
        for entry in _entries(doctype, names):
            yield from _changes(entry)


def _entries(doctype: str, names: Sequence[str]) -> list[Any]:
    return frappe.get_all(
        "Audit Entry",
        filters={"document_type": doctype, "document_name": ["in", names], "kind": "Changed"},
        fields=["document_type", "document_name", "changes", "reason", "at", "user"],
        order_by="at asc, name asc",
        limit_page_length=0,
    )


def _changes(entry: Any) -> Iterator[Deviation]:
    for change in json.loads(entry.changes or "[]"):
        place = str(change.get("field") or "")
        if place.rpartition(".")[2] in FOLLOWS or _is_empty(change.get("old")):
            continue
        yield Deviation(
            Deviates.CHANGED_VALUE,
            Severity.MINOR,
            Sentence(
                "{0} of {1} was changed from {2} to {3}.",
                *(change.get("label") or place, entry.document_name),
                *(_shown(change.get("old")), _shown(change.get("new"))),
            ),
            *(
                entry.document_type,
                entry.document_name,
                entry.reason or "",
                get_datetime(entry.at),
                entry.user,
            ),
        )


def _is_empty(value: Any) -> bool:
    return value in (None, "", 0, "0", 0.0, "0.0", [], {})


def _shown(value: Any) -> str:
    return "-" if _is_empty(value) else str(value)
