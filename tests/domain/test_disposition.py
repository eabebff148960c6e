"""Dispositions that add up, and the steps of an NCR. No site needed."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.disposition import (
    STEPS,
    Affected,
    Decision,
    Kind,
    NotDisposed,
    Stage,
    StepRefused,
    require_settled,
    require_step,
)

quantities = st.integers(1, 1000).map(Decimal)
shares = st.lists(
    st.tuples(st.sampled_from(["A", "B", "C"]), st.sampled_from(list(Kind)), quantities), max_size=8
)


def a_decision(lot: str, kind: Kind, quantity: Decimal) -> Decision:
    return Decision(lot, kind, quantity, approver="qa@example.com", justification="because")


@pytest.mark.requirement("NC-1")
@given(shares)
def test_decisions_that_add_up_are_settled(parts: list[tuple[str, Kind, Decimal]]) -> None:
    affected = [Affected(lot, quantity) for lot, _kind, quantity in parts]
    require_settled(affected, [a_decision(*part) for part in parts])


@pytest.mark.requirement("NC-1")
@given(shares.filter(bool), st.integers(-5, 5).filter(bool))
def test_one_piece_more_or_less_is_not(parts: list[tuple[str, Kind, Decimal]], difference: int) -> None:
    affected = [Affected(lot, quantity) for lot, _kind, quantity in parts]
    affected[0] = Affected(affected[0].lot, affected[0].quantity + difference)
    with pytest.raises(NotDisposed):
        require_settled(affected, [a_decision(*part) for part in parts])


@pytest.mark.parametrize(
    "decision",
    [
        Decision("A", Kind.USE_AS_IS, Decimal(5), justification="because"),
        Decision("A", Kind.USE_AS_IS, Decimal(5), approver="qa@example.com"),
        Decision("A", Kind.USE_AS_IS, Decimal(5), approver="qa@example.com", justification="  "),
        Decision("A", Kind.SCRAP, Decimal(0)),
        Decision("A", Kind.SCRAP, Decimal(5), unit="U1"),
    ],
)
def test_a_decision_that_lacks_something_is_refused(decision: Decision) -> None:
    with pytest.raises(NotDisposed):
        require_settled([Affected("A", Decimal(5))], [decision])


def test_a_piece_is_decided_once() -> None:
    affected = [Affected("A", Decimal(1), "U1"), Affected("A", Decimal(1), "U2")]
    with pytest.raises(NotDisposed, match="two dispositions"):
        require_settled(affected, [Decision("A", Kind.SCRAP, Decimal(1), "U1")] * 2)


def test_a_piece_that_is_not_concerned_is_refused() -> None:
    with pytest.raises(NotDisposed, match="U9"):
        require_settled([Affected("A", Decimal(1), "U1")], [Decision("A", Kind.SCRAP, Decimal(1), "U9")])


@pytest.mark.parametrize(("before", "after"), list(product(Stage, Stage)))
def test_only_the_steps_of_the_table_are_taken(before: Stage, after: Stage) -> None:
    if before is after or after in STEPS[before]:
        require_step(before, after)
    else:
        with pytest.raises(StepRefused):
            require_step(before, after)
