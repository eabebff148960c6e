"""What waits for an inspector: open records, lots that arrived, operations to be checked, lots before release.

Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import frappe
from frappe.utils import nowdate
from med_trace.domain import routing as rules
from med_trace.domain.inspection import Verdict
from med_trace.domain.states import State
from med_trace.inspection.plans import FINAL, IN_PROCESS, INCOMING, current_plan
from med_trace.production.lots import inspected_operations, is_accepted_by_inspection
from med_trace.production.routings import operations_of
from med_trace.production.waiting import records_of, runs_of
from med_trace.receiving.service import blockers

LOOKED_AT = 1000  # lots of a state, the longest waiting first
_LOT = [
    "name",
    "item_code",
    "item_name",
    "kind",
    "state",
    "on_hand",
    "uom",
    "routing",
    "modified",
    "supplier",
]
_RECORD = [
    "name",
    "lot",
    "plan",
    "stage",
    "operation_no",
    "inspector",
    "inspected_at",
    "docstatus",
    "verdict",
]


def inspections_waiting(lot: str | None = None, limit: int = 100) -> dict[str, Any]:
    """The inspections that are open or asked for: {inspections, more}. `more` says that the list was cut.

    Of each: lot, item_code, item_name, state, on_hand, uom, stage, operation_no, plan, record (open), accepted
    (a record that has accepted, while `blockers` keep the lot back), since.
    """
    drafts = _drafts(lot)
    open_ones = {(row["lot"], row["plan"]) for row in drafts}
    asked = (row for row in _asked_for(lot) if (row["lot"], row["plan"]) not in open_ones)
    more = max(0, limit + 1 - len(drafts))  # each costs questions: no more than shown
    found = [*drafts, *islice(asked, more)]
    return {"inspections": found[:limit], "more": len(found) > limit}


def _drafts(lot: str | None) -> list[dict[str, Any]]:
    filters = {"docstatus": 0, **({"lot": lot} if lot else {})}
    records = frappe.get_all(
        "Inspection Record", filters=filters, fields=_RECORD, order_by="inspected_at asc", limit=LOOKED_AT
    )
    named = {"name": ["in", sorted({record.lot for record in records})]}
    lots = {one.name: one for one in frappe.get_list("Material Lot", filters=named, fields=_LOT)}
    return [
        _row(lots[record.lot], record.stage, record.operation_no, record.plan, record=record)
        for record in records
        if record.lot in lots
    ]


def _asked_for(lot: str | None) -> Iterator[dict[str, Any]]:
    lots = (
        _lots_in(State.QUARANTINE, lot)
        + _lots_in(State.IN_PROCESS, lot)
        + _lots_in(State.AWAITING_RELEASE, lot)
    )
    done = _accepted_records({one.name for one in lots})
    plans: dict[tuple[str, str, int | None], str | None] = {}
    for one in lots:
        stage, number = _stage_of(one)
        if stage is None:
            continue
        key = (one.item_code, stage, number)
        if key not in plans:
            plans[key] = current_plan(one.item_code, stage, nowdate(), number)
        accepted = done.get((one.name, stage)) if stage != IN_PROCESS else None
        if accepted and stage == FINAL:
            continue
        if plans[key] or stage == INCOMING:
            yield _row(one, stage, number, plans[key], accepted=accepted)


def _lots_in(state: State, lot: str | None) -> list[Any]:
    filters: dict[str, Any] = {"state": state.value, "on_hand": [">", 0], **({"name": lot} if lot else {})}
    return frappe.get_list(
        "Material Lot", filters=filters, fields=_LOT, order_by="modified asc", limit=LOOKED_AT
    )


def _stage_of(lot: Any) -> tuple[str | None, int | None]:
    """The stage that a lot waits in, and of an in-process one the operation that was done."""
    if lot.state == State.QUARANTINE:
        return INCOMING, None
    if lot.state == State.AWAITING_RELEASE:
        return FINAL, None
    if not lot.routing:
        return None, None
    operations = operations_of(frappe.get_cached_doc("Process Routing", lot.routing))
    runs = runs_of(records_of(lot.name))
    following = rules.next_operation(operations, runs)
    done = [one for one in rules.in_order(operations) if not following or one.number < following.number]
    last = done[-1] if done else None
    if last and last.inspection_required and last.number not in inspected_operations(lot.name):
        return IN_PROCESS, last.number
    if not following and is_accepted_by_inspection(lot.item_code, lot.kind):
        return FINAL, None
    return None, None


def _accepted_records(lots: set[str]) -> dict[tuple[str, str], str]:
    if not lots:
        return {}
    rows = frappe.get_all(
        "Inspection Record",
        filters={"lot": ["in", sorted(lots)], "docstatus": 1, "verdict": Verdict.ACCEPTED.value},
        fields=["name", "lot", "stage"],
        order_by="inspected_at asc",
    )
    return {(row.lot, row.stage): row.name for row in rows}


def _row(
    lot: Any,
    stage: str,
    number: int | None,
    plan: str | None,
    record: Any = None,
    accepted: str | None = None,
) -> dict[str, Any]:
    return {
        **{key: lot[key] for key in ("item_code", "item_name", "state", "on_hand", "uom", "supplier")},
        "lot": lot.name,
        "stage": stage,
        "operation_no": number or None,
        "plan": plan,
        "record": record.name if record else None,
        "inspector": record.inspector if record else None,
        "accepted": accepted,
        "blockers": blockers(lot.name) if accepted else [],
        "since": record.inspected_at if record else lot.modified,
    }
