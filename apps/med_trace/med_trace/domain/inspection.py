"""Verdicts from results and plan: how many samples, which result passes, what that says of the lot.

Knows nothing of Frappe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import Enum

from med_trace.domain.errors import BadInput, TraceError
from med_trace.domain.limits import NO_LIMITS, Judgement, Limits


class VerdictIsComputed(TraceError):
    """Somebody typed a verdict."""

    title = "Verdicts are computed"


class ResultsMissing(TraceError):
    """The plan asks for results that are not there."""

    title = "Results missing"


class Method(str, Enum):
    """Measured, or judged by a pass or fail."""

    VARIABLE = "Variable"
    ATTRIBUTE = "Attribute"

    def __str__(self) -> str:
        return self.value


class Result(str, Enum):
    """What one result says. Empty: not measured yet."""

    PENDING = ""
    PASS = "Pass"
    FAIL = "Fail"

    def __str__(self) -> str:
        return self.value


class Verdict(str, Enum):
    """What all results say of the lot. Empty: results are missing."""

    PENDING = ""
    ACCEPTED = "Accepted"
    REJECTED = "Rejected"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Characteristic:
    """One line of a plan. `sample_size` None: every piece."""

    name: str
    method: Method = Method.VARIABLE
    limits: Limits = NO_LIMITS
    sample_size: int | None = 1
    critical: bool = False

    def samples_of(self, quantity: Decimal) -> int:
        """How many pieces of `quantity` are inspected: never more than there are."""
        pieces = int(quantity.to_integral_value(rounding=ROUND_CEILING))
        wanted = pieces if self.sample_size is None else min(self.sample_size, pieces)
        return max(wanted, 1)


@dataclass(frozen=True)
class Reading:
    """One result as given. `value` None: not measured. `attribute` is what was seen, for an attribute."""

    characteristic: str
    sample: int = 1
    value: Decimal | None = None
    attribute: Result = Result.PENDING


def require_consistent(characteristics: Sequence[Characteristic]) -> None:
    """Refuses a plan that could not be judged."""
    if not characteristics:
        raise BadInput("Add at least one characteristic.", field="characteristics")
    counted = Counter(one.name for one in characteristics)
    for one in characteristics:
        if counted[one.name] > 1:
            raise BadInput("Characteristic {0} is listed twice.", one.name, field="characteristics")
        if one.method is Method.VARIABLE and not one.limits.has_any():
            raise BadInput(
                "Characteristic {0} is measured, so it needs a lower or an upper limit.",
                one.name,
                field="characteristics",
            )
        if one.sample_size is not None and one.sample_size < 1:
            raise BadInput(
                "Characteristic {0}: a fixed sample has at least one piece; {1} was given.",
                one.name,
                one.sample_size,
                field="sample_size",
            )


def judge(characteristic: Characteristic, reading: Reading) -> Result:
    """What one reading says."""
    if characteristic.method is Method.ATTRIBUTE:
        return reading.attribute
    if reading.value is None:
        return Result.PENDING
    outside = characteristic.limits.judge(reading.value) is Judgement.OUT_OF_SPECIFICATION
    return Result.FAIL if outside else Result.PASS


def missing_samples(
    plan: Sequence[Characteristic], quantity: Decimal, readings: Iterable[Reading]
) -> dict[str, int]:
    """Per characteristic, how many results are still wanted."""
    by_name = {one.name: one for one in plan}
    measured = Counter(
        one.characteristic
        for one in readings
        if one.characteristic in by_name and judge(by_name[one.characteristic], one) is not Result.PENDING
    )
    wanted = {one.name: one.samples_of(quantity) - measured[one.name] for one in plan}
    return {name: count for name, count in wanted.items() if count > 0}


def conclude(plan: Sequence[Characteristic], quantity: Decimal, readings: Sequence[Reading]) -> Verdict:
    """Rejected as soon as one result fails; Accepted when the plan is fulfilled and none does."""
    by_name = {one.name: one for one in plan}
    results = {judge(by_name[one.characteristic], one) for one in readings if one.characteristic in by_name}
    if Result.FAIL in results:
        return Verdict.REJECTED
    return Verdict.PENDING if missing_samples(plan, quantity, readings) else Verdict.ACCEPTED
