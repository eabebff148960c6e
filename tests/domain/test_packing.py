"""Cases and pallets: what went in and did not come out is inside, at any depth."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.packing import PACK, UNPACK, PackingRow, pieces_in, replay

pytestmark = pytest.mark.requirement("DIST-4")

one = Decimal(1)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["u1", "u2", "u3"]))))
def test_what_goes_in_and_comes_out_leaves_nothing(moves):
    inside = [PackingRow(case, PACK, "L", one, unit) for case, unit in moves]
    outside = [PackingRow(case, UNPACK, "L", one, unit) for case, unit in moves]
    containers = replay([*inside, *outside])
    assert not any(list(pieces_in(case, containers)) for case in "ABC")


def test_a_pallet_contains_what_its_cases_contain():
    rows = [
        PackingRow("CASE-1", PACK, "L1", Decimal(10)),
        PackingRow("CASE-2", PACK, "L2", one, "u1"),
        PackingRow("PALLET", PACK, "L1", Decimal(10), inner="CASE-1"),
        PackingRow("PALLET", PACK, "L2", one, "u1", inner="CASE-2"),
        PackingRow("PALLET", PACK, "L3", Decimal(5)),
        PackingRow("CASE-1", UNPACK, "L1", Decimal(4)),
    ]
    found = [
        (case, piece.lot, piece.unit, piece.quantity) for case, piece in pieces_in("PALLET", replay(rows))
    ]
    assert sorted(found, key=str) == [
        ("CASE-1", "L1", None, 6),
        ("CASE-2", "L2", "u1", 1),
        ("PALLET", "L3", None, 5),
    ]


def test_a_case_taken_out_is_no_longer_inside():
    rows = [
        PackingRow("CASE-1", PACK, "L1", Decimal(10)),
        PackingRow("PALLET", PACK, "L1", Decimal(10), inner="CASE-1"),
        PackingRow("PALLET", UNPACK, "L1", Decimal(10), inner="CASE-1"),
    ]
    containers = replay(rows)
    assert not list(pieces_in("PALLET", containers))
    assert list(pieces_in("CASE-1", containers))


def test_containers_in_a_circle_end():
    rows = [
        PackingRow("A", PACK, "L", one, inner="B"),
        PackingRow("B", PACK, "L", one, inner="A"),
        PackingRow("B", PACK, "L", one),
    ]
    assert len(list(pieces_in("A", replay(rows)))) == 1
