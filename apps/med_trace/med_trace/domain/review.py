"""Review by exception: what deviated comes first, the worst of it on top. Knows nothing of Frappe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from med_trace.domain.sentence import Sentence

# Entered later than this after it happened, a record is back-dated.
CONTEMPORANEOUS = timedelta(hours=24)


class Severity(str, Enum):
    """How much a deviation may matter, the worst first."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Deviates(str, Enum):
    """What kind of deviation it is."""

    NCR = "NCR"
    FAILED_INSPECTION = "Failed inspection"
    OUT_OF_LIMITS = "Out of limits"
    BROKEN_SIGNATURE = "Broken signature"
    REVOKED = "Revoked release"
    CONCESSION = "Concession"
    REWORK = "Rework"
    HOLD = "Hold"
    CANCELLED = "Cancelled record"
    WARNING_LIMIT = "Warning limit"
    CHANGED_VALUE = "Changed value"
    LATE_ENTRY = "Late entry"
    BACK_DATED = "Back-dated"


@dataclass(frozen=True)
class Deviation:
    """One thing that did not go as planned: its words, the reason somebody gave, and the record to look at."""

    kind: Deviates
    severity: Severity
    message: Sentence
    doctype: str
    name: str
    reason: str = ""
    at: datetime | None = None
    user: str = ""


_KINDS = list(Deviates)
_SEVERITIES = list(Severity)


def worst_first(deviations: Iterable[Deviation]) -> list[Deviation]:
    """By severity, then by kind, then in the order in which it happened."""
    return sorted(
        deviations,
        key=lambda one: (
            _SEVERITIES.index(one.severity),
            _KINDS.index(one.kind),
            one.at or datetime.min,
            one.name,
        ),
    )


def severity_of(words: str | None) -> Severity:
    """Of an NCR's own word."""
    return {"Critical": Severity.CRITICAL, "Major": Severity.MAJOR}.get(words or "", Severity.MINOR)


def is_back_dated(happened: datetime | None, entered: datetime) -> bool:
    """Whether a record was entered so late that it was no longer written at the time of the work."""
    return happened is not None and entered - happened > CONTEMPORANEOUS
