"""record(): the only way by which anything happens to a lot.

Lock the lots, ask the gate for each row, and only then write: the event, its rows, and what the lots
and units say of themselves. Runs in the caller's transaction; a refusal has written nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone, now_datetime
from med_trace.domain.canonical import digest
from med_trace.domain.errors import BadInput, DuplicateEvent
from med_trace.domain.event import EventDraft
from med_trace.domain.statement import checked
from med_trace.ledger.books import Books
from med_trace.ledger.decision import DecidedEvent, decide_event
from med_trace.ledger.pieces import lots_to_check, require_named
from med_trace.ledger.shown import shown
from med_trace.ledger.write import EventIdTaken, write

CLOCK_TOLERANCE = timedelta(minutes=5)
LATE_AFTER = timedelta(hours=1)


def record(draft: EventDraft) -> str:
    """Record one event; returns its name.

    Idempotent by `draft.event_id`: the same id with the same content returns the name of the first.
    Raises a GateRefusal (NotReleased, OnHold, Expired, NotEnough, ...), BadInput, NotFound, NotBalanced,
    DuplicateEvent, or HasDependents when a back-dated event would take from under a later one.
    """
    return record_many([draft])[0]


@shown()
def record_many(drafts: Sequence[EventDraft]) -> list[str]:
    """Record events in the given order, all or none; returns their names. One transaction, few statements."""
    drafts = [in_site_time(checked(draft)) for draft in drafts]
    try:
        return _record(drafts)
    except EventIdTaken:
        # Another request committed one of these ids while this one waited: look again, at what is there now.
        return _record(drafts, sees_latest=True)


def _record(drafts: Sequence[EventDraft], sees_latest: bool = False) -> list[str]:
    books = Books(*named_in(drafts))
    now = now_datetime()
    names: list[str] = []
    decided: list[DecidedEvent] = []
    known = recorded_before(drafts, sees_latest)
    for draft in drafts:
        hashed = digest(draft) if draft.event_id else None
        name = same_event(draft, hashed, known)
        if name is None:
            event = decide_event(timed(draft, books, now), books)
            event = replace(event, content_hash=hashed, is_late=now - event.time > LATE_AFTER)
            known[(draft.event_id or event.name).casefold()] = (event.name, hashed)
            decided.append(event)
            name = event.name
        names.append(name)
    require_named(lots_to_check(decided), books)
    write(decided, books, now)
    return names


def named_in(drafts: Iterable[EventDraft]) -> tuple[set[str], set[str]]:
    lots: set[str] = set()
    units: set[str] = set()
    for draft in drafts:
        for row in draft.rows:
            lots.add(row.lot)
            units.update(filter(None, (row.serial_unit, row.into_unit)))
    return lots, units


def in_site_time(draft: EventDraft) -> EventDraft:
    if draft.time is None or draft.time.tzinfo is None:
        return draft
    return replace(draft, time=draft.time.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None))


def timed(draft: EventDraft, books: Books, now: datetime) -> EventDraft:
    """Without a time of its own an event happens now, after what its lots have seen so far."""
    if draft.time is None:
        last = [books.lot(row.lot).last_event_at for row in draft.rows]
        return replace(draft, time=max([now, *filter(None, last)]))
    if draft.time > now + CLOCK_TOLERANCE:
        raise BadInput("time: {0} is in the future; the server's time is {1}.", draft.time, now, field="time")
    return draft


def recorded_before(drafts: Iterable[EventDraft], sees_latest: bool) -> dict[str, tuple[str, str | None]]:
    """The events that carry these ids already.

    `sees_latest` reads under lock what others have committed since this transaction began (MariaDB); only
    for ids that are there, since locking the absence of an id makes concurrent writers deadlock.
    """
    ids = [draft.event_id for draft in drafts if draft.event_id]
    if not ids:
        return {}
    query = "select event_id, name, content_hash from `tabTrace Event` where event_id in %(ids)s"
    rows = frappe.db.sql(query + (" for update" if sees_latest else ""), {"ids": ids})
    return {event_id.casefold(): (name, hashed) for event_id, name, hashed in rows}


def same_event(draft: EventDraft, hashed: str | None, known: dict) -> str | None:
    if not draft.event_id or draft.event_id.casefold() not in known:
        return None
    name, recorded = known[draft.event_id.casefold()]
    if recorded != hashed:
        raise DuplicateEvent(
            "event_id: {0} was recorded before as event {1} with other content. Use a new id for a new event.",
            *(draft.event_id, name),
        )
    return name
