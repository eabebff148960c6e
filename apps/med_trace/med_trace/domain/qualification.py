"""Fit for use on that day? Decides from the qualifications on file. Knows nothing of Frappe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from med_trace.domain.errors import TraceError


class NotQualified(TraceError):
    """A supplier, machine, tool or person has no valid qualification for this use."""

    title = "Not qualified"


class Kind(str, Enum):
    """What a qualification says about its subject."""

    SUPPLIER_APPROVAL = "Supplier Approval"
    EQUIPMENT_QUALIFICATION = "Equipment Qualification"
    CALIBRATION = "Calibration"
    TRAINING = "Training"

    def __str__(self) -> str:
        return self.value


class Status(str, Enum):
    """What the quality department says of a qualification."""

    APPROVED = "Approved"
    SUSPENDED = "Suspended"
    WITHDRAWN = "Withdrawn"

    def __str__(self) -> str:
        return self.value


# Which kinds make sense for which subject.
KINDS_OF: dict[str, frozenset[Kind]] = {
    "Supplier": frozenset({Kind.SUPPLIER_APPROVAL}),
    "Workstation": frozenset({Kind.EQUIPMENT_QUALIFICATION, Kind.CALIBRATION}),
    "Tool": frozenset({Kind.EQUIPMENT_QUALIFICATION, Kind.CALIBRATION}),
    "User": frozenset({Kind.TRAINING}),
}


@dataclass(frozen=True)
class OnFile:
    """One qualification on file. `valid_to` is its last valid day; an empty `scope` covers everything."""

    name: str
    valid_from: date
    valid_to: date | None = None
    status: Status = Status.APPROVED
    scope: str = ""

    def covers(self, scope: str | None) -> bool:
        """Whether it speaks about `scope`; a question without a scope is answered by any."""
        return not self.scope or not scope or self.scope.strip().casefold() == scope.strip().casefold()

    def is_in_time(self, on: date) -> bool:
        """Whether `on` lies within its validity, both days included."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def find_valid(on_file: Iterable[OnFile], on: date, scope: str | None = None) -> OnFile | None:
    """The qualification that holds on that day for that scope, if any."""
    for one in on_file:
        if one.status is Status.APPROVED and one.covers(scope) and one.is_in_time(on):
            return one
    return None


def why_not(on_file: Iterable[OnFile], on: date, scope: str | None = None) -> tuple[str, tuple[object, ...]]:
    """Why no qualification holds: a template and its arguments, of the one that comes nearest."""
    entries = list(on_file)
    if not entries:
        return "none is on file", ()
    in_scope = [one for one in entries if one.covers(scope)]
    if not in_scope:
        return "none on file covers {0}", (scope,)
    in_time = [one for one in in_scope if one.is_in_time(on)]
    if in_time:
        return "{0} is {1}", (in_time[0].name, in_time[0].status.value.lower())
    begun = [one for one in in_scope if one.valid_from <= on and one.valid_to]
    if begun:
        last = max(begun, key=lambda one: one.valid_to or date.min)
        return "{0} ended on {1}", (last.name, last.valid_to)
    first = min(in_scope, key=lambda one: one.valid_from)
    return "{0} begins on {1}", (first.name, first.valid_from)
