"""Asks the gate for every row of an event and works out what each does. Writes nothing.

A row is asked for twice when the event is dated before the lot's last one: by what was true then, and
by what is true now; and everything recorded since must still stand with it.
"""

from __future__ import annotations

import secrets
import time as clock
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from med_trace.domain import rules
from med_trace.domain.errors import WrongState
from med_trace.domain.event import CONSERVING, FROM_ACTIONS, EventDraft, Row
from med_trace.domain.facts import LotFacts, UnitFacts
from med_trace.domain.gate import decide, decide_unit
from med_trace.domain.history import (
    PastRow,
    advance,
    advance_unit,
    effects,
    replay,
    replay_unit,
    require_sound,
    require_sound_unit,
)
from med_trace.domain.sentence import Sentence, all_of
from med_trace.domain.states import State
from med_trace.ledger.books import Books, LotAccount, UnitAccount

# The one state of the lots that an event takes from: at its time, and now.
Sources = tuple[State | None, State | None]


@dataclass(frozen=True)
class DecidedRow:
    """A row that the gate let through, with what it does."""

    row: Row
    item_code: str
    uom: str
    effect: Decimal
    effect_blocked: Decimal
    state_before: State | None
    state_after: State | None


@dataclass(frozen=True)
class DecidedEvent:
    """An event ready to be written."""

    name: str
    draft: EventDraft
    time: datetime
    rows: tuple[DecidedRow, ...]
    content_hash: str | None = None
    is_late: bool = False


def decide_event(draft: EventDraft, books: Books) -> DecidedEvent:
    """Let every row of a timed draft through the gate; the books then stand after it."""
    name = new_event_name()
    at = draft.time
    if draft.type in CONSERVING:
        _require_same_goods(draft, books)
    sources = _states_of_sources(draft, books)
    rows = []
    for idx, row in enumerate(draft.rows, start=1):
        rows.append(_decide_row(name, idx, draft, row, books, sources))
    return DecidedEvent(name, draft, at, tuple(rows))


def _decide_row(
    event: str, idx: int, draft: EventDraft, row: Row, books: Books, sources: Sources
) -> DecidedRow:
    account = books.lot(row.lot)
    unit = books.unit(row.serial_unit) if row.serial_unit else None
    is_late = account.has_events_after(draft.time)
    then = replay(account.first, account.history(), draft.time) if is_late else account.now
    _ask(then, row, draft, sources[0])
    if is_late:
        _ask(account.now, row, draft, sources[1])
    _require_unit_of_measure(account, row)
    past = _past_row(event, idx, draft, row, books, sources[0])
    pieces = _decide_unit(unit, past, row, is_late) if unit else None
    effect, effect_blocked = effects(then, row.action, row.quantity, row.blocked, pieces)
    past = replace(past, effect=effect, effect_blocked=effect_blocked)
    after = advance(then, past)
    account.take(past, _sound_now(account, past) if is_late else after)
    if unit and pieces:
        unit.take(past, _sound_unit_now(unit, past) if is_late else pieces[1])
        _note_making(unit, event, row)
    stored = _with_known_names(row, past)
    return DecidedRow(
        stored, account.item_code, account.now.uom, effect, effect_blocked, then.state, after.state
    )


def _past_row(
    event: str, idx: int, draft: EventDraft, row: Row, books: Books, source_state: State | None
) -> PastRow:
    return PastRow(
        event=event,
        idx=idx,
        time=draft.time,
        action=row.action,
        lot=books.lot(row.lot).name,
        quantity=row.quantity,
        source_state=source_state,
        serial_unit=books.unit(row.serial_unit).name if row.serial_unit else None,
        into_unit=books.unit(row.into_unit).name if row.into_unit else None,
        consignee=draft.consignee,
        lifts=draft.lifts,
        event_type=draft.type.value,
        source_doctype=draft.source_doctype,
        source_name=draft.source_name,
        reason=draft.reason,
        location=draft.location,
    )


def _with_known_names(row: Row, past: PastRow) -> Row:
    """The row with lot and units written as they are called, whatever case the caller used."""
    known = (past.lot, past.serial_unit, past.into_unit)
    if known == (row.lot, row.serial_unit, row.into_unit):
        return row
    return replace(row, lot=past.lot, serial_unit=past.serial_unit, into_unit=past.into_unit)


def _ask(facts: LotFacts, row: Row, draft: EventDraft, source: State | None) -> None:
    if row.serial_unit and row.action in rules.UNIT_STATE_ACTIONS:
        return  # the piece alone is stopped or freed; decide_unit is asked
    decide(facts, row.action, row.quantity, draft.time, source_state=source, lifts=draft.lifts)


def _decide_unit(unit: UnitAccount, past: PastRow, row: Row, is_late: bool) -> tuple[UnitFacts, UnitFacts]:
    before = replay_unit(unit.first, unit.history(), past.time) if is_late else unit.now
    decide_unit(before, past.lot, row.action, past.lifts)
    if is_late:
        decide_unit(unit.now, past.lot, row.action, past.lifts)
    arriving = replace(past, effect_blocked=Decimal(1) if row.blocked else Decimal(0))
    return before, advance_unit(before, arriving)


def _sound_now(account: LotAccount, past: PastRow) -> LotFacts:
    return require_sound(account.first, [*account.history(), past], _late(past))


def _sound_unit_now(unit: UnitAccount, past: PastRow) -> UnitFacts:
    return require_sound_unit(unit.first, [*unit.history(), past], _late(past))


def _late(past: PastRow) -> Sentence:
    return Sentence("{0} of lot {1} dated {2}", past.action, past.lot, f"{past.time:%Y-%m-%d %H:%M:%S}")


def _states_of_sources(draft: EventDraft, books: Books) -> Sources:
    sources = {
        books.lot(row.lot).name: books.lot(row.lot) for row in draft.rows if row.action in FROM_ACTIONS
    }
    now = {account.now.state for account in sources.values()}
    then = {_state_at(account, draft.time) for account in sources.values()}
    if len(now) > 1 or len(then) > 1:
        states = all_of(
            Sentence("{0} is {1}", account.name, account.now.state or Sentence("new"))
            for account in sorted(sources.values(), key=lambda account: account.name)
        )
        if draft.type.value != "Transformed":
            raise WrongState("Only lots in the same state can be put together: {0}.", states)
        return None, None
    return next(iter(then), None), next(iter(now), None)


def _require_same_goods(draft: EventDraft, books: Books) -> None:
    """What is split, merged or relabelled stays the same item of the same kind, and expires no later."""
    sources = [books.lot(row.lot) for row in draft.rows if row.action in FROM_ACTIONS]
    targets = [books.lot(row.lot) for row in draft.rows if row.action not in FROM_ACTIONS]
    expiries = [source.now.expiry for source in sources if source.now.expiry]
    for target in targets:
        for source in sources:
            if (target.item_code, target.now.kind) != (source.item_code, source.now.kind):
                raise WrongState(
                    "Lot {0} is {1} ({2}), what comes into it is {3} ({4}). Put it into a lot of its own item.",
                    *(target.name, target.item_code, target.now.kind, source.item_code, source.now.kind),
                    lot=target.name,
                )
        if expiries and (target.now.expiry is None or target.now.expiry > min(expiries)):
            raise WrongState(
                "Lot {0} expires on {1}, what comes into it on {2}: give it the earlier date.",
                *(target.name, target.now.expiry or "no date", min(expiries)),
                lot=target.name,
            )


def _state_at(account: LotAccount, at: datetime) -> State | None:
    if not account.has_events_after(at):
        return account.now.state
    return replay(account.first, account.history(), at).state


def _require_unit_of_measure(account: LotAccount, row: Row) -> None:
    if row.uom and account.now.uom and row.uom.casefold() != account.now.uom.casefold():
        raise WrongState(
            "Lot {0} is counted in {1}, the row says {2}. Convert the quantity first.",
            *(account.name, account.now.uom, row.uom),
            lot=account.name,
        )


def _note_making(unit: UnitAccount, event: str, row: Row) -> None:
    if row.action.value == "Produce":
        unit.made = {
            "made_by_event": event,
            "cavity": row.cavity,
            "tool": row.tool,
            "equipment": row.equipment,
        }


_last_name = 0


def new_event_name() -> str:
    """A name that sorts by the time of recording: nanoseconds in hexadecimal and four random digits."""
    global _last_name
    _last_name = max(_last_name + 1, clock.time_ns())
    return f"{_last_name:016x}{secrets.token_hex(2)}"
