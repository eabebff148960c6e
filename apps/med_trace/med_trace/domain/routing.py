"""The order of operations, and how many pieces each may take. Knows nothing of Frappe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from med_trace.domain.errors import BadInput, TraceError


class OperationRefused(TraceError):
    """An operation may not run now: an earlier one is open or missing, or a later one has run."""

    title = "Operation refused"


@dataclass(frozen=True)
class Operation:
    """One step of a routing revision."""

    number: int
    name: str
    makes_quantity: bool = False
    inspection_required: bool = False


@dataclass(frozen=True)
class Run:
    """One record of an operation on a lot.

    `is_open`: begun and not submitted. `completes`: no further record of the operation is expected.
    `passed`: pieces handed on.
    """

    record: str
    operation: int
    is_open: bool = False
    completes: bool = True
    taken: Decimal = Decimal(0)
    passed: Decimal = Decimal(0)


def require_consistent(operations: Sequence[Operation]) -> None:
    """Refuses a routing without operations, with a number twice, or with two operations that make pieces."""
    if not operations:
        raise BadInput("Add at least one operation.", field="operations")
    numbers = [one.number for one in operations]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        raise BadInput(
            "Operation {0} is listed twice. Give each operation its own number.", twice[0], field="operations"
        )
    if min(numbers) <= 0:
        raise BadInput("Operation numbers start at 1; {0} was given.", min(numbers), field="operations")
    if sum(one.makes_quantity for one in operations) > 1:
        raise BadInput("Only one operation can make the quantity.", field="operations")


def in_order(operations: Iterable[Operation]) -> list[Operation]:
    """Operations as they run."""
    return sorted(operations, key=lambda one: one.number)


def find_operation(operations: Iterable[Operation], number: int) -> Operation:
    """The operation with that number; BadInput names those that exist."""
    ordered = in_order(operations)
    for one in ordered:
        if one.number == number:
            return one
    known = ", ".join(str(one.number) for one in ordered)
    raise BadInput("Operation {0} is not in this routing. It has {1}.", number, known, field="operation_no")


def making_operation(operations: Iterable[Operation]) -> Operation:
    """The operation that creates the pieces: the one marked, else the first."""
    ordered = in_order(operations)
    return next((one for one in ordered if one.makes_quantity), ordered[0])


def is_last(operations: Iterable[Operation], number: int) -> bool:
    """Whether no operation follows."""
    return in_order(operations)[-1].number == number


def previous_operation(operations: Iterable[Operation], number: int) -> Operation | None:
    """The operation just before, if any."""
    earlier = [one for one in in_order(operations) if one.number < number]
    return earlier[-1] if earlier else None


def next_operation(operations: Iterable[Operation], runs: Iterable[Run]) -> Operation | None:
    """The first operation that is still open or has not been completed; None when all have."""
    by_number: dict[int, list[Run]] = {}
    for run in runs:
        by_number.setdefault(run.operation, []).append(run)
    for operation in in_order(operations):
        mine = by_number.get(operation.number, [])
        if any(run.is_open for run in mine) or not any(run.completes for run in mine):
            return operation
    return None


def available(operations: Sequence[Operation], number: int, runs: Iterable[Run]) -> Decimal | None:
    """How many pieces the operation before has handed on and nothing has taken yet; None where nothing limits."""
    before = previous_operation(operations, number)
    if before is None or number <= making_operation(operations).number:
        return None
    history = [run for run in runs if not run.is_open]
    handed_on = sum((run.passed for run in history if run.operation == before.number), Decimal(0))
    return handed_on - sum((run.taken for run in history if run.operation == number), Decimal(0))


def require_turn(
    operations: Sequence[Operation],
    number: int,
    runs: Iterable[Run],
    inspected: Iterable[int] = (),
    is_rework: bool = False,
) -> None:
    """Refuses `number` unless every earlier operation has run, none is open, and no later one has begun.

    `runs` are the other records of this lot; `inspected` are the operations with an inspection on file.
    A rework repeats operations, so later ones may have run before. Source: 21 CFR 11.10(f).
    """
    operation = find_operation(operations, number)
    by_number: dict[int, list[Run]] = {}
    for run in runs:
        by_number.setdefault(run.operation, []).append(run)
    for earlier in (one for one in in_order(operations) if one.number < number):
        _require_done(operation, earlier, by_number.get(earlier.number, []), set(inspected))
    if not is_rework:
        _require_none_later(operation, by_number)


def _require_done(operation: Operation, earlier: Operation, runs: list[Run], inspected: set[int]) -> None:
    names = (operation.number, operation.name, earlier.number, earlier.name)
    for run in runs:
        if run.is_open:
            raise OperationRefused(
                "Operation {0} {1} must wait: operation {2} {3} is still open in {4}. Submit or delete it first.",
                *names,
                run.record,
            )
    if not runs:
        raise OperationRefused(
            "Operation {0} {1} must wait: operation {2} {3} has no record. Record it first.", *names
        )
    if not any(run.completes for run in runs):
        raise OperationRefused(
            "Operation {0} {1} must wait: more records of operation {2} {3} are expected. Complete it first.",
            *names,
        )
    if earlier.inspection_required and earlier.number not in inspected:
        raise OperationRefused(
            "Operation {0} {1} must wait: operation {2} {3} has not been inspected. Submit its inspection first.",
            *names,
        )


def _require_none_later(operation: Operation, runs: dict[int, list[Run]]) -> None:
    for number in sorted(runs):
        if number > operation.number:
            raise OperationRefused(
                "Operation {0} {1} is over: operation {2} was recorded in {3}. To repeat it, name the NCR that "
                "orders the rework.",
                operation.number,
                operation.name,
                number,
                runs[number][0].record,
            )


def require_available(
    operations: Sequence[Operation], number: int, taken: Decimal, runs: Iterable[Run]
) -> None:
    """Refuses to take more pieces into an operation than the one before handed on."""
    before = previous_operation(operations, number)
    if before is None or number <= making_operation(operations).number:
        return
    history = [run for run in runs if not run.is_open]
    handed_on = sum((run.passed for run in history if run.operation == before.number), Decimal(0))
    used = sum((run.taken for run in history if run.operation == number), Decimal(0))
    if taken > handed_on - used:
        raise OperationRefused(
            "Operation {0} takes {1} pieces, but operation {2} {3} handed on {4} and {5} of them were taken "
            "before. Check the quantities.",
            number,
            taken,
            before.number,
            before.name,
            handed_on,
            used,
        )
