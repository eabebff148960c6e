"""Judges a measured value against warning and specification limits. Knows nothing of Frappe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from med_trace.domain.errors import BadInput


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


@dataclass(frozen=True)
class Limits:
    """The limits of one value, as a routing or a plan states them; those absent do not limit."""

    lower_limit: Decimal | None = None
    lower_warning: Decimal | None = None
    upper_warning: Decimal | None = None
    upper_limit: Decimal | None = None

    def judge(self, value: Number) -> Judgement:
        """The judgement of one reading."""
        return judge(
            value,
            lower_limit=self.lower_limit,
            upper_limit=self.upper_limit,
            lower_warning=self.lower_warning,
            upper_warning=self.upper_warning,
        )

    def judge_all(self, values: Iterable[Number]) -> Judgement:
        """The worst judgement of several readings; Missing when there are none."""
        judged = [self.judge(value) for value in values]
        return worst(judged) if judged else Judgement.MISSING

    def has_any(self) -> bool:
        """Whether anything is limited at all."""
        return any(limit is not None for limit in self.in_order())

    def in_order(self) -> tuple[Decimal | None, ...]:
        """The limits from the lowest to the highest."""
        return (self.lower_limit, self.lower_warning, self.upper_warning, self.upper_limit)


NO_LIMITS = Limits()


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
