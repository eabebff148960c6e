"""The gate: may this lot, in this state, take part in this action? Knows nothing of Frappe.

Reads the tables of `rules`; a refusal says which lot, why, and who can act.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from med_trace.domain import errors
from med_trace.domain.event import STEP, Action
from med_trace.domain.facts import LotFacts, OpenStop, UnitFacts
from med_trace.domain.rules import (
    ACCEPTED_IN_PROCESS,
    ALLOWED_WHEN_EXPIRED,
    FROM_SOURCE,
    NEEDS_FREE_UNIT,
    RULES,
    TAKES_BLOCKED_FIRST,
    TAKES_BLOCKED_LAST,
    UNCHANGED,
    UNIT_MOVES,
)
from med_trace.domain.sentence import Sentence, any_of
from med_trace.domain.states import State, UnitState, Whereabouts

A, S, W = Action, State, Whereabouts


def actions_allowed(facts: LotFacts, at: datetime) -> list[Action]:
    """The actions that the table and the expiry date allow; quantities are not looked at."""
    return [action for action in RULES[facts.state] if _refusal(facts, action, at) is None]


def decide(
    facts: LotFacts,
    action: Action,
    quantity: Decimal,
    at: datetime,
    *,
    source_state: State | None = None,
    lifts: str | None = None,
) -> State:
    """The lot's state after `action` on `quantity` of it, or a GateRefusal that says why not and who can act.

    `source_state` is the state of the lots that a split, merge or relabelling takes from; `lifts` the event
    whose hold or recall ends.
    """
    refusal = _refusal(facts, action, at)
    if refusal:
        raise refusal
    _require_quantity(facts, action, quantity)
    _require_same_state(facts, action, source_state)
    if action is A.CLOSE and facts.on_hand > 0:
        raise errors.WrongState(
            "Lot {0} cannot be closed: {1} {2} of it are still on hand. Scrap, ship or move them first.",
            *(facts.lot, plain(facts.on_hand), facts.uom),
            lot=facts.lot,
        )
    return state_after(facts, action, source_state, lifts)


def decide_unit(unit: UnitFacts, lot: str, action: Action, lifts: str | None = None) -> Whereabouts:
    """Where the piece is after `action`, or a GateRefusal. Its lot is asked separately, unless the action
    concerns the piece's own state alone (UNIT_STATE_ACTIONS).
    """
    if action not in (A.SPLIT_INTO, A.MERGE_INTO, A.RELABEL_INTO) and unit.lot != lot:
        raise errors.WrongUnit("Unit {0} belongs to lot {1}, not to {2}.", unit.unit, unit.lot, lot, lot=lot)
    allowed_at, afterwards = UNIT_MOVES.get(action, (frozenset(W), unit.whereabouts))
    if unit.whereabouts not in allowed_at:
        raise errors.WrongUnit(
            "Unit {0} cannot take part in {1}: it is {2}; it would have to be {3}.",
            *(unit.unit, action, _words([unit.whereabouts]), _words(allowed_at)),
            lot=lot,
        )
    if action in NEEDS_FREE_UNIT and unit.state:
        raise _stopped_unit(unit, lot)
    stops = {A.LIFT_HOLD: unit.open_holds, A.LIFT_RECALL: unit.open_recalls}.get(action)
    if stops is not None and lifts not in [stop.event for stop in stops]:
        raise errors.WrongState(
            "Unit {0} has nothing open from event {1} to lift.", unit.unit, lifts or "-", lot=lot
        )
    return afterwards


def _refusal(facts: LotFacts, action: Action, at: datetime) -> errors.GateRefusal | None:
    if action not in RULES[facts.state]:
        return _wrong_state(facts, action)
    if action is A.ACCEPT and facts.state is S.IN_PROCESS and facts.kind not in ACCEPTED_IN_PROCESS:
        return errors.NotReleased(
            "Lot {0} is {1}: it is released by signature, not accepted by inspection.",
            *(facts.lot, facts.kind),
            lot=facts.lot,
        )
    if facts.is_expired(at) and action not in ALLOWED_WHEN_EXPIRED:
        return errors.Expired(
            "Lot {0} expired on {1}: {2} is refused. It can be moved to quarantine, scrapped or sent back.",
            *(facts.lot, facts.expiry, action),
            lot=facts.lot,
        )
    return None


_WHO: dict[State, str] = {
    S.QUARANTINE: "Lot {0} is in quarantine: {1} is refused until its incoming inspection is accepted (Inspector).",
    S.IN_PROCESS: "Lot {0} is in process: {1} is refused. Production finishes it, Quality releases it.",
    S.AWAITING_RELEASE: "Lot {0} awaits release: {1} is refused. Quality can release it by signature.",
    S.RELEASED: "Lot {0} is released: {1} is refused. Quality can revoke the release.",
    S.ON_HOLD: "Lot {0} is on hold ({2}): {1} is refused. Quality can lift the hold.",
    S.REJECTED: "Lot {0} is rejected: {1} is refused. It can be scrapped or sent back; Quality can order rework.",
    S.RECALLED: "Lot {0} is being recalled ({3}): {1} is refused. Regulatory can lift the recall.",
    S.CLOSED: "Lot {0} is closed: {1} is refused.",
}
_CLASS: dict[State, type[errors.GateRefusal]] = {
    S.QUARANTINE: errors.NotReleased,
    S.IN_PROCESS: errors.NotReleased,
    S.AWAITING_RELEASE: errors.NotReleased,
    S.RELEASED: errors.WrongState,
    S.ON_HOLD: errors.OnHold,
    S.REJECTED: errors.IsRejected,
    S.RECALLED: errors.IsRecalled,
    S.CLOSED: errors.IsClosed,
}
_USES = frozenset({A.CONSUME, A.ISSUE, A.SHIP, A.DELIVER, A.USE, A.RETURN, A.ACCEPT_RETURN})


def _wrong_state(facts: LotFacts, action: Action) -> errors.GateRefusal:
    if facts.state is None:
        return errors.WrongState(
            "Lot {0} has no events yet: {1} is refused. It has to be received or made first.",
            *(facts.lot, action),
            lot=facts.lot,
        )
    holds = "; ".join(stop.label for stop in facts.open_holds) or Sentence("no open hold is recorded")
    recalls = "; ".join(stop.label for stop in facts.open_recalls) or Sentence("no open recall is recorded")
    named = _CLASS[facts.state]
    if named is errors.NotReleased and action not in _USES:
        named = errors.WrongState
    return named("{0}", Sentence(_WHO[facts.state], facts.lot, action, holds, recalls), lot=facts.lot)


def _require_quantity(facts: LotFacts, action: Action, quantity: Decimal) -> None:
    if action is A.CORRECT:
        quantity = -quantity
    limit, what = _available(facts, action)
    if limit is not None and quantity - limit > STEP / 2:
        raise errors.NotEnough(
            "Lot {0}: {1} of {2} {3} is refused, {4} are {5}.",
            *(facts.lot, action, plain(quantity), facts.uom, plain(limit), what),
            lot=facts.lot,
        )


def _available(facts: LotFacts, action: Action) -> tuple[Decimal | None, str]:
    if action in TAKES_BLOCKED_FIRST or action in TAKES_BLOCKED_LAST or action is A.CORRECT:
        return facts.on_hand, Sentence("on hand")
    if action in (A.CONSUME, A.SPLIT_FROM, A.MERGE_FROM, A.RELABEL_FROM, A.SHIP, A.ISSUE):
        return facts.free, Sentence("on hand and free to use")
    if action in (A.RETURN, A.DELIVER, A.USE):
        return facts.shipped, Sentence("with consignees")
    if action is A.ACCEPT_RETURN:
        return facts.blocked, Sentence("blocked")
    return None, ""


def _require_same_state(facts: LotFacts, action: Action, source: State | None) -> None:
    if action not in (A.SPLIT_INTO, A.MERGE_INTO, A.RELABEL_INTO) or facts.state is None:
        return
    if facts.state is not source:
        raise errors.WrongState(
            "Lot {0} is {1}, what comes into it is {2}: only material in the same state can be put together.",
            *(facts.lot, facts.state, source or Sentence("nowhere")),
            lot=facts.lot,
        )


def state_after(facts: LotFacts, action: Action, source: State | None, lifts: str | None) -> State:
    """The state that the table gives for an action that it allows."""
    target = RULES[facts.state][action]
    if target == FROM_SOURCE:
        if source is None:
            raise errors.WrongState(
                "Lot {0}: nothing says from which lot it comes. Name the source in the same event.",
                facts.lot,
                lot=facts.lot,
            )
        return source
    if action is A.LIFT_HOLD:
        return _after_lifted_hold(facts, lifts)
    if action is A.LIFT_RECALL:
        return _after_lifted_recall(facts, lifts)
    if action is A.HOLD and facts.open_recalls:
        return S.RECALLED  # it was closed while its recall was open
    if action is A.REWORK and facts.state is S.REJECTED and facts.open_holds:
        return S.ON_HOLD
    return State(target) if target is not UNCHANGED else State(facts.state)


def _after_lifted_hold(facts: LotFacts, lifts: str | None) -> State:
    left = _without(facts, facts.open_holds, lifts, Sentence("hold"))
    if facts.state is S.ON_HOLD and not left:
        return facts.held_from or S.QUARANTINE
    return State(facts.state)


def _after_lifted_recall(facts: LotFacts, lifts: str | None) -> State:
    if _without(facts, facts.open_recalls, lifts, Sentence("recall")):
        return S.RECALLED
    return S.ON_HOLD if facts.open_holds else facts.held_from or S.QUARANTINE


def _without(
    facts: LotFacts, stops: Iterable[OpenStop], lifts: str | None, what: Sentence
) -> tuple[OpenStop, ...]:
    stops = tuple(stops)
    left = tuple(stop for stop in stops if stop.event != lifts)
    if len(left) == len(stops):
        raise errors.WrongState(
            "Lot {0} has no open {1} from event {2}.", facts.lot, what, lifts or "-", lot=facts.lot
        )
    return left


def _stopped_unit(unit: UnitFacts, lot: str) -> errors.GateRefusal:
    stops = "; ".join(stop.label for stop in (*unit.open_recalls, *unit.open_holds))
    if unit.state is UnitState.RECALLED:
        return errors.IsRecalled(
            "Unit {0} is being recalled ({1}); Regulatory can lift the recall.", unit.unit, stops, lot=lot
        )
    if unit.state is UnitState.REJECTED:
        return errors.IsRejected("Unit {0} is rejected; it can be scrapped or sent back.", unit.unit, lot=lot)
    return errors.OnHold("Unit {0} is on hold ({1}); Quality can lift the hold.", unit.unit, stops, lot=lot)


def _words(whereabouts: Iterable[Whereabouts]) -> Sentence:
    return any_of(place if place.value else Sentence("not yet made") for place in sorted(whereabouts))


def plain(quantity: Decimal) -> str:
    """A quantity as people write it: no exponent, no trailing zeros."""
    return f"{quantity.normalize():f}"
