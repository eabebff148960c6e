"""What somebody entered, against what stands there now: nothing is overwritten that he has not seen.

A page sends each field with the value that it started from. Two people who fill in different fields of one
record do not disturb each other; two who fill in the same one learn of it. Knows nothing of Frappe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from med_trace.domain.errors import BadInput, TraceError


class ChangedMeanwhile(TraceError):
    """Somebody else entered another value while this one was on its way."""

    http_status_code = 409
    title = "Changed meanwhile"


@dataclass(frozen=True)
class Change:
    """One field (`place`, such as "remarks" or "parameters/Speed/value"), as it was and as it shall be."""

    place: str
    was: Any
    now: Any


def to_apply(changes: Sequence[Change], present: Callable[[str], Any]) -> list[Change]:
    """The changes that are still to be made, in order; `present` tells what stands at a place.

    What stands there already is left out: an entry that is sent twice does no harm. Raises ChangedMeanwhile
    with every place where another value stands than the one the entry started from.
    """
    _require_each_once(changes)
    clashes = [one for one in changes if not is_same(present(one.place), one.was, one.now)]
    if clashes:
        first = clashes[0]
        raise ChangedMeanwhile(
            "{0} is {1} by now; you started from {2} and entered {3}. Decide which is right.",
            ", ".join(_called(one.place) for one in clashes),
            *(_shown(value) for value in (present(first.place), first.was, first.now)),
        )
    return [one for one in changes if not is_same(present(one.place), one.now)]


def is_same(value: Any, *others: Any) -> bool:
    """Whether `value` is one of `others`: nothing is nothing however it is written, the number 5 is "5.0", but
    the text "05" is not "5".
    """
    return any(_are_same(value, other) for other in others)


def _are_same(one: Any, other: Any) -> bool:
    if _is_nothing(one) or _is_nothing(other):
        return _is_nothing(one) and _is_nothing(other)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_are_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_are_same(one.get(key), other.get(key)) for key in one.keys() | other.keys())
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    number, another = _number(one), _number(other)
    return number == another if number is not None and another is not None else str(one) == str(other)


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(int(value) if isinstance(value, bool) else str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _require_each_once(changes: Sequence[Change]) -> None:
    places = [one.place for one in changes]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice:
        raise BadInput("{0} is changed twice in one entry.", twice, field="changes")


def _called(place: str) -> str:
    """The place in the reader's words: the parameter or characteristic, else the field."""
    parts = place.split("/")
    return parts[0].replace("_", " ") if len(parts) == 1 else " ".join(parts[1:-1])


def _shown(value: Any) -> str:
    return "-" if _is_nothing(value) else str(value)
