"""What a caller states about an event: refused before any lot is looked at. No site needed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.errors import BadInput, NotBalanced
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.statement import checked


def an_event(kind: EventType, *rows: Row, **more: str) -> EventDraft:
    return EventDraft(kind, rows, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (an_event(EventType.RECEIVED), "at least one row"),
        (an_event(EventType.RECEIVED, Row(Action.SHIP, "L", Decimal(1))), "Ship does not belong"),
        (an_event(EventType.RECEIVED, Row(Action.RECEIVE, "", Decimal(1))), "names a lot"),
        (an_event(EventType.RECEIVED, Row(Action.RECEIVE, "L", Decimal(0))), "more than 0"),
        (an_event(EventType.RECEIVED, Row(Action.RECEIVE, "L", Decimal(-1))), "more than 0"),
        (an_event(EventType.RECEIVED, Row(Action.RECEIVE, "L", Decimal("NaN"))), "not a quantity"),
        (an_event(EventType.RECEIVED, Row(Action.RECEIVE, "L", Decimal("1e30"))), "not a quantity"),
        (an_event(EventType.SHIPPED, Row(Action.SHIP, "L", Decimal(2), serial_unit="U")), "expected 1"),
        (an_event(EventType.HELD, Row(Action.HOLD, "L")), "needs a reason"),
        (an_event(EventType.HOLD_LIFTED, Row(Action.LIFT_HOLD, "L")), "names the event that it ends"),
        (an_event(EventType.CORRECTED, Row(Action.CORRECT, "L"), reason="count"), "correction of 0"),
        (an_event(EventType.SHIPPED, Row(Action.SHIP, "L", Decimal(1), blocked=True)), "blocked"),
        (
            an_event(EventType.SHIPPED, *[Row(Action.SHIP, "L", Decimal(1), serial_unit="U")] * 2),
            "named twice",
        ),
    ],
)
def test_a_malformed_event_is_refused_with_field_and_expectation(draft: EventDraft, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        checked(draft)


def test_a_consumption_of_nothing_is_a_pure_link() -> None:
    draft = an_event(EventType.TRANSFORMED, Row(Action.CONSUME, "L"), Row(Action.PRODUCE, "M", Decimal(1)))
    assert checked(draft).rows[0].quantity == 0


def test_one_serial_unit_is_one_piece() -> None:
    assert checked(an_event(EventType.SHIPPED, Row(Action.SHIP, "L", serial_unit="U"))).rows[0].quantity == 1


@given(
    st.lists(st.decimals(min_value=Decimal("0.01"), max_value=99, places=2), min_size=1, max_size=5),
    st.decimals(min_value=Decimal("0.01"), max_value=5, places=2),
)
def test_a_split_neither_makes_nor_loses_anything(parts: list[Decimal], extra: Decimal) -> None:
    whole = sum(parts, Decimal(0))
    into = [Row(Action.SPLIT_INTO, f"P{i}", part) for i, part in enumerate(parts)]
    assert checked(an_event(EventType.SPLIT, Row(Action.SPLIT_FROM, "L", whole), *into))
    with pytest.raises(NotBalanced):
        checked(an_event(EventType.SPLIT, Row(Action.SPLIT_FROM, "L", whole + extra), *into))
