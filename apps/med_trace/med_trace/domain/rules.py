"""The tables of the gate: what each state allows, and where a piece has to be for what is done with it.

`RULES` is the one table that the gate, the screens and the documentation read. What is not in it is
refused. `UNIT_MOVES` says the same for the whereabouts of single pieces. Knows nothing of Frappe.
"""

from __future__ import annotations

from med_trace.domain.event import Action
from med_trace.domain.states import Kind, State, Whereabouts

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
        A.CLOSE: S.CLOSED,
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
        A.CLOSE: S.CLOSED,
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
        A.CLOSE: S.CLOSED,
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

# What a place in the event says of the lot: it is there now.
PLACING = frozenset({A.RECEIVE, A.PRODUCE, A.MOVE, A.SPLIT_INTO, A.MERGE_INTO, A.RELABEL_INTO, A.RETURN})

# Actions on one piece that change the piece's own state and leave the lot's alone.
UNIT_STATE_ACTIONS = frozenset({A.HOLD, A.LIFT_HOLD, A.REJECT, A.RECALL, A.LIFT_RECALL, A.REWORK})

_HERE = frozenset({W.IN_STOCK})
HERE_OR_BACK = frozenset({W.IN_STOCK, W.RETURNED})
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
    A.SAMPLE: (HERE_OR_BACK, W.SAMPLED),
    A.SCRAP: (HERE_OR_BACK, W.SCRAPPED),
    A.RETURN_TO_SUPPLIER: (HERE_OR_BACK, W.RETURNED_TO_SUPPLIER),
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
