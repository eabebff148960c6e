"""Who and what was fit for use: qualifications of suppliers, equipment, gauges and people, valid while they were used."""

from __future__ import annotations

from datetime import date
from typing import Any

from frappe.utils import getdate
from med_trace.ledger.fetch import fetch, fetch_named

_FIELDS = "subject_doctype subject kind scope valid_from valid_to status certificate remarks".split()


def qualifications_of(names: list[str]) -> list[dict[str, Any]]:
    """By subject and beginning."""
    rows = fetch_named("Qualification", names, _FIELDS)
    return sorted(
        rows.values(),
        key=lambda row: (row["subject_doctype"], row["subject"], str(row["valid_from"]), row["name"]),
    )


def names_of(records: dict[str, list[str]], suppliers: list[str]) -> list[str]:
    """Those that overlap the time in which their subjects worked on these records, for the operations done in them."""
    used, operations = _used(records)
    used |= {("Supplier", supplier): [] for supplier in suppliers}
    subjects = sorted({subject for _, subject in used})
    fields = ["name", "subject_doctype", "subject", "kind", "scope", "valid_from", "valid_to"]
    found = []
    for row in fetch("Qualification", subjects, fields, by="subject"):
        days = used.get((row["subject_doctype"], row["subject"]))
        is_for_other_work = row["kind"] == "Training" and row["scope"] and row["scope"] not in operations
        if days is not None and not is_for_other_work and _overlaps(row, days):
            found.append(row["name"])
    return sorted(found)


def _overlaps(row: dict[str, Any], days: list[date]) -> bool:
    """Without a day of use (a supplier) every qualification counts."""
    if not days:
        return True
    return getdate(row["valid_from"] or min(days)) <= max(days) and getdate(
        row["valid_to"] or max(days)
    ) >= min(days)


def _used(records: dict[str, list[str]]) -> tuple[dict[tuple[str, str], list[date]], set[str]]:
    """(DocType, subject) -> the days on which it was used; and the names of the operations."""
    used: dict[tuple[str, str], list[date]] = {}
    operations: set[str] = set()

    def note(doctype: str, subject: str | None, at: Any) -> None:
        if subject and at:
            used.setdefault((doctype, subject), []).append(getdate(at))

    fields = ["equipment", "tool", "operator", "operation_name", "started_at"]
    for row in fetch("Process Record", records["Process Record"], fields):
        operations.add(row["operation_name"])
        for doctype, column in (("Workstation", "equipment"), ("Tool", "tool"), ("User", "operator")):
            note(doctype, row[column], row["started_at"])
    inspections = fetch_named(
        "Inspection Record", records["Inspection Record"], ["inspector", "inspected_at"]
    )
    for row in inspections.values():
        note("User", row["inspector"], row["inspected_at"])
    for row in fetch("Inspection Result", list(inspections), ["parent", "gauge", "measured_at"], by="parent"):
        note("Tool", row["gauge"], row["measured_at"] or inspections[row["parent"]]["inspected_at"])
    return used, operations
