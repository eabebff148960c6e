"""Judges a measured value against warning and specification limits. Knows nothing of Frappe."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum


class Judgement(str, Enum):
    """How a value stands to its limits. A value on a limit is within it."""

    OK = "OK"
    WARNING = "Warning"
    OUT_OF_SPECIFICATION = "Out Of Specification"
    MISSING = "Missing"

    def __str__(self) -> str:
        return self.value


SEVERITY: tuple[Judgement, ...] = (
    Judgement.OK,
    Judgement.WARNING,
    Judgement.MISSING,
    Judgement.OUT_OF_SPECIFICATION,
)

Number = Decimal | float | int


def judge(
    value: Number | None,
    *,
    lower_limit: Number | None = None,
    upper_limit: Number | None = None,
    lower_warning: Number | None = None,
    upper_warning: Number | None = None,
) -> Judgement:
    """Judge one value; a limit that is None is not set. No value, or not a number: Missing."""
    if value is None or value != value:
        return Judgement.MISSING
    if not is_within(value, lower_limit, upper_limit):
        return Judgement.OUT_OF_SPECIFICATION
    if not is_within(value, lower_warning, upper_warning):
        return Judgement.WARNING
    return Judgement.OK


def is_within(value: Number, lower: Number | None, upper: Number | None) -> bool:
    """Numbers are compared by what they show in decimal: 0.3 is 0.3 whatever it was computed or typed as."""
    number = _decimal(value)
    return (lower is None or _decimal(lower) <= number) and (upper is None or number <= _decimal(upper))


def worst(judgements: list[Judgement]) -> Judgement:
    """The most severe of them; OK when there is none."""
    return max(judgements, key=SEVERITY.index, default=Judgement.OK)


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))
