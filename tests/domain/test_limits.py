"""Values against limits. No site needed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.limits import Judgement, judge, worst

LIMITS = {"lower_limit": 10, "lower_warning": 12, "upper_warning": 18, "upper_limit": 20}


@pytest.mark.requirement("PROD-4")
@pytest.mark.parametrize(
    ("value", "judgement"),
    [
        (15, Judgement.OK),
        (12, Judgement.OK),
        (11.9, Judgement.WARNING),
        (10, Judgement.WARNING),
        (9.99, Judgement.OUT_OF_SPECIFICATION),
        (18.01, Judgement.WARNING),
        (20, Judgement.WARNING),
        (20.0001, Judgement.OUT_OF_SPECIFICATION),
        (None, Judgement.MISSING),
        (float("nan"), Judgement.MISSING),
    ],
)
def test_a_value_is_judged_by_the_limit_that_it_leaves(value: float | None, judgement: Judgement) -> None:
    assert judge(value, **LIMITS) is judgement


def test_a_limit_that_is_not_set_stops_nothing() -> None:
    assert judge(-1e9, upper_limit=5) is Judgement.OK
    assert judge(6, upper_limit=5) is Judgement.OUT_OF_SPECIFICATION
    assert judge(0, lower_limit=0) is Judgement.OK
    assert judge(123) is Judgement.OK


def test_a_float_is_what_it_shows() -> None:
    assert judge(0.3, upper_limit=Decimal("0.3")) is Judgement.OK
    assert judge(0.1, lower_limit=0.1, upper_limit=0.1) is Judgement.OK


def test_the_worst_of_several_counts() -> None:
    assert (
        worst([Judgement.OK, Judgement.OUT_OF_SPECIFICATION, Judgement.WARNING])
        is Judgement.OUT_OF_SPECIFICATION
    )
    assert worst([]) is Judgement.OK


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_tighter_limits_never_make_a_value_better(value: float) -> None:
    order = [Judgement.OK, Judgement.WARNING, Judgement.OUT_OF_SPECIFICATION]
    wide = judge(value, lower_limit=-100, upper_limit=100)
    assert order.index(judge(value, lower_limit=-50, upper_limit=50)) >= order.index(wide)
