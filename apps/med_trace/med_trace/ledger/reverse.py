"""Takes events back by appending their reversals. Nothing that later events rest on can be taken back.

A reversal keeps the type, the rows and the quantities of what it reverses, with the opposite effects.
From then on history is read as if neither had happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import frappe
from frappe.utils import now_datetime
from med_trace.domain.errors import BadInput, IsReversed, NotFound
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.history import PastRow, require_sound, require_sound_unit
from med_trace.domain.states import State
from med_trace.ledger import read, tables
from med_trace.ledger.books import Books
from med_trace.ledger.decision import DecidedEvent, DecidedRow, new_event_name
from med_trace.ledger.pieces import require_named
from med_trace.ledger.shown import shown
from med_trace.ledger.write import write

EVENT_COLUMNS = (
    *("name", "event_type", "location", "consignee", "consignee_name", "consignee_address", "supplier"),
    *("container", "source_doctype", "source_name", "source_row", "process_record", "reverses", "lifts"),
)


@shown()
def reverse(event_name: str, reason: str) -> str:
    """Append the reversal of one event; returns its name.

    Raises NotFound, IsReversed, or HasDependents naming the first later event that rests on it.
    """
    events = _events({"name": event_name})
    if not events:
        raise NotFound("Event {0} does not exist.", event_name)
    if events[0].reverses:
        raise IsReversed("Event {0} is itself a reversal (of {1}).", event_name, events[0].reverses)
    return _reverse(events, reason)[0]


@shown()
def reverse_of_source(doctype: str, name: str, reason: str) -> list[str]:
    """Append the reversals of every event that this document caused and that still stands, last first.

    Returns their names; [] when there was nothing to reverse. Raises HasDependents as reverse() does.
    """
    events = _events({"source_doctype": doctype, "source_name": name, "reverses": ["is", "not set"]})
    reversed_before = _reversed_among([event.name for event in events])
    standing = [event for event in events if event.name not in reversed_before]
    return _reverse(standing, reason) if standing else []


def _events(filters: dict) -> list:
    return frappe.get_all(
        "Trace Event", filters=filters, fields=list(EVENT_COLUMNS), order_by="name desc", limit_page_length=0
    )


def _reversed_among(names: Sequence[str]) -> set[str]:
    if not names:
        return set()
    query = "select reverses from `tabTrace Event` where reverses in %(names)s for update"
    return {row[0] for row in frappe.db.sql(query, {"names": list(names)})}


def _reverse(events: Sequence, reason: str) -> list[str]:
    if not (reason or "").strip():
        raise BadInput("reason: a reversal needs a reason.", field="reason")
    names = [event.name for event in events]
    rows = tables.rows_of_events(names)
    books = Books({row.lot for row in rows}, {row.serial_unit for row in rows if row.serial_unit})
    for name in _reversed_among(names):
        raise IsReversed("Event {0} has been reversed before.", name)
    now = now_datetime()
    _take_back(books, set(names), _as_text(events))
    require_named({account.name for account in books.lots}, books)
    decided = [
        _reversal(event, [row for row in rows if row.parent == event.name], reason, now) for event in events
    ]
    write(decided, books, now)
    return [event.name for event in decided]


def _as_text(events: Sequence) -> str:
    """What is taken back, as its user knows it: by its document where there is one."""
    sources = {f"{event.source_doctype} {event.source_name}" for event in events if event.source_name}
    named = sorted(sources) or [f"{event.event_type} ({event.name})" for event in events]
    return f"Taking back {', '.join(named)}"


def _take_back(books: Books, names: set[str], undone: str) -> None:
    """The books as if these events had not happened, provided that everything else still stands."""
    for account in books.lots:
        left = [row for row in account.history() if row.event not in names]
        account.now = require_sound(account.first, left, undone)
        account.last_event_at = max((row.time for row in left), default=None)
        account.is_changed = True
    for unit in books.units:
        left = [row for row in unit.history() if row.event not in names]
        first = replace(unit.first, lot=_first_lot(left) or unit.now.lot)
        unit.now = require_sound_unit(first, left, undone)
        unit.is_changed = True
        if any(row.event in names and row.action is Action.PRODUCE for row in unit.history()):
            unit.made = dict.fromkeys(("made_by_event", "cavity", "tool", "equipment"))


def _first_lot(rows: Sequence[PastRow]) -> str | None:
    return next((row.lot for row in sorted(rows, key=lambda row: row.order)), None)


def _reversal(event, rows: Sequence, reason: str, now: datetime) -> DecidedEvent:
    draft = EventDraft(
        type=EventType(event.event_type),
        rows=tuple(_row(row) for row in rows),
        time=now,
        reason=reason,
        reverses=event.name,
        **{field: event[field] for field in EVENT_COLUMNS if field not in ("name", "event_type", "reverses")},
    )
    decided = tuple(_opposite(row, again) for row, again in zip(rows, draft.rows, strict=True))
    return DecidedEvent(new_event_name(), draft, now, decided)


def _row(row) -> Row:
    return Row(
        action=Action(row.action),
        lot=row.lot,
        quantity=read.quantity_of(row.quantity),
        uom=row.uom or "",
        made_from=row.made_from,
        made_to=row.made_to,
        **{
            field: row[field] or None
            for field in ("serial_unit", "equipment", "tool", "cavity", "into_unit", "container")
        },
    )


def _opposite(row, again: Row) -> DecidedRow:
    return DecidedRow(
        row=again,
        item_code=row.item_code,
        uom=row.uom or "",
        effect=_negated(row.effect),
        effect_blocked=_negated(row.effect_blocked),
        state_before=State(row.state_after) if row.state_after else None,
        state_after=State(row.state_before) if row.state_before else None,
    )


def _negated(value) -> Decimal:
    return -read.quantity_of(value)
