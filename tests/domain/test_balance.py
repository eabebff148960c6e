"""The account of a lot closes to the last piece, or says where it does not. No site needed."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from med_trace.domain.balance import GapKind, balance, gaps_of_totals
from med_trace.domain.event import Action
from med_trace.domain.facts import LotFacts
from med_trace.domain.history import PastRow, advance, effects
from med_trace.domain.states import Kind, State

AT = datetime(2026, 11, 22)
FREE = LotFacts(lot="LOT-1", kind=Kind.FINISHED, state=State.RELEASED)


def rows_of(*steps: tuple[Action, int | Decimal]) -> list[PastRow]:
    facts, rows = FREE, []
    for number, (action, quantity) in enumerate(steps):
        effect, blocked = effects(facts, action, Decimal(quantity))
        row = PastRow(f"E{number}", 1, AT, action, "LOT-1", Decimal(quantity), effect, blocked)
        facts = advance(facts, row) if action is not Action.RECEIVE else facts
        rows.append(row)
    return rows


@pytest.mark.requirement("TRC-4")
def test_made_is_on_hand_and_consumed_and_out_and_gone() -> None:
    rows = rows_of(
        (Action.RECEIVE, 100),
        (Action.CONSUME, 20),
        (Action.SCRAP, 5),
        (Action.SAMPLE, 3),
        (Action.SHIP, 40),
        (Action.RETURN, 4),
        (Action.SPLIT_FROM, 10),
    )
    account = balance("LOT-1", rows, "Nos")
    assert (account.made, account.on_hand, account.at_consignees) == (100, 26, 36)
    assert account.closes and not account.gaps


@pytest.mark.requirement("TRC-4")
def test_a_lot_that_says_something_else_than_its_events_has_a_gap() -> None:
    account = balance("LOT-1", rows_of((Action.RECEIVE, 10)), on_hand=Decimal(8))
    assert not account.closes and account.difference == 2
    assert [gap.kind for gap in account.gaps] == [GapKind.ON_HAND_DIFFERS]


def test_a_correction_closes_the_account_and_is_shown() -> None:
    account = balance("LOT-1", rows_of((Action.RECEIVE, 10), (Action.CORRECT, -2)))
    assert account.closes and account.on_hand == 8
    assert [(gap.kind, gap.quantity) for gap in account.gaps] == [(GapKind.CORRECTION, 2)]


def test_missing_serial_units_are_a_gap() -> None:
    account = balance("LOT-1", rows_of((Action.RECEIVE, 3)), units_in_stock=2)
    assert [gap.kind for gap in account.gaps] == [GapKind.UNITS_DIFFER] and not account.closes


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([a for a in Action if a not in (Action.LIFT_HOLD, Action.LIFT_RECALL)]),
            st.decimals(min_value=Decimal("0.001"), max_value=99, places=3),
        ),
        max_size=30,
    )
)
def test_whatever_happened_the_account_of_the_events_themselves_closes(steps: list) -> None:
    rows = []
    for number, (action, quantity) in enumerate(steps):
        effect, blocked = effects(FREE, action, quantity)
        rows.append(PastRow(f"E{number}", 1, AT, action, "LOT-1", quantity, effect, blocked))
    assert balance("LOT-1", rows).difference == 0


@pytest.mark.parametrize(
    ("made", "corrected", "on_hand", "out", "kinds"),
    [
        (10, 0, 4, 6, []),
        (0, 0, 0, 0, [GapKind.NEVER_MADE]),
        (10, -2, 8, 0, [GapKind.CORRECTION]),
        (10, 0, -1, 11, [GapKind.NEGATIVE]),
        (10, 0, 11, -1, [GapKind.NEGATIVE]),
    ],
)
def test_sums_alone_show_the_gaps_as_well(
    made: int, corrected: int, on_hand: int, out: int, kinds: list[GapKind]
) -> None:
    found = gaps_of_totals("LOT-1", *(Decimal(number) for number in (made, corrected, on_hand, out)))
    assert [gap.kind for gap in found] == kinds and all(gap.message for gap in found)
