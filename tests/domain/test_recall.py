"""Recall arithmetic: nothing shipped is forgotten, and a recall ends only when everything is accounted for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from med_trace.domain.errors import BadInput
from med_trace.domain.recall import (
    EffectivenessLevel,
    Outcome,
    Shipment,
    checks_needed,
    quantity_errors,
    status_by_consignee,
    termination_blockers,
)

pytestmark = pytest.mark.requirement("RCL-4")

DAY = date(2026, 11, 22)
pieces = st.integers(0, 500).map(Decimal)


@st.composite
def shipments(draw):
    used, recovered, destroyed, open_quantity = (draw(pieces) for _ in range(4))
    return Shipment(
        consignee=draw(st.sampled_from(["St. Mary", "City", "North"])),
        lot=draw(st.sampled_from(["A", "B"])),
        shipped=used + recovered + destroyed + open_quantity,
        used=used,
        recovered=recovered,
        destroyed=destroyed,
        notified_on=draw(st.sampled_from([None, DAY])),
        outcome=draw(st.sampled_from(list(Outcome))),
        reason=draw(st.sampled_from(["", "moved away"])),
    )


@given(st.lists(shipments()))
def test_each_consignee_balance_closes(rows):
    status = status_by_consignee(rows)
    assert sum(one.shipped for one in status) == sum(row.shipped for row in rows)
    for one in status:
        assert one.shipped == one.used + one.recovered + one.destroyed + one.outstanding


@example([Shipment("City", "A", Decimal(0), notified_on=DAY, outcome=Outcome.UNREACHABLE)])
@given(st.lists(shipments()))
def test_a_recall_never_ends_while_something_is_unaccounted_for(rows):
    unsettled = [
        row
        for row in rows
        if row.outstanding and not (row.outcome in (Outcome.UNREACHABLE, Outcome.CORRECTED) and row.reason)
    ]
    if unsettled or any(not row.notified_on for row in rows):
        assert termination_blockers(rows, [], 0)
    else:
        assert not termination_blockers(rows, [], 0)


def test_what_a_consignee_holds_is_still_outstanding():
    row = Shipment("St. Mary", "A", Decimal(10), used=Decimal(2), held=Decimal(8), notified_on=DAY)
    assert row.outstanding == 8
    assert termination_blockers([row], [], 0) == ["St. Mary still has 8 outstanding."]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"recovered": Decimal(11)}, "only 10 were shipped"),
        ({"used": Decimal(-1)}, "below zero"),
        ({"used": Decimal(5), "held": Decimal(6)}, "only 5 are outstanding"),
    ],
)
def test_impossible_quantities_are_named(change, words):
    row = replace(Shipment("St. Mary", "A", Decimal(10)), **change)
    assert any(words in error for error in quantity_errors(row))


@pytest.mark.parametrize("level, needed", [("A", 60), ("C", 6), ("D", 2), ("E", 0)])
def test_effectiveness_levels_ask_for_their_share(level, needed):
    assert checks_needed(EffectivenessLevel(level), 60) == needed


def test_level_b_needs_its_percentage():
    assert checks_needed(EffectivenessLevel.B, 60, Decimal(25)) == 15
    with pytest.raises(BadInput, match="percentage"):
        checks_needed(EffectivenessLevel.B, 60)


@given(st.sampled_from(["A", "C", "D", "E"]), st.integers(0, 1000))
def test_a_share_never_exceeds_the_whole_and_is_never_rounded_down(level, consignees):
    needed = checks_needed(EffectivenessLevel(level), consignees)
    assert 0 <= needed <= consignees
    if level != "E" and consignees:
        assert needed >= 1


def test_missing_effectiveness_checks_keep_a_recall_open():
    row = Shipment("St. Mary", "A", Decimal(1), recovered=Decimal(1), notified_on=DAY)
    assert termination_blockers([row], [], 1) == ["0 of 1 effectiveness checks are done."]
    assert termination_blockers([row], ["St. Mary"], 1) == []
