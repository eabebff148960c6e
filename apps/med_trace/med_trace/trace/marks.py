"""What lies on the way of a trace: inspections, NCRs, holds, deviations, releases, certificates. Reads only.

One query a kind and 2 000 lots, so that a trace of 10 000 lots is marked in a few. Kinds that the user may not
read are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from med_trace.ledger.tables import NAMES_PER_QUERY, chunks, standing


@dataclass(frozen=True)
class Kind:
    """Where marks of one kind are kept: `source` with its condition, and when one is bad (SQL on the source)."""

    name: str
    doctype: str
    source: str
    lot: str
    bad: str
    record: str
    title: str
    state: str
    time: str


@dataclass(frozen=True)
class Count:
    """How many marks of a kind a lot has, and how many of them are bad."""

    lot: str
    kind: str
    count: int
    bad: int


KINDS = (
    Kind(
        name="Inspection", doctype="Inspection Record",
        source="`tabInspection Record` x where x.docstatus = 1",
        lot="x.lot", bad="x.verdict = 'Rejected'", record="x.name", title="x.stage", state="x.verdict",
        time="x.inspected_at",
    ),
    Kind(
        name="NCR", doctype="NCR",
        source="`tabNCR Lot` r join `tabNCR` x on x.name = r.parent where x.docstatus < 2",
        lot="r.lot", bad="x.workflow_state <> 'Closed'", record="x.name", title="x.title", state="x.workflow_state",
        time="x.creation",
    ),
    Kind(
        name="Hold", doctype="Trace Event",
        source="`tabTrace Event Item` r join `tabTrace Event` x on x.name = r.parent"
        f" join `tabMaterial Lot` l on l.name = r.lot where r.action = 'Hold' and {standing('r')}",
        lot="r.lot", bad="l.state = 'On Hold'", record="x.name", title="x.reason", state="x.event_type",
        time="x.event_time",
    ),
    Kind(
        name="Deviation", doctype="Process Record",
        source="`tabProcess Parameter` r join `tabProcess Record` x on x.name = r.parent"
        " where x.docstatus = 1 and r.judgement in ('Warning', 'Out Of Specification')",
        lot="x.lot", bad="r.judgement = 'Out Of Specification'", record="x.name", title="r.parameter",
        state="r.judgement", time="x.finished_at",
    ),
    Kind(
        name="Release", doctype="Lot Release",
        source="`tabLot Release` x where x.docstatus < 2 and x.released_at is not null",
        lot="x.lot", bad="x.revoked_at is not null", record="x.name", title="x.workflow_state",
        state="x.workflow_state", time="x.released_at",
    ),
    Kind(
        name="Certificate", doctype="Material Lot",
        source="`tabMaterial Lot` x where x.certificate_no is not null and x.certificate_no <> ''",
        lot="x.name", bad="x.certificate_withdrawn = 1", record="x.name", title="x.certificate_no", state="''",
        time="x.received_date",
    ),
)  # fmt: skip


def count_marks(lots: Sequence[str]) -> list[Count]:
    """For each lot and kind that has any: how many, and how many are bad."""
    found = []
    for kind in _readable():
        query = f"""select {kind.lot}, count(*), sum(case when {kind.bad} then 1 else 0 end)
            from {kind.source} and {kind.lot} in %(lots)s group by {kind.lot}"""
        for lot, count, bad in _in_batches(query, lots):
            found.append(Count(lot, kind.name, int(count), int(bad or 0)))
    return found


def marks_of(lots: Sequence[str]) -> list[dict[str, Any]]:
    """Every mark of these lots with its record: {lot, kind, doctype, name, title, state, time, bad}, in time."""
    found = []
    for kind in _readable():
        query = f"""select {kind.lot}, {kind.record}, {kind.title}, {kind.state}, {kind.time},
            case when {kind.bad} then 1 else 0 end
            from {kind.source} and {kind.lot} in %(lots)s order by {kind.time}"""
        for lot, name, title, state, time, bad in _in_batches(query, lots):
            found.append(
                {"lot": lot, "kind": kind.name, "doctype": kind.doctype, "name": name, "title": title,
                 "state": state or None, "time": str(time) if time else None, "bad": bool(bad)}
            )  # fmt: skip
    return sorted(found, key=lambda mark: mark["time"] or "")


def _readable() -> list[Kind]:
    return [kind for kind in KINDS if frappe.has_permission(kind.doctype, "read")]


def _in_batches(query: str, lots: Sequence[str]) -> list[Any]:
    rows: list[Any] = []
    for batch in chunks(dict.fromkeys(lots), NAMES_PER_QUERY):
        rows += frappe.db.sql(query, {"lots": tuple(batch)})
    return rows
