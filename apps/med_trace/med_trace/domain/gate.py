"""The gate: may this lot, in this state, take part in this action? Knows nothing of Frappe.

`RULES` is the one table that the gate, the screens and the documentation read. What is not in it is
refused. `UNIT_MOVES` says the same for the whereabouts of single pieces.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from med_trace.domain import errors
from med_trace.domain.event import STEP, Action
from med_trace.domain.states import Kind, State, UnitState, Whereabouts

A, S, W = Action, State, Whereabouts

UNCHANGED = None
FROM_SOURCE = "state of the source"  # a new lot of a split, merge or relabelling starts as its source is

# What may be done with a lot in whichever state it is while pieces of it are out of our hands.
_OUTSIDE: dict[Action, State | None] = {A.RETURN: UNCHANGED, A.DELIVER: UNCHANGED, A.USE: UNCHANGED}
_LOOK: dict[Action, State | None] = {A.INSPECT: UNCHANGED, A.SAMPLE: UNCHANGED, A.SCRAP: UNCHANGED}
_DIVIDE: dict[Action, State | None] = {
    A.SPLIT_FROM: UNCHANGED,
    A.SPLIT_INTO: UNCHANGED,
    A.MERGE_FROM: UNCHANGED,
    A.MERGE_INTO: UNCHANGED,
    A.RELABEL_FROM: UNCHANGED,
    A.RELABEL_INTO: UNCHANGED,
}
_STOP: dict[Action, State | None] = {A.HOLD: S.ON_HOLD, A.REJECT: S.REJECTED, A.RECALL: S.RECALLED}
_ALWAYS: dict[Action, State | None] = {A.MOVE: UNCHANGED, A.CORRECT: UNCHANGED}

# state -> action -> the state afterwards (UNCHANGED: the same). None as state: no event has named the lot.
RULES: dict[State | None, dict[Action, State | str | None]] = {
    None: {
        A.RECEIVE: S.QUARANTINE,
        A.PRODUCE: S.IN_PROCESS,
        A.PROCESS: S.IN_PROCESS,
        A.SPLIT_INTO: FROM_SOURCE,
        A.MERGE_INTO: FROM_SOURCE,
        A.RELABEL_INTO: FROM_SOURCE,
    },
    S.QUARANTINE: {
        **_ALWAYS,
        **_LOOK,
        **_DIVIDE,
        **_STOP,
        A.RECEIVE: UNCHANGED,
        A.ACCEPT: S.RELEASED,
        A.RETURN_TO_SUPPLIER: UNCHANGED,
    },
    S.IN_PROCESS: {
        **_ALWAYS,
        **_LOOK,
        **_DIVIDE,
        **_STOP,
        A.PRODUCE: UNCHANGED,
        A.PROCESS: UNCHANGED,
        A.ACCEPT: S.RELEASED,
        A.FINISH: S.AWAITING_RELEASE,
        A.REWORK: UNCHANGED,
        A.PACK: UNCHANGED,
        A.UNPACK: UNCHANGED,
    },
    S.AWAITING_RELEASE: {
        **_ALWAYS,
        **_LOOK,
        **_DIVIDE,
        **_STOP,
        A.RELEASE: S.RELEASED,
        A.REWORK: S.IN_PROCESS,
        A.PACK: UNCHANGED,
        A.UNPACK: UNCHANGED,
    },
    S.RELEASED: {
        **_ALWAYS,
        **_LOOK,
        **_DIVIDE,
        **_STOP,
        **_OUTSIDE,
        A.CONSUME: UNCHANGED,
        A.ISSUE: UNCHANGED,
        A.SHIP: UNCHANGED,
        A.ACCEPT_RETURN: UNCHANGED,
        A.PACK: UNCHANGED,
        A.UNPACK: UNCHANGED,
        A.REVOKE_RELEASE: S.ON_HOLD,
        A.RETURN_TO_SUPPLIER: UNCHANGED,
        A.CLOSE: S.CLOSED,
    },
    S.ON_HOLD: {
        **_ALWAYS,
        **_LOOK,
        **_OUTSIDE,
        **_STOP,
        A.LIFT_HOLD: UNCHANGED,
        A.REWORK: UNCHANGED,
        A.RETURN_TO_SUPPLIER: UNCHANGED,
        A.UNPACK: UNCHANGED,
    },
    S.REJECTED: {
        **_ALWAYS,
        **_LOOK,
        **_OUTSIDE,
        A.HOLD: UNCHANGED,
        A.LIFT_HOLD: UNCHANGED,
        A.RECALL: S.RECALLED,
        A.REWORK: S.IN_PROCESS,
        A.RETURN_TO_SUPPLIER: UNCHANGED,
        A.UNPACK: UNCHANGED,
        A.CLOSE: S.CLOSED,
    },
    S.RECALLED: {
        **_ALWAYS,
        **_LOOK,
        **_OUTSIDE,
        A.HOLD: UNCHANGED,
        A.LIFT_HOLD: UNCHANGED,
        A.RECALL: UNCHANGED,
        A.LIFT_RECALL: UNCHANGED,
        A.RETURN_TO_SUPPLIER: UNCHANGED,
        A.UNPACK: UNCHANGED,
        A.CLOSE: S.CLOSED,
    },
    S.CLOSED: {
        **_ALWAYS,
        **_LOOK,
        **_OUTSIDE,
        A.HOLD: S.ON_HOLD,
        A.RECALL: S.RECALLED,
        A.RETURN_TO_SUPPLIER: UNCHANGED,
        A.UNPACK: UNCHANGED,
    },
}

# Kinds that become usable by an inspection while they are in process; the others need a release.
ACCEPTED_IN_PROCESS = frozenset({Kind.COMPONENT, Kind.WIP})

# An expired lot may still be looked at, stopped, thrown away and come back; nothing else.
ALLOWED_WHEN_EXPIRED = frozenset(
    {
        *(A.MOVE, A.SCRAP, A.INSPECT, A.SAMPLE, A.HOLD, A.LIFT_HOLD, A.REJECT, A.RETURN, A.DELIVER, A.USE),
        *(A.RECALL, A.LIFT_RECALL, A.REVOKE_RELEASE, A.RETURN_TO_SUPPLIER, A.UNPACK, A.CORRECT, A.CLOSE),
        *(A.RECEIVE,),  # it stands in quarantine and cannot be accepted
    }
)

# These take what is blocked (returned, rejected on arrival) before what is free to use.
TAKES_BLOCKED_FIRST = frozenset({A.SCRAP, A.RETURN_TO_SUPPLIER})
TAKES_BLOCKED_LAST = frozenset({A.SAMPLE})

# Actions on one piece that change the piece's own state and leave the lot's alone.
UNIT_STATE_ACTIONS = frozenset({A.HOLD, A.LIFT_HOLD, A.REJECT, A.RECALL, A.LIFT_RECALL, A.REWORK})

_HERE = frozenset({W.IN_STOCK})
_HERE_OR_BACK = frozenset({W.IN_STOCK, W.RETURNED})
_OUT = frozenset({W.SHIPPED, W.DELIVERED})
_NEW = frozenset({W.NOWHERE})

# action on a piece -> where it has to be, where it is afterwards. Missing: anywhere, and it stays there.
UNIT_MOVES: dict[Action, tuple[frozenset[Whereabouts], Whereabouts]] = {
    A.RECEIVE: (_NEW | {W.RETURNED_TO_SUPPLIER}, W.IN_STOCK),
    A.PRODUCE: (_NEW, W.IN_STOCK),
    A.PROCESS: (_NEW | _HERE, W.IN_STOCK),  # serial numbers are often given late, by the laser
    A.SPLIT_INTO: (_NEW | _HERE, W.IN_STOCK),
    A.MERGE_INTO: (_NEW | _HERE, W.IN_STOCK),
    A.RELABEL_INTO: (_NEW | _HERE, W.IN_STOCK),
    A.SPLIT_FROM: (_HERE, W.IN_STOCK),
    A.MERGE_FROM: (_HERE, W.IN_STOCK),
    A.RELABEL_FROM: (_HERE, W.CONSUMED),
    A.CONSUME: (_HERE, W.CONSUMED),
    A.ISSUE: (_HERE, W.CONSUMED),
    A.SAMPLE: (_HERE_OR_BACK, W.SAMPLED),
    A.SCRAP: (_HERE_OR_BACK, W.SCRAPPED),
    A.RETURN_TO_SUPPLIER: (_HERE_OR_BACK, W.RETURNED_TO_SUPPLIER),
    A.SHIP: (_HERE, W.SHIPPED),
    A.DELIVER: (frozenset({W.SHIPPED}), W.DELIVERED),
    A.USE: (_OUT, W.USED),
    A.RETURN: (_OUT | {W.USED}, W.RETURNED),
    A.ACCEPT_RETURN: (frozenset({W.RETURNED}), W.IN_STOCK),
}

# These need a piece that nothing of its own stops.
NEEDS_FREE_UNIT = frozenset(
    {
        *(A.CONSUME, A.ISSUE, A.SHIP, A.PACK, A.ACCEPT_RETURN),
        *(A.SPLIT_FROM, A.MERGE_FROM, A.RELABEL_FROM),
    }
)


@dataclass(frozen=True)
class OpenStop:
    """A hold, revoked release or recall that has not been lifted; `event` is what a lift names."""

    event: str
    source_doctype: str | None = None
    source_name: str | None = None
    reason: str | None = None
    time: datetime | None = None

    @property
    def label(self) -> str:
        source = " ".join(filter(None, (self.source_doctype, self.source_name)))
        return source or self.reason or self.event


@dataclass(frozen=True)
class LotFacts:
    """What is known of a lot at one moment. `shipped` is net: at consignees and not come back."""

    lot: str
    kind: Kind
    state: State | None = None
    held_from: State | None = None
    expiry: date | None = None
    uom: str = ""
    quantity: Decimal = Decimal(0)
    on_hand: Decimal = Decimal(0)
    blocked: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    open_holds: tuple[OpenStop, ...] = ()
    open_recalls: tuple[OpenStop, ...] = ()

    @property
    def free(self) -> Decimal:
        return self.on_hand - self.blocked

    def is_expired(self, at: datetime) -> bool:
        return self.expiry is not None and self.expiry < at.date()


@dataclass(frozen=True)
class UnitFacts:
    """What is known of one piece at one moment."""

    unit: str
    lot: str
    state: UnitState = UnitState.AS_LOT
    whereabouts: Whereabouts = Whereabouts.NOWHERE
    consignee: str | None = None
    part_of: str | None = None
    open_holds: tuple[OpenStop, ...] = ()
    open_recalls: tuple[OpenStop, ...] = ()
    is_rejected: bool = False

    @property
    def is_blocked(self) -> bool:
        """On hand, but not free to use."""
        if self.whereabouts not in _HERE_OR_BACK:
            return False
        return bool(self.state) or self.whereabouts == W.RETURNED


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
            *(unit.unit, action.value, _words([unit.whereabouts]), _words(allowed_at)),
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
            *(facts.lot, facts.kind.value),
            lot=facts.lot,
        )
    if facts.is_expired(at) and action not in ALLOWED_WHEN_EXPIRED:
        return errors.Expired(
            "Lot {0} expired on {1}: {2} is refused. It can be moved to quarantine, scrapped or sent back.",
            *(facts.lot, facts.expiry, action.value),
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
            *(facts.lot, action.value),
            lot=facts.lot,
        )
    holds = "; ".join(stop.label for stop in facts.open_holds) or "no open hold is recorded"
    recalls = "; ".join(stop.label for stop in facts.open_recalls) or "no open recall is recorded"
    named = _CLASS[facts.state]
    if named is errors.NotReleased and action not in _USES:
        named = errors.WrongState
    return named(_WHO[facts.state], facts.lot, action.value, holds, recalls, lot=facts.lot)


def _require_quantity(facts: LotFacts, action: Action, quantity: Decimal) -> None:
    if action is A.CORRECT:
        quantity = -quantity
    limit, what = _available(facts, action)
    if limit is not None and quantity - limit > STEP / 2:
        raise errors.NotEnough(
            "Lot {0}: {1} of {2} {3} is refused, {4} are {5}.",
            *(facts.lot, action.value, plain(quantity), facts.uom, plain(limit), what),
            lot=facts.lot,
        )


def _available(facts: LotFacts, action: Action) -> tuple[Decimal | None, str]:
    if action in TAKES_BLOCKED_FIRST or action in TAKES_BLOCKED_LAST or action is A.CORRECT:
        return facts.on_hand, "on hand"
    if action in (A.CONSUME, A.SPLIT_FROM, A.MERGE_FROM, A.RELABEL_FROM, A.SHIP, A.ISSUE):
        return facts.free, "on hand and free to use"
    if action in (A.RETURN, A.DELIVER, A.USE):
        return facts.shipped, "with consignees"
    if action is A.ACCEPT_RETURN:
        return facts.blocked, "blocked"
    return None, ""


def _require_same_state(facts: LotFacts, action: Action, source: State | None) -> None:
    if action not in (A.SPLIT_INTO, A.MERGE_INTO, A.RELABEL_INTO) or facts.state is None:
        return
    if facts.state is not source:
        raise errors.WrongState(
            "Lot {0} is {1}, what comes into it is {2}: only material in the same state can be put together.",
            *(facts.lot, facts.state.value, source.value if source else "nowhere"),
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
    if action is A.REWORK and facts.state is S.REJECTED and facts.open_holds:
        return S.ON_HOLD
    return State(target) if target is not UNCHANGED else State(facts.state)


def _after_lifted_hold(facts: LotFacts, lifts: str | None) -> State:
    left = _without(facts, facts.open_holds, lifts, "hold")
    if facts.state is S.ON_HOLD and not left:
        return facts.held_from or S.QUARANTINE
    return State(facts.state)


def _after_lifted_recall(facts: LotFacts, lifts: str | None) -> State:
    if _without(facts, facts.open_recalls, lifts, "recall"):
        return S.RECALLED
    return S.ON_HOLD if facts.open_holds else facts.held_from or S.QUARANTINE


def _without(
    facts: LotFacts, stops: Iterable[OpenStop], lifts: str | None, what: str
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


def _words(whereabouts: Iterable[Whereabouts]) -> str:
    return " or ".join(sorted(place.value.lower() or "not yet made" for place in whereabouts))


def plain(quantity: Decimal) -> str:
    """A quantity as people write it: no exponent, no trailing zeros."""
    return f"{quantity.normalize():f}"
