"""What two people enter into one record at the same time: nothing is lost, nothing is overwritten unseen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.changes import Change, ChangedMeanwhile, is_same, to_apply
from med_trace.domain.errors import BadInput

VALUES = st.one_of(st.none(), st.integers(-9, 9), st.floats(-9, 9), st.sampled_from(["", "a", "5", "5.0"]))


def applied(present: dict[str, Any], *changes: Change) -> dict[str, Any]:
    return present | {one.place: one.now for one in to_apply(changes, present.get)}


@pytest.mark.requirement("VIEW-2")
def test_two_people_in_different_fields_do_not_disturb_each_other() -> None:
    present = applied({}, Change("remarks", None, "dull tool"))
    assert applied(present, Change("quantity_good", "", 5)) == {"remarks": "dull tool", "quantity_good": 5}


@pytest.mark.requirement("VIEW-2")
def test_two_people_in_the_same_field_learn_of_it() -> None:
    present = {"parameters/Melt temperature/value": 231}
    with pytest.raises(
        ChangedMeanwhile, match=r"Melt temperature is 231 by now.*started from -.*entered 229"
    ):
        applied(present, Change("parameters/Melt temperature/value", None, 229))


def test_one_field_in_doubt_stops_the_whole_entry() -> None:
    with pytest.raises(ChangedMeanwhile, match="shift"):
        to_apply([Change("remarks", "", "a"), Change("shift", "early", "late")], {"shift": "night"}.get)


@given(VALUES, VALUES, VALUES)
def test_an_entry_sent_twice_does_no_harm(stands: Any, was: Any, now: Any) -> None:
    change = Change("remarks", was, now)
    try:
        once = applied({"remarks": stands}, change)
    except ChangedMeanwhile:
        assert not is_same(stands, was, now)
        return
    assert applied(once, change) == once
    assert is_same(once["remarks"], now)


def test_nothing_is_nothing_and_a_number_is_a_number() -> None:
    assert is_same(None, "")
    assert is_same("5.0", 5)
    assert is_same([{"cavity": "", "quantity": 5.0}], [{"quantity": "5"}])
    assert not is_same(0, None)
    assert not is_same("007", "7")
    assert not is_same([{"cavity": "05"}], [{"cavity": "5"}])


def test_a_field_is_named_once() -> None:
    with pytest.raises(BadInput, match="twice"):
        to_apply([Change("shift", "", "a"), Change("shift", "", "b")], {}.get)
