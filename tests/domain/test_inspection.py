"""Verdicts. No site needed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.errors import BadInput
from med_trace.domain.inspection import (
    Characteristic,
    Method,
    Reading,
    Result,
    Verdict,
    conclude,
    missing_samples,
    require_consistent,
)
from med_trace.domain.limits import Limits, parse_number, require_ordered

LENGTH = Characteristic(
    "Length", limits=Limits(lower_limit=Decimal("9.9"), upper_limit=Decimal("10.1")), sample_size=2
)
LOOK = Characteristic("Look", Method.ATTRIBUTE, sample_size=None)
numbers = st.decimals(-1000, 1000, places=3, allow_nan=False)


def lengths(*values: str) -> list[Reading]:
    return [Reading("Length", sample, Decimal(value)) for sample, value in enumerate(values, 1)]


@pytest.mark.requirement("INSP-2")
@given(st.lists(numbers, min_size=2, max_size=6), numbers, numbers)
def test_a_lot_is_accepted_exactly_when_every_value_is_within(
    values: list[Decimal], one: Decimal, other: Decimal
) -> None:
    low, high = sorted((one, other))
    plan = [
        Characteristic("Length", limits=Limits(lower_limit=low, upper_limit=high), sample_size=len(values))
    ]
    readings = [Reading("Length", sample, value) for sample, value in enumerate(values, 1)]
    accepted = all(low <= value <= high for value in values)
    assert conclude(plan, Decimal(100), readings) is (Verdict.ACCEPTED if accepted else Verdict.REJECTED)


@pytest.mark.requirement("INSP-2")
def test_one_failure_rejects_before_everything_is_measured() -> None:
    assert conclude([LENGTH, LOOK], Decimal(5), lengths("12")) is Verdict.REJECTED


def test_nothing_is_accepted_while_results_are_missing() -> None:
    assert conclude([LENGTH], Decimal(5), lengths("10")) is Verdict.PENDING
    assert missing_samples([LENGTH], Decimal(5), lengths("10")) == {"Length": 1}


def test_an_attribute_is_what_was_seen() -> None:
    seen = [Reading("Look", sample, attribute=Result.PASS) for sample in (1, 2)]
    assert conclude([LOOK], Decimal(2), seen) is Verdict.ACCEPTED
    assert (
        conclude([LOOK], Decimal(2), [*seen[:1], Reading("Look", 2, attribute=Result.FAIL)])
        is Verdict.REJECTED
    )


@given(st.integers(1, 50), st.decimals("0.001", 500, places=3))
def test_a_sample_is_never_larger_than_the_lot_nor_empty(size: int, quantity: Decimal) -> None:
    samples = Characteristic("Length", sample_size=size).samples_of(quantity)
    assert 1 <= samples <= max(1, int(quantity) + 1) and samples <= size


@given(st.integers(1, 500))
def test_all_means_every_piece(quantity: int) -> None:
    assert LOOK.samples_of(Decimal(quantity)) == quantity


@pytest.mark.parametrize(
    "plan",
    [
        [],
        [LENGTH, LENGTH],
        [Characteristic("Width")],
        [Characteristic("Look", Method.ATTRIBUTE, sample_size=0)],
    ],
)
def test_a_plan_that_could_not_be_judged_is_refused(plan: list[Characteristic]) -> None:
    with pytest.raises(BadInput):
        require_consistent(plan)


@given(st.lists(numbers, min_size=4, max_size=4))
def test_limits_rise_or_are_refused(values: list[Decimal]) -> None:
    limits = Limits(*values)
    if values == sorted(values):
        require_ordered(limits, "Length")
    else:
        with pytest.raises(BadInput):
            require_ordered(limits, "Length")


@given(numbers)
def test_a_number_is_read_as_it_was_written(value: Decimal) -> None:
    assert parse_number(f" {value} ", "Length") == value


@pytest.mark.parametrize("text", ["ten", "1,5", "NaN", "Infinity", "1 2"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="Length"):
        parse_number(text, "Length")


@pytest.mark.parametrize("text", ["", None, "  "])
def test_an_empty_limit_does_not_limit(text: str | None) -> None:
    assert parse_number(text, "Length") is None
