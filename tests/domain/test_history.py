"""A lot's life in order: as of a time, with a late entry, without a reversed event. No site needed."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from med_trace.domain.errors import HasDependents
from med_trace.domain.event import Action
from med_trace.domain.facts import LotFacts, UnitFacts
from med_trace.domain.history import PastRow, advance_unit, replay, require_sound, require_sound_unit
from med_trace.domain.states import Kind, State, UnitState, Whereabouts

START = datetime(2026, 11, 1, 8, 0)
LOT = LotFacts(lot="LOT-1", kind=Kind.RAW)
SIGN = {Action.RECEIVE: 1, Action.CONSUME: -1, Action.SHIP: -1, Action.RETURN: 1}


def a_row(hour: int, action: Action, quantity: float = 0, **more: object) -> PastRow:
    amount = Decimal(str(quantity))
    effect = SIGN.get(action, 0) * amount
    blocked = amount if action is Action.RETURN else Decimal(0)
    at = START + timedelta(hours=hour)
    return PastRow(f"E{hour:02}", 1, at, action, "LOT-1", amount, effect, blocked, **more)  # type: ignore[arg-type]


RECEIVED_ACCEPTED_USED = [
    a_row(0, Action.RECEIVE, 100),
    a_row(2, Action.ACCEPT),
    a_row(4, Action.CONSUME, 30),
    a_row(6, Action.HOLD),
    a_row(8, Action.LIFT_HOLD, lifts="E06"),
    a_row(10, Action.CONSUME, 50),
]


@pytest.mark.parametrize(
    ("hour", "state", "on_hand"),
    [
        (1, State.QUARANTINE, 100),
        (3, State.RELEASED, 100),
        (5, State.RELEASED, 70),
        (7, State.ON_HOLD, 70),
        (9, State.RELEASED, 70),
        (11, State.RELEASED, 20),
    ],
)
def test_facts_as_of_a_time_are_what_was_true_then(hour: int, state: State, on_hand: int) -> None:
    facts = replay(LOT, RECEIVED_ACCEPTED_USED, START + timedelta(hours=hour))
    assert (facts.state, facts.on_hand) == (state, on_hand)


@pytest.mark.requirement("GATE-1")
def test_a_late_entry_may_not_take_from_under_later_ones() -> None:
    late = [*RECEIVED_ACCEPTED_USED, a_row(3, Action.CONSUME, 30)]
    with pytest.raises(HasDependents) as refused:
        require_sound(LOT, late, "A late entry")
    assert refused.value.events == ("E10",)
    assert require_sound(LOT, [*RECEIVED_ACCEPTED_USED, a_row(3, Action.CONSUME, 20)], "").on_hand == 0


def test_without_its_receipt_nothing_of_a_lot_stands() -> None:
    with pytest.raises(HasDependents) as refused:
        require_sound(LOT, RECEIVED_ACCEPTED_USED[1:], "Reversal")
    assert refused.value.events == ("E02",)


def test_a_hold_that_a_later_event_lifts_is_not_taken_away_beneath_it() -> None:
    without = [row for row in RECEIVED_ACCEPTED_USED if row.event != "E06"]
    with pytest.raises(HasDependents):
        require_sound(LOT, without, "Reversal")


def test_a_return_needs_what_was_shipped() -> None:
    rows = [
        a_row(0, Action.RECEIVE, 5),
        a_row(1, Action.ACCEPT),
        a_row(2, Action.SHIP, 5),
        a_row(3, Action.RETURN, 2),
    ]
    facts = replay(LOT, rows)
    assert (facts.on_hand, facts.blocked, facts.shipped) == (2, 2, 3)
    with pytest.raises(HasDependents):
        require_sound(LOT, [row for row in rows if row.action is not Action.SHIP], "Reversal")


def test_a_unit_is_blocked_by_its_own_hold_and_freed_by_its_lifting() -> None:
    unit = UnitFacts(unit="U-1", lot="LOT-1", whereabouts=Whereabouts.IN_STOCK)
    held = advance_unit(unit, a_row(1, Action.HOLD, serial_unit="U-1"))
    assert held.state is UnitState.ON_HOLD and held.is_blocked
    recalled = advance_unit(held, a_row(2, Action.RECALL, serial_unit="U-1"))
    assert recalled.state is UnitState.RECALLED
    freed = advance_unit(recalled, a_row(3, Action.LIFT_RECALL, serial_unit="U-1", lifts="E02"))
    assert freed.state is UnitState.ON_HOLD
    assert (
        advance_unit(freed, a_row(4, Action.LIFT_HOLD, serial_unit="U-1", lifts="E01")).state
        is UnitState.AS_LOT
    )


def test_a_unit_knows_its_consignee_and_what_it_became_part_of() -> None:
    unit = UnitFacts(unit="U-1", lot="LOT-1", whereabouts=Whereabouts.IN_STOCK)
    shipped = advance_unit(unit, a_row(1, Action.SHIP, 1, serial_unit="U-1", consignee="Hospital"))
    assert (shipped.whereabouts, shipped.consignee) == (Whereabouts.SHIPPED, "Hospital")
    assert advance_unit(shipped, a_row(2, Action.RETURN, 1, serial_unit="U-1")).consignee is None
    assert (
        advance_unit(unit, a_row(1, Action.CONSUME, 1, serial_unit="U-1", into_unit="U-9")).part_of == "U-9"
    )


def test_a_unit_cannot_have_been_shipped_twice() -> None:
    unit = UnitFacts(unit="U-1", lot="LOT-1")
    rows = [a_row(0, Action.PRODUCE, 1), a_row(1, Action.SHIP, 1), a_row(2, Action.SHIP, 1)]
    with pytest.raises(HasDependents):
        require_sound_unit(unit, rows, "A late entry")


@settings(max_examples=200, deadline=None)
@given(st.permutations(RECEIVED_ACCEPTED_USED))
def test_the_order_in_which_rows_are_fetched_does_not_matter(rows: list[PastRow]) -> None:
    assert replay(LOT, rows) == replay(LOT, RECEIVED_ACCEPTED_USED)
