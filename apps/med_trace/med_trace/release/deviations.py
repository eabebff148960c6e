"""Fetches everything of a lot that did not go as planned, settled or not: what its release has to weigh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import frappe
from frappe.utils import get_datetime
from med_trace.domain import genealogy
from med_trace.domain.review import Deviates, Deviation, Severity, is_back_dated, severity_of, worst_first
from med_trace.domain.sentence import Sentence
from med_trace.ledger.links import parents_of
from med_trace.ledger.signing import signatures_of
from med_trace.release.changed_values import changed_values
from med_trace.release.facts import lineage

# The records that are written while the work is done, and when it was.
RECORDS = {"Process Record": "finished_at", "Inspection Record": "inspected_at"}


def deviations(lot: str) -> list[Deviation]:
    """Of the lot, of the lots that it consists of, and the NCRs of everything that went in; the worst first."""
    cone = genealogy.backward([lot], parents_of)
    lots = lineage(lot, cone)
    return worst_first(
        [
            *_ncrs(cone.lots),
            *_readings(lots),
            *_inspections(lots),
            *_records(lots),
            *_events(lots),
            *changed_values(lots),
            *_broken_signatures(lot, lots),
            *_revoked(lot),
        ]
    )


def _ncrs(lots: Sequence[str]) -> Iterator[Deviation]:
    names = frappe.get_all(
        "NCR Lot", filters={"lot": ["in", lots], "parenttype": "NCR"}, pluck="parent", distinct=True
    )
    fields = ["name", "title", "severity", "workflow_state", "evaluation", "creation", "owner"]
    rows = frappe.get_all("NCR", filters={"name": ["in", names]}, fields=fields)
    for row in rows:
        words = Sentence("NCR {0} ({1}) is {2}.", row.name, row.title, Sentence(row.workflow_state))
        yield Deviation(
            Deviates.NCR,
            severity_of(row.severity),
            words,
            *("NCR", row.name, row.evaluation or "", get_datetime(row.creation), row.owner),
        )
    yield from _dispositions({row.name: row for row in rows}, set(lots))


def _dispositions(ncrs: dict[str, Any], lots: set[str]) -> Iterator[Deviation]:
    kinds = {"Use As Is": Deviates.CONCESSION, "Rework": Deviates.REWORK}
    words = {
        "Use As Is": "{0} {1} of lot {2} are used as they are, approved by {3}.",
        "Rework": "{0} {1} of lot {2} were sent to rework by {3}.",
    }
    rows = frappe.get_all(
        "NCR Disposition",
        filters={"parent": ["in", sorted(ncrs)], "parenttype": "NCR", "disposition": ["in", sorted(kinds)]},
        fields=["parent", "lot", "disposition", "quantity", "uom", "approver", "justification"],
    )
    for row in (row for row in rows if row.lot in lots):
        ncr = ncrs[row.parent]
        quantity = (_plain(row.quantity), row.uom or "", row.lot, row.approver or row.parent)
        yield Deviation(
            kinds[row.disposition],
            severity_of(ncr.severity),
            Sentence(words[row.disposition], *quantity),
            *(
                "NCR",
                row.parent,
                row.justification or "",
                get_datetime(ncr.creation),
                row.approver or ncr.owner,
            ),
        )


def _readings(lots: Sequence[str]) -> Iterator[Deviation]:
    records = _by_name("Process Record", lots, ["operation_name", "operator", "remarks"])
    rows = frappe.get_all(
        "Process Parameter",
        filters={"parent": ["in", sorted(records)], "judgement": ["in", ["Warning", "Out Of Specification"]]},
        fields=[
            "parent",
            "parameter",
            "value",
            "minimum",
            "maximum",
            "uom",
            "judgement",
            "critical",
            "recorded_at",
        ],
    )
    for row in rows:
        record = records[row.parent]
        is_out = row.judgement == "Out Of Specification"
        reading = ", ".join(_plain(value) for value in (row.value, row.minimum, row.maximum) if value) or "0"
        template = (
            "{0} of {1} was {2} {3}: out of specification."
            if is_out
            else "{0} of {1} was {2} {3}: outside its warning limits."
        )
        words = Sentence(template, row.parameter, record.operation_name or row.parent, reading, row.uom or "")
        steps = (Severity.CRITICAL, Severity.MAJOR) if is_out else (Severity.MAJOR, Severity.MINOR)
        yield Deviation(
            Deviates.OUT_OF_LIMITS if is_out else Deviates.WARNING_LIMIT,
            steps[0] if row.critical else steps[1],
            words,
            *(
                "Process Record",
                row.parent,
                record.remarks or "",
                row.recorded_at,
                record.operator or record.owner,
            ),
        )


def _inspections(lots: Sequence[str]) -> Iterator[Deviation]:
    records = _by_name(
        "Inspection Record", lots, ["verdict", "inspector", "inspected_at", "remarks", "stage"]
    )
    failing = frappe.get_all(
        "Inspection Result",
        filters={"parent": ["in", sorted(records)], "verdict": "Fail"},
        fields=["parent", "characteristic"],
        order_by="parent asc, idx asc",
    )
    failed_of: dict[str, set[str]] = {}
    for row in failing:
        failed_of.setdefault(row.parent, set()).add(row.characteristic)
    for name, record in records.items():
        failed = sorted(failed_of.get(name, ()))
        if record.verdict != "Rejected" and not failed:
            continue
        is_rejected = record.verdict == "Rejected"
        template = (
            "Inspection {0} was rejected: {1}."
            if is_rejected
            else "Inspection {0} was accepted with {1} failed."
        )
        yield Deviation(
            Deviates.FAILED_INSPECTION,
            Severity.MAJOR if is_rejected else Severity.MINOR,
            Sentence(template, name, ", ".join(failed) or "-"),
            *(
                "Inspection Record",
                name,
                record.remarks or "",
                record.inspected_at,
                record.inspector or record.owner,
            ),
        )


def _records(lots: Sequence[str]) -> Iterator[Deviation]:
    """Cancelled records, records entered long after the work, and work that was rework."""
    for doctype, moment in RECORDS.items():
        for name, row in _by_name(doctype, lots, [moment, "remarks"], docstatus=["<", 3]).items():
            entered = get_datetime(row.creation)
            about = (doctype, name, row.remarks or "", entered, row.owner)
            if row.docstatus == 2:
                words = Sentence("{0} was cancelled.", name)
                yield Deviation(Deviates.CANCELLED, Severity.MINOR, words, *about)
            happened = get_datetime(row.get(moment)) if row.get(moment) else None
            if happened and is_back_dated(happened, entered):
                words = Sentence("{0} of {1} was entered on {2}.", name, _minute(happened), _minute(entered))
                yield Deviation(Deviates.BACK_DATED, Severity.MINOR, words, *about)
    fields = ["rework_ncr", "operation_name", "operator", "quantity_rework", "remarks"]
    for name, row in _by_name("Process Record", lots, fields).items():
        if row.rework_ncr or row.quantity_rework:
            words = Sentence("{0} ({1}) has rework.", name, row.operation_name or "")
            about = ("Process Record", name, row.remarks or row.rework_ncr or "", get_datetime(row.creation))
            yield Deviation(Deviates.REWORK, Severity.MINOR, words, *about, row.operator or row.owner)


def _events(lots: Sequence[str]) -> Iterator[Deviation]:
    """Late entries and holds. A hold that an NCR placed is told by the NCR."""
    names = frappe.get_all("Trace Event Item", filters={"lot": ["in", lots]}, pluck="parent", distinct=True)
    fields = [
        "name",
        "event_type",
        "event_time",
        "creation",
        "late_entry",
        "recorded_by",
        "reason",
        "source_doctype",
    ]
    rows = frappe.get_all(
        "Trace Event", filters={"name": ["in", names]}, fields=fields, order_by="event_time asc, name asc"
    )
    for row in rows:
        about = (
            "Trace Event",
            row.name,
            row.reason or "",
            get_datetime(row.event_time),
            row.recorded_by or "",
        )
        if row.late_entry:
            entered, happened = _minute(get_datetime(row.creation)), _minute(get_datetime(row.event_time))
            words = Sentence(
                "{0} of {1} was entered late, on {2}.", Sentence(row.event_type), happened, entered
            )
            yield Deviation(Deviates.LATE_ENTRY, Severity.MINOR, words, *about)
        if row.event_type == "Held" and row.source_doctype != "NCR":
            yield Deviation(Deviates.HOLD, Severity.MAJOR, Sentence("The lot was put on hold."), *about)


def _broken_signatures(lot: str, lots: Sequence[str]) -> Iterator[Deviation]:
    """Of the routing, the plans and the NCRs that the release rests on."""
    routing = frappe.db.get_value("Material Lot", lot, "routing")
    plans = frappe.get_all(
        "Inspection Record", filters={"lot": ["in", lots], "docstatus": 1}, pluck="plan", distinct=True
    )
    ncrs = frappe.get_all(
        "NCR Lot", filters={"lot": ["in", lots], "parenttype": "NCR"}, pluck="parent", distinct=True
    )
    documents = [("Process Routing", routing), *(("Inspection Plan", plan) for plan in plans)]
    documents += [("NCR", ncr) for ncr in ncrs]
    for doctype, name in documents:
        for row in signatures_of(doctype, name) if name else ():
            if not row["valid"]:
                words = Sentence(
                    "The signature of {0} on {1} is broken: {2}", row["printed_name"], name, row["fault"]
                )
                about = (doctype, name, "", get_datetime(row["signed_at"]), row["signer"])
                yield Deviation(Deviates.BROKEN_SIGNATURE, Severity.CRITICAL, words, *about)


def _revoked(lot: str) -> Iterator[Deviation]:
    fields = ["name", "revoked_at", "revocation_reason", "modified_by"]
    for row in frappe.get_all("Lot Release", filters={"lot": lot, "docstatus": 2}, fields=fields):
        words = Sentence("The release {0} of this lot was revoked.", row.name)
        about = ("Lot Release", row.name, row.revocation_reason or "", row.revoked_at, row.modified_by)
        yield Deviation(Deviates.REVOKED, Severity.MAJOR, words, *about)


def _by_name(doctype: str, lots: Sequence[str], fields: Sequence[str], **filters: Any) -> dict[str, Any]:
    filters = {"lot": ["in", lots], "docstatus": ["<", 2], **filters}
    fields = ["name", "owner", "creation", "docstatus", *fields]
    rows = frappe.get_all(doctype, filters=filters, fields=fields, order_by="creation asc, name asc")
    return {row.name: row for row in rows}


def _plain(value: Any) -> str:
    return f"{float(value or 0):.9g}"


def _minute(moment: Any) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
