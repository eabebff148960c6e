"""Fit for use on that day. No site needed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.qualification import OnFile, Status, find_valid, why_not

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
entries = st.builds(
    OnFile,
    name=st.just("QUAL-1"),
    valid_from=days,
    valid_to=st.none() | days,
    status=st.sampled_from(list(Status)),
    scope=st.sampled_from(["", "Turning", "Cleaning"]),
)


@pytest.mark.requirement("MAT-1", "PROD-6")
@given(st.lists(entries, max_size=5), days, st.sampled_from([None, "Turning", "turning ", "Marking"]))
def test_what_is_valid_is_approved_in_scope_and_in_time(
    on_file: list[OnFile], day: date, scope: str | None
) -> None:
    found = find_valid(on_file, day, scope)
    if found is None:
        template, values = why_not(on_file, day, scope)
        assert template.format(*values)
    else:
        assert found.status is Status.APPROVED and found.covers(scope)
        assert found.valid_from <= day and (found.valid_to is None or day <= found.valid_to)


@given(days, st.integers(0, 400))
def test_both_days_of_a_validity_count(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    on_file = [OnFile("QUAL-1", start, end)]
    assert find_valid(on_file, start) and find_valid(on_file, end)
    assert not find_valid(on_file, start - timedelta(days=1)) and not find_valid(
        on_file, end + timedelta(days=1)
    )


@pytest.mark.parametrize(
    ("on_file", "words"),
    [
        ([], "none is on file"),
        ([OnFile("Q", date(2026, 1, 1), scope="Cleaning")], "covers Turning"),
        ([OnFile("Q", date(2026, 1, 1), status=Status.SUSPENDED)], "suspended"),
        ([OnFile("Q", date(2025, 1, 1), date(2026, 1, 1))], "ended on 2026-01-01"),
        ([OnFile("Q", date(2027, 1, 1))], "begins on 2027-01-01"),
    ],
)
def test_the_reason_is_that_of_what_comes_nearest(on_file: list[OnFile], words: str) -> None:
    template, values = why_not(on_file, date(2026, 6, 1), "Turning")
    assert words in template.format(*values)
