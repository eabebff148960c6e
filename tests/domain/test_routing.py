"""The order of operations. No site needed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.errors import BadInput
from med_trace.domain.routing import (
    Operation,
    OperationRefused,
    Run,
    making_operation,
    require_available,
    require_consistent,
    require_turn,
)

OPERATIONS = [Operation(10, "Turning"), Operation(20, "Cleaning"), Operation(30, "Marking")]
numbers = st.lists(st.integers(1, 99), min_size=2, max_size=8, unique=True)


@pytest.mark.requirement("PROD-3")
@given(numbers, st.data())
def test_an_operation_runs_exactly_when_all_before_it_have_run(taken: list[int], data: st.DataObject) -> None:
    operations = [Operation(number, f"Op {number}") for number in taken]
    done = data.draw(st.integers(0, len(taken) - 1))
    runs = [Run(f"R{number}", number) for number in sorted(taken)[:done]]
    for position, number in enumerate(sorted(taken)):
        if position in (done, done - 1):  # the next one, or one more record of the last
            require_turn(operations, number, runs)
        else:
            with pytest.raises(OperationRefused):
                require_turn(operations, number, runs)


@pytest.mark.requirement("PROD-3")
@given(st.sampled_from([20, 30]))
def test_an_open_record_stops_every_later_operation(number: int) -> None:
    runs = [Run("R1", 10), Run("R2", 10, is_open=True), Run("R3", 20)]
    with pytest.raises(OperationRefused, match="R2"):
        require_turn(OPERATIONS, number, runs)


def test_an_open_record_of_a_later_operation_stops_an_earlier_one() -> None:
    with pytest.raises(OperationRefused, match="R2"):
        require_turn(OPERATIONS, 10, [Run("R1", 10), Run("R2", 20, is_open=True)])


def test_a_rework_repeats_what_is_over() -> None:
    runs = [Run("R1", 10), Run("R2", 20), Run("R3", 30)]
    require_turn(OPERATIONS, 20, runs, is_rework=True)
    with pytest.raises(OperationRefused):
        require_turn(OPERATIONS, 20, runs)


def test_an_inspection_that_is_asked_for_is_waited_for() -> None:
    operations = [Operation(10, "Turning", inspection_required=True), Operation(20, "Cleaning")]
    with pytest.raises(OperationRefused, match="inspected"):
        require_turn(operations, 20, [Run("R1", 10)])
    require_turn(operations, 20, [Run("R1", 10)], inspected=[10])


pieces = st.integers(0, 1000).map(Decimal)


@given(pieces, pieces, pieces)
def test_no_operation_takes_more_than_was_handed_on(passed: Decimal, before: Decimal, taken: Decimal) -> None:
    runs = [Run("R1", 10, passed=passed), Run("R2", 20, taken=before)]
    if taken + before <= passed:
        require_available(OPERATIONS, 20, taken, runs)
    else:
        with pytest.raises(OperationRefused):
            require_available(OPERATIONS, 20, taken, runs)


def test_the_operation_that_makes_pieces_takes_what_it_likes() -> None:
    operations = [Operation(10, "Drying"), Operation(20, "Moulding", makes_quantity=True)]
    require_available(operations, 20, Decimal(500), [Run("R1", 10)])


def test_the_first_operation_makes_the_pieces_unless_one_is_marked() -> None:
    assert making_operation(OPERATIONS).number == 10
    assert making_operation([*OPERATIONS, Operation(15, "Moulding", makes_quantity=True)]).number == 15


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [Operation(10, "A"), Operation(10, "B")],
        [Operation(0, "A")],
        [Operation(10, "A", makes_quantity=True), Operation(20, "B", makes_quantity=True)],
    ],
)
def test_operations_that_contradict_each_other_are_refused(operations: list[Operation]) -> None:
    with pytest.raises(BadInput):
        require_consistent(operations)
