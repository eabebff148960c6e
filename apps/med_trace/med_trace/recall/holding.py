"""Stops everything in scope, wherever it is: whole lots, or for a cause slice only the units concerned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain.errors import BadInput, NotFound
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.states import Whereabouts
from med_trace.ledger.service import hold, lift_holds_of, record_many
from med_trace.ledger.shown import shown
from med_trace.ledger.tables import chunks
from med_trace.recall.scoping import CAUSE_SLICE, units_in_scope
from med_trace.recall.states import RecallState, require_state

ROWS_PER_EVENT = 500
GONE = (
    Whereabouts.CONSUMED.value,
    Whereabouts.SCRAPPED.value,
    Whereabouts.SAMPLED.value,
    Whereabouts.RETURNED_TO_SUPPLIER.value,
)


@shown()
def place_holds(recall: Document) -> list[str]:
    """Hold everything in scope that is not held by this recall yet. Returns the events."""
    require_state(recall, RecallState.SCOPED, RecallState.INITIATED)
    lots, units = _targets(recall)
    source, reason = (recall.doctype, recall.name), _reason(recall)
    events = hold(lots, reason, source=source, with_descendants=False) if lots else []
    events += _record_units(Action.HOLD, EventType.HELD, _not_yet_held(units, source), recall)
    recall.reload()
    for row in recall.lots:
        row.held = 1
    recall.held_at = recall.held_at or now_datetime()
    recall.save()
    return events


def record_recalled(recall: Document) -> list[str]:
    """The recall is initiated: everything in scope becomes Recalled. Returns the events."""
    lots, units = _targets(recall)
    drafts = [
        _draft(EventType.RECALLED, [Row(Action.RECALL, lot) for lot in part], recall)
        for part in chunks(lots, ROWS_PER_EVENT)
    ]
    return [
        *(record_many(drafts) if drafts else []),
        *_record_units(Action.RECALL, EventType.RECALLED, units, recall),
    ]


@shown()
def withdraw(recall: Document, reason: str) -> None:
    """Give up a recall that was not initiated: its holds are lifted."""
    require_state(recall, RecallState.DRAFT, RecallState.SCOPED)
    recall.withdrawal_reason = reason
    recall.workflow_state = RecallState.WITHDRAWN.value
    recall.save()


def lift_all_holds(recall: Document) -> list[str]:
    reason = recall.withdrawal_reason or f"{recall.name} withdrawn"
    return lift_holds_of((recall.doctype, recall.name), reason)


@shown()
def lift_recall(recall: Document, lots: Sequence[str], reason: str) -> list[str]:
    """Give lots free that turned out not to be concerned, or were corrected: recall and hold both end."""
    require_state(recall, RecallState.INITIATED, RecallState.TERMINATED)
    if not reason.strip():
        raise BadInput("reason: say why the lots are no longer recalled.", field="reason")
    stopped = _rows_of_recall(recall, lots)
    missing = sorted(set(lots) - {row.lot for row in stopped})
    if missing:
        raise NotFound("Recall {0} does not stop lot {1}.", recall.name, ", ".join(missing))
    lift = {
        EventType.HELD.value: (EventType.HOLD_LIFTED, Action.LIFT_HOLD),
        EventType.RECALLED.value: (EventType.RECALL_LIFTED, Action.LIFT_RECALL),
    }
    drafts = []
    for event_type, (lifting, action) in lift.items():
        for event in dict.fromkeys(row.parent for row in stopped if row.event_type == event_type):
            rows = tuple(
                Row(action, row.lot, serial_unit=row.serial_unit) for row in stopped if row.parent == event
            )
            drafts.append(replace(_draft(lifting, rows, recall), lifts=event, reason=reason))
    return record_many(drafts)


def _rows_of_recall(recall: Document, lots: Sequence[str]) -> list[Any]:
    """The rows by which this recall holds and recalls these lots, without those lifted before."""
    source = {"source_doctype": recall.doctype, "source_name": recall.name}
    events = frappe.get_all("Trace Event", filters=source, fields=["name", "lifts"])
    by_name = {event.name: event.lifts for event in events}
    rows = frappe.get_all(
        "Trace Event Item",
        filters={"parent": ["in", list(by_name)], "lot": ["in", list(lots)]},
        fields=["parent", "lot", "serial_unit", "event_type"],
        order_by="event_time asc, creation asc, idx asc",
    )
    lifted = {(by_name[row.parent], row.lot, row.serial_unit) for row in rows if by_name[row.parent]}
    return [
        row
        for row in rows
        if not by_name[row.parent] and (row.parent, row.lot, row.serial_unit) not in lifted
    ]


def _targets(recall: Document) -> tuple[list[str], list[tuple[str, str]]]:
    """Lots to stop as a whole, and (lot, unit) to stop alone.

    Of a cause slice only the units are stopped where the slice knows all its pieces by their numbers; where
    it does not, the lot is.
    """
    by_lot = units_in_scope(recall)
    if recall.slice != CAUSE_SLICE:
        return sorted(by_lot), []
    told_apart = {row.lot for row in recall.lots if by_lot[row.lot] and len(by_lot[row.lot]) >= row.in_scope}
    units = [(lot, unit) for lot in sorted(told_apart) for unit in by_lot[lot]]
    return sorted(by_lot.keys() - told_apart), _still_there(units)


def _still_there(units: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without those that went into something else or were destroyed."""
    names = [unit for _, unit in units]
    filters = {"name": ["in", names], "whereabouts": ["in", GONE]}
    gone = set(frappe.get_all("Serial Unit", filters=filters, pluck="name")) if names else set()
    return [(lot, unit) for lot, unit in units if unit not in gone]


def _not_yet_held(units: Sequence[tuple[str, str]], source: tuple[str, str]) -> list[tuple[str, str]]:
    events = frappe.get_all(
        "Trace Event",
        filters={"source_doctype": source[0], "source_name": source[1], "event_type": EventType.HELD.value},
        pluck="name",
    )
    held = frappe.get_all(
        "Trace Event Item",
        filters={"parent": ["in", events], "action": Action.HOLD.value},
        pluck="serial_unit",
    )
    return [(lot, unit) for lot, unit in units if unit not in set(held)]


def _record_units(
    action: Action, event_type: EventType, units: Sequence[tuple[str, str]], recall: Document
) -> list[str]:
    rows = [Row(action, lot, serial_unit=unit) for lot, unit in units]
    drafts = [_draft(event_type, part, recall) for part in chunks(rows, ROWS_PER_EVENT)]
    return record_many(drafts) if drafts else []


def _draft(event_type: EventType, rows: Sequence[Row], recall: Document) -> EventDraft:
    return EventDraft(
        event_type,
        tuple(rows),
        source_doctype=recall.doctype,
        source_name=recall.name,
        reason=_reason(recall),
    )


def _reason(recall: Document) -> str:
    return f"{recall.name}: {recall.title}"
