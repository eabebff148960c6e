"""Puts lots on hold, with what was made from them, and lifts holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import frappe
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.facts import OpenStop
from med_trace.domain.genealogy import forward
from med_trace.domain.history import open_stops
from med_trace.ledger import links, read, tables
from med_trace.ledger.record import record, record_many
from med_trace.ledger.shown import shown

LOTS_PER_EVENT = 500

Source = tuple[str, str]


@shown()
def hold(
    lots: str | Sequence[str],
    reason: str,
    source: Source | None = None,
    with_descendants: bool | None = None,
    time: datetime | None = None,
) -> list[str]:
    """Put lots on hold; returns the Held events, at most 500 lots to each.

    `source` is the (doctype, name) that holds them, an NCR for instance; a lot that it holds already is
    left as it is. `with_descendants`: hold what was made from them too (None: as Trace Settings say).
    """
    lots = list(dict.fromkeys([lots] if isinstance(lots, str) else lots))
    if with_descendants is None:
        with_descendants = bool(frappe.get_cached_doc("Trace Settings").propagate_holds)
    made_from_them = _descendants(lots) if with_descendants else []
    held = _held_by(source, [*lots, *made_from_them]) if source else {}
    origins = ", ".join(lots[:3]) + (" ..." if len(lots) > 3 else "")
    return [
        *_record_holds([lot for lot in lots if lot not in held], reason, source, time),
        *_record_holds(
            [lot for lot in made_from_them if lot not in held],
            f"{reason} (made from {origins})",
            source,
            time,
        ),
    ]


def _descendants(lots: Sequence[str]) -> list[str]:
    return [lot for lot in forward(lots, links.children_of).lots if lot not in set(lots)]


def _record_holds(
    lots: Sequence[str], reason: str, source: Source | None, time: datetime | None
) -> list[str]:
    doctype, name = source or (None, None)
    drafts = [
        EventDraft(
            type=EventType.HELD,
            rows=tuple(Row(Action.HOLD, lot) for lot in chunk),
            time=time,
            reason=reason,
            source_doctype=doctype,
            source_name=name,
        )
        for chunk in tables.chunks(lots, LOTS_PER_EVENT)
    ]
    return record_many(drafts) if drafts else []


@shown()
def lift_hold(lot: str, source: Source, reason: str, rework: bool = False) -> str | None:
    """Lift what this source holds of one lot; returns the last event, None when it holds nothing.

    `rework`: the lot goes back into process instead of to the state that the hold interrupted; a lot that
    was in quarantine stays there.
    """
    stops = [
        stop for stop in _open_stops([lot]).get(lot, ()) if (stop.source_doctype, stop.source_name) == source
    ]
    if not stops:
        return None
    if rework and _can_be_reworked(lot):
        _record_rework(lot, source, reason)
    return [_record_lift([lot], stop.event, source, reason) for stop in stops][-1]


@shown()
def lift_holds_of(source: Source, reason: str) -> list[str]:
    """Lift everything that this source holds, what was made from it included; returns the events."""
    by_event: dict[str, list[str]] = {}
    for lot, stops in _held_by(source, _lots_of_source(source)).items():
        for stop in stops:
            by_event.setdefault(stop.event, []).append(lot)
    return [_record_lift(lots, event, source, reason) for event, lots in by_event.items()]


@shown()
def open_holds(lot: str) -> list[dict[str, Any]]:
    """The holds of a lot that nobody lifted: event, source_doctype, source_name, reason, time."""
    return [
        {
            "event": stop.event,
            "source_doctype": stop.source_doctype,
            "source_name": stop.source_name,
            "reason": stop.reason,
            "time": stop.time,
        }
        for stop in _open_stops([lot]).get(lot, ())
    ]


def lots_held_by(source: Source) -> list[str]:
    """The lots that this source holds as a whole, in the order of their names."""
    return sorted(_held_by(source, _lots_of_source(source)))


def _open_stops(lots: Iterable[str]) -> dict[str, tuple[OpenStop, ...]]:
    rows: dict[str, list] = {}
    for row in tables.stops_of_lots(lots):
        rows.setdefault(row["lot"], []).append(read.past_row_of(row))
    return {lot: open_stops(past)[0] for lot, past in rows.items()}


def _held_by(source: Source, lots: Iterable[str]) -> dict[str, list[OpenStop]]:
    held = {
        lot: [stop for stop in stops if (stop.source_doctype, stop.source_name) == source]
        for lot, stops in _open_stops(lots).items()
    }
    return {lot: stops for lot, stops in held.items() if stops}


def _lots_of_source(source: Source) -> list[str]:
    query = """select distinct i.lot from `tabTrace Event Item` i join `tabTrace Event` e on e.name = i.parent
        where e.source_doctype = %s and e.source_name = %s and i.action in ('Hold', 'Revoke Release')"""
    return [row[0] for row in frappe.db.sql(query, source)]


def _can_be_reworked(lot: str) -> bool:
    held_from = frappe.db.get_value("Material Lot", lot, "held_from")
    return held_from != "Quarantine"


def _record_rework(lot: str, source: Source, reason: str) -> str:
    return record(
        EventDraft(
            type=EventType.REWORK_ORDERED,
            rows=(Row(Action.REWORK, lot),),
            reason=reason,
            source_doctype=source[0],
            source_name=source[1],
        )
    )


def _record_lift(lots: Sequence[str], event: str, source: Source, reason: str) -> str:
    return record(
        EventDraft(
            type=EventType.HOLD_LIFTED,
            rows=tuple(Row(Action.LIFT_HOLD, lot) for lot in lots),
            reason=reason,
            lifts=event,
            source_doctype=source[0],
            source_name=source[1],
        )
    )
