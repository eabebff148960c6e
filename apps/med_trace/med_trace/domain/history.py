"""A lot's (or a piece's) life as rows in order: what each row changes, and what holds at any moment.

Recorded rows carry their effects; a new row gets them from `effects`. Reversed events and their
reversals are left out by whoever hands the rows over. Knows nothing of Frappe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from med_trace.domain import gate, rules
from med_trace.domain.errors import GateRefusal, HasDependents
from med_trace.domain.event import EFFECT, MAKING, STEP, Action
from med_trace.domain.facts import LotFacts, OpenStop, UnitFacts
from med_trace.domain.states import State, UnitState, Whereabouts

A, S = Action, State
_STOPPED = frozenset({S.ON_HOLD, S.RECALLED})


@dataclass(frozen=True)
class PastRow:
    """One row of an event as the ledger keeps it. `source_state`: the state that an "into" row inherits."""

    event: str
    idx: int
    time: datetime
    action: Action
    lot: str
    quantity: Decimal = Decimal(0)
    effect: Decimal = Decimal(0)
    effect_blocked: Decimal = Decimal(0)
    source_state: State | None = None
    serial_unit: str | None = None
    into_unit: str | None = None
    consignee: str | None = None
    lifts: str | None = None
    event_type: str = ""
    source_doctype: str | None = None
    source_name: str | None = None
    reason: str | None = None
    location: str | None = None

    @property
    def order(self) -> tuple[datetime, str, int]:
        return (self.time, self.event, self.idx)

    @property
    def stop(self) -> OpenStop:
        return OpenStop(self.event, self.source_doctype, self.source_name, self.reason, self.time)


def effects(
    facts: LotFacts,
    action: Action,
    quantity: Decimal,
    brings_blocked: bool = False,
    unit: tuple[UnitFacts, UnitFacts] | None = None,
) -> tuple[Decimal, Decimal]:
    """What a row adds to the lot's quantity on hand, and to the part of it that is blocked.

    `unit`: the piece before and after, when the row is about one.
    """
    effect = EFFECT.get(action, 0) * quantity
    if unit:
        before, after = unit
        return effect, Decimal(after.is_blocked) - Decimal(before.is_blocked)
    return effect, _effect_on_blocked(facts, action, quantity, brings_blocked)


def _effect_on_blocked(facts: LotFacts, action: Action, quantity: Decimal, brings_blocked: bool) -> Decimal:
    if action is A.RETURN or brings_blocked:
        return quantity
    if action is A.ACCEPT_RETURN:
        return -quantity
    if action in rules.TAKES_BLOCKED_FIRST:
        return -min(facts.blocked, quantity)
    if action in rules.TAKES_BLOCKED_LAST:
        return -max(Decimal(0), quantity - facts.free)
    if action is A.CORRECT:
        return -max(Decimal(0), -quantity - facts.free)
    return Decimal(0)


def advance(facts: LotFacts, row: PastRow) -> LotFacts:
    """The lot after `row`, whose action the table allows."""
    amounts: dict[str, Any] = {
        "on_hand": facts.on_hand + row.effect,
        "blocked": facts.blocked + row.effect_blocked,
        "shipped": facts.shipped + _gone_out(row),
        "quantity": facts.quantity + (row.effect if row.action in MAKING else 0),
        "warehouse": row.location if row.location and row.action in rules.PLACING else facts.warehouse,
    }
    if row.serial_unit and row.action in rules.UNIT_STATE_ACTIONS:
        return replace(facts, **amounts)
    state = gate.state_after(facts, row.action, row.source_state, row.lifts)
    return replace(
        facts,
        **amounts,
        state=state,
        held_from=_held_from(facts, row.action, state),
        open_holds=_stops(facts.open_holds, row, (A.HOLD, A.REVOKE_RELEASE), A.LIFT_HOLD),
        open_recalls=_stops(facts.open_recalls, row, (A.RECALL,), A.LIFT_RECALL),
    )


def _gone_out(row: PastRow) -> Decimal:
    if row.action is A.SHIP:
        return row.quantity
    return -row.quantity if row.action is A.RETURN else Decimal(0)


def _held_from(facts: LotFacts, action: Action, state: State) -> State | None:
    if state not in _STOPPED:
        return None
    if action is A.REVOKE_RELEASE:
        return S.AWAITING_RELEASE
    if action is A.REWORK and facts.held_from is not S.QUARANTINE:
        return S.IN_PROCESS
    return facts.held_from if facts.state in _STOPPED else facts.state


def _stops(
    stops: tuple[OpenStop, ...], row: PastRow, opening: Iterable[Action], closing: Action
) -> tuple[OpenStop, ...]:
    if row.action in opening:
        return (*stops, row.stop)
    if row.action is closing:
        return tuple(stop for stop in stops if stop.event != row.lifts)
    return stops


def open_stops(rows: Iterable[PastRow]) -> tuple[tuple[OpenStop, ...], tuple[OpenStop, ...]]:
    """The holds and the recalls that `rows` leave open."""
    holds: tuple[OpenStop, ...] = ()
    recalls: tuple[OpenStop, ...] = ()
    for row in _in_order(rows, None):
        holds = _stops(holds, row, (A.HOLD, A.REVOKE_RELEASE), A.LIFT_HOLD)
        recalls = _stops(recalls, row, (A.RECALL,), A.LIFT_RECALL)
    return holds, recalls


def advance_unit(unit: UnitFacts, row: PastRow) -> UnitFacts:
    """The piece after `row`."""
    holds = _stops(unit.open_holds, row, (A.HOLD,), A.LIFT_HOLD)
    recalls = _stops(unit.open_recalls, row, (A.RECALL,), A.LIFT_RECALL)
    rejected = _is_rejected(unit, row)
    whereabouts = rules.UNIT_MOVES.get(row.action, (frozenset(), unit.whereabouts))[1]
    into = row.action in (A.SPLIT_INTO, A.MERGE_INTO, A.RELABEL_INTO, A.RECEIVE, A.PRODUCE)
    return replace(
        unit,
        lot=row.lot if into else unit.lot,
        whereabouts=whereabouts,
        state=_unit_state(holds, recalls, rejected),
        consignee=_consignee(unit, row, whereabouts),
        part_of=row.into_unit if row.action in (A.CONSUME, A.RELABEL_FROM) else unit.part_of,
        open_holds=holds,
        open_recalls=recalls,
        is_rejected=rejected,
    )


def _is_rejected(unit: UnitFacts, row: PastRow) -> bool:
    if row.action is A.REWORK:
        return False
    arrived_blocked = row.action in (A.RECEIVE, A.PRODUCE) and row.effect_blocked > 0
    return unit.is_rejected or row.action is A.REJECT or arrived_blocked


def _unit_state(holds: tuple[OpenStop, ...], recalls: tuple[OpenStop, ...], rejected: bool) -> UnitState:
    if recalls:
        return UnitState.RECALLED
    if rejected:
        return UnitState.REJECTED
    return UnitState.ON_HOLD if holds else UnitState.AS_LOT


_WITH_CONSIGNEE = frozenset({Whereabouts.SHIPPED, Whereabouts.DELIVERED, Whereabouts.USED})


def _consignee(unit: UnitFacts, row: PastRow, whereabouts: Whereabouts) -> str | None:
    if row.action is A.SHIP:
        return row.consignee
    return unit.consignee if whereabouts in _WITH_CONSIGNEE else None


def replay(start: LotFacts, rows: Iterable[PastRow], until: datetime | None = None) -> LotFacts:
    """The lot after all `rows` up to and including `until`, in order. Takes the rows at their word."""
    facts = start
    for row in _in_order(rows, until):
        facts = advance(facts, row) if is_allowed(facts, row) else _only_quantities(facts, row)
    return facts


def replay_unit(start: UnitFacts, rows: Iterable[PastRow], until: datetime | None = None) -> UnitFacts:
    """The piece after all `rows` up to and including `until`, in order."""
    unit = start
    for row in _in_order(rows, until):
        unit = advance_unit(unit, row)
    return unit


def require_sound(start: LotFacts, rows: Iterable[PastRow], changed: str) -> LotFacts:
    """The lot after all `rows`, each of which must be allowed and leave no quantity negative.

    Raises HasDependents with the first event that no longer stands; `changed` says what was to be done.
    """
    facts = start
    for row in _in_order(rows, None):
        if not is_allowed(facts, row):
            raise _dependent(row, changed)
        facts = advance(facts, row)
        if not _is_sound(facts):
            raise _dependent(row, changed)
    return facts


def require_sound_unit(start: UnitFacts, rows: Iterable[PastRow], changed: str) -> UnitFacts:
    """The piece after all `rows`, each of which must find it where it has to be."""
    unit = start
    for row in _in_order(rows, None):
        allowed_at, _ = rules.UNIT_MOVES.get(row.action, (frozenset(Whereabouts), None))
        if unit.whereabouts not in allowed_at:
            raise _dependent(row, changed)
        unit = advance_unit(unit, row)
    return unit


def is_allowed(facts: LotFacts, row: PastRow) -> bool:
    """Does the table allow this row here? Dates and quantities are not looked at."""
    if row.serial_unit and row.action in rules.UNIT_STATE_ACTIONS:
        return facts.state is not None
    if row.action not in rules.RULES[facts.state]:
        return False
    try:
        gate.state_after(facts, row.action, row.source_state, row.lifts)
    except GateRefusal:
        return False
    return True


def _is_sound(facts: LotFacts) -> bool:
    slack = STEP / 2
    return facts.shipped >= -slack and facts.blocked >= -slack and facts.on_hand >= facts.blocked - slack


def _only_quantities(facts: LotFacts, row: PastRow) -> LotFacts:
    return replace(facts, on_hand=facts.on_hand + row.effect, blocked=facts.blocked + row.effect_blocked)


def _in_order(rows: Iterable[PastRow], until: datetime | None) -> Sequence[PastRow]:
    return sorted((row for row in rows if until is None or row.time <= until), key=lambda row: row.order)


def _dependent(row: PastRow, changed: str) -> HasDependents:
    source = f"{row.source_doctype} {row.source_name}" if row.source_name else f"event {row.event}"
    return HasDependents(
        "{0} is refused: {1} of lot {2} on {3} rests on it. Take back {4} first.",
        *(changed, row.action.value, row.lot, f"{row.time:%Y-%m-%d %H:%M:%S}", source),
        events=(row.event,),
    )
