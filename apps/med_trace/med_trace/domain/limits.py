"""Judges readings against warning and specification limits. Knows nothing of Frappe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from med_trace.domain.errors import BadInput


class Judgement(str, Enum):
    """What the limits say of a reading."""

    IN_SPEC = "In Spec"
    WARNING = "Warning"
    OUT_OF_SPEC = "Out Of Spec"
    NO_LIMITS = "No Limits"

    def __str__(self) -> str:
        return self.value


_WORST_FIRST = (Judgement.OUT_OF_SPEC, Judgement.WARNING, Judgement.IN_SPEC, Judgement.NO_LIMITS)


@dataclass(frozen=True)
class Limits:
    """Limits of one value; those absent do not limit. A value on a limit is within it."""

    lower_limit: Decimal | None = None
    lower_warning: Decimal | None = None
    upper_warning: Decimal | None = None
    upper_limit: Decimal | None = None

    def judge(self, value: Decimal) -> Judgement:
        """The judgement of one reading."""
        if not _is_within(value, self.lower_limit, self.upper_limit):
            return Judgement.OUT_OF_SPEC
        if not _is_within(value, self.lower_warning, self.upper_warning):
            return Judgement.WARNING
        return Judgement.IN_SPEC if self.has_any() else Judgement.NO_LIMITS

    def judge_all(self, values: Iterable[Decimal]) -> Judgement | None:
        """The worst judgement of several readings; None when there are none."""
        judged = {self.judge(value) for value in values}
        return next((one for one in _WORST_FIRST if one in judged), None)

    def has_any(self) -> bool:
        """Whether anything is limited at all."""
        return any(limit is not None for limit in self.in_order())

    def in_order(self) -> tuple[Decimal | None, ...]:
        """The limits from the lowest to the highest."""
        return (self.lower_limit, self.lower_warning, self.upper_warning, self.upper_limit)


NO_LIMITS = Limits()


def _is_within(value: Decimal, lower: Decimal | None, upper: Decimal | None) -> bool:
    return (lower is None or lower <= value) and (upper is None or value <= upper)


def parse_number(value: object, field: str) -> Decimal | None:
    """A number as typed (empty: None). Raises BadInput that names the field."""
    text = str(value).strip() if value is not None else ""
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadInput("{0}: {1} is not a number. Use a form like 4.95.", field, text, field=field)
    return number


def require_ordered(limits: Limits, field: str) -> None:
    """Refuses limits that contradict each other."""
    given = [limit for limit in limits.in_order() if limit is not None]
    if given != sorted(given):
        raise BadInput(
            "{0}: limits must rise from lower limit to lower warning, upper warning and upper limit.",
            field,
            field=field,
        )
