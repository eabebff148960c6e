"""The cause slice: what could carry the cause is in, what cannot is out."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.scope import (
    FROM_ACTIONS,
    INTO_ACTIONS,
    Criterion,
    CriterionKind,
    RecordedRow,
    cause_slice,
    is_touched,
)

pytestmark = pytest.mark.requirement("RCL-2", "TRC-2")


def at(hour, minute=0):
    return datetime(2026, 3, 2, hour, minute)


def row(event, idx, action, lot, quantity=1, hour=10, **more):
    return RecordedRow(event, idx, action, lot, Decimal(quantity), at(hour), **more)


def slice_of(rows, seeds):
    return cause_slice(
        seeds,
        lambda lots: [r for r in rows if r.lot in set(lots)],
        lambda events: [r for r in rows if r.event in set(events)],
    )


def moulded(cavity, start, end, idx):
    return row(
        "MOULD", idx, "Produce", "BODY", 240, 12, cavity=cavity, tool="T8", made_from=start, made_to=end
    )


CAVITY_5 = [
    Criterion(CriterionKind.CAVITY, "5"),
    Criterion(CriterionKind.TIME_WINDOW, "", at(10), at(11, 30)),
]


def test_the_window_and_the_cavity_must_both_hold():
    touched = moulded("5", at(10), at(11), 1)
    assert is_touched(touched, CAVITY_5)
    assert not is_touched(moulded("4", at(10), at(11), 2), CAVITY_5)
    assert not is_touched(moulded("5", at(12), at(13), 3), CAVITY_5)


def test_alternatives_of_one_kind():
    either = [Criterion(CriterionKind.CAVITY, "5"), Criterion(CriterionKind.CAVITY, "6")]
    assert is_touched(moulded("6", at(10), at(11), 1), either)


def test_what_names_another_cavity_is_left_out():
    bad, good = moulded("5", at(10), at(11), 1), moulded("4", at(10), at(11), 2)
    rows = [
        bad,
        good,
        row("ASM1", 1, "Consume", "BODY", 10, 14, cavity="4"),
        row("ASM1", 2, "Produce", "CLEAN", 10, 14),
        row("ASM2", 1, "Consume", "BODY", 10, 14, cavity="5"),
        row("ASM2", 2, "Produce", "DIRTY", 10, 14),
        row("ASM3", 1, "Consume", "BODY", 10, 14),
        row("ASM3", 2, "Produce", "UNKNOWN", 10, 14),
    ]
    found = slice_of(rows, [bad])
    assert set(found.portions) == {"BODY", "DIRTY", "UNKNOWN"}
    assert found.portions["BODY"].quantity == 240


def test_what_left_before_the_cause_is_left_out():
    bad = row("OP", 1, "Produce", "A", 5, 12, made_from=at(12), made_to=at(12))
    rows = [row("EARLY", 1, "Ship", "A", 5, 9, consignee="H1"), bad, row("LATE", 1, "Ship", "A", 5, 15)]
    assert [shipped.event for shipped in slice_of(rows, [bad]).shipments] == ["LATE"]


def test_a_unit_is_followed_into_the_unit_it_went_into():
    bad = row("OP", 1, "Produce", "A", 1, 8, serial_unit="A1")
    rows = [
        bad,
        row("OP", 2, "Produce", "A", 1, 8, serial_unit="A2"),
        row("ASM", 1, "Consume", "A", 1, 9, serial_unit="A1", into_unit="B1"),
        row("ASM", 2, "Consume", "A", 1, 9, serial_unit="A2", into_unit="B2"),
        row("ASM", 3, "Produce", "B", 1, 9, serial_unit="B1"),
        row("ASM", 4, "Produce", "B", 1, 9, serial_unit="B2"),
        row("SHIP", 1, "Ship", "B", 1, 10, serial_unit="B1", consignee="H1"),
        row("SHIP", 2, "Ship", "B", 1, 10, serial_unit="B2", consignee="H2"),
    ]
    found = slice_of(rows, [bad])
    assert found.portions["B"].units == {"B1"}
    assert [shipped.consignee for shipped in found.shipments] == ["H1"]


actions = st.sampled_from(sorted(FROM_ACTIONS | INTO_ACTIONS | {"Ship"}))
any_row = st.builds(
    lambda event, idx, action, lot, hour: row(f"E{event}", idx, action, f"L{lot}", 1, hour),
    st.integers(0, 9),
    st.integers(0, 99),
    actions,
    st.integers(0, 7),
    st.integers(0, 23),
)


@given(st.lists(any_row, max_size=40, unique_by=lambda r: (r.event, r.idx)))
def test_the_slice_ends_and_never_exceeds_the_whole_lot_scope(rows):
    seeds = [r for r in rows if r.lot == "L0" and r.action in INTO_ACTIONS]
    found = slice_of(rows, seeds)
    whole, size = {"L0"}, 0
    while size != len(whole):
        size = len(whole)
        carried = {r.event for r in rows if r.lot in whole and r.action in FROM_ACTIONS}
        whole |= {r.lot for r in rows if r.event in carried and r.action in INTO_ACTIONS}
    assert set(found.portions) <= whole
