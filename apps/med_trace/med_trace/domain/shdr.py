"""Reads recordings of MTConnect adapters in SHDR form and sums a series up. Knows nothing of Frappe.

SHDR is the adapter's line format: `time|key|value|key|value`. An adapter writes a key only when its value
changes, so a value holds until the next one: `summarise` weighs the mean by time. Conditions
(`time|key|level|...`), assets and `*` protocol lines carry no series and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from med_trace.domain.errors import BadInput

UNAVAILABLE = "UNAVAILABLE"
# The levels of a condition. One directly after the key tells a condition from a sample.
LEVELS = frozenset({"NORMAL", "WARNING", "FAULT"})


@dataclass(frozen=True)
class Observation:
    """One value as the machine reported it; the time is UTC."""

    time: datetime
    key: str
    value: str

    @property
    def number(self) -> float | None:
        """The value as a number; None when the machine had none."""
        try:
            return float(self.value)
        except ValueError:
            return None


@dataclass(frozen=True)
class Summary:
    """A series within a window. `count` is how many values were reported in it."""

    key: str
    minimum: float
    mean: float
    maximum: float
    count: int
    first: datetime
    last: datetime
    final: float


def read(lines: Iterable[str]) -> Iterator[Observation]:
    """The observations in a recording, line by line."""
    asset_end = ""
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if asset_end:
            asset_end = "" if text == asset_end else asset_end
        elif text and not text.startswith("*"):
            time, *fields = text.split("|")
            if fields and fields[0].startswith("@"):
                asset_end = fields[-1] if fields[-1].startswith("--multiline--") else ""
            elif not _is_condition(fields):
                when = _time_of(time, number)
                yield from (
                    Observation(when, key, value)
                    for key, value in zip(fields[::2], fields[1::2], strict=False)
                )


def _is_condition(fields: list[str]) -> bool:
    return len(fields) == 6 and fields[1] in LEVELS


def _time_of(text: str, line: int) -> datetime:
    """`2022-08-08T14:21:07.6436824Z` with any number of decimals, and perhaps `@duration` after it."""
    stamp = text.split("@")[0].rstrip("Z")
    whole, _, decimals = stamp.partition(".")
    try:
        moment = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S")
        microseconds = int((decimals + "000000")[:6])
    except ValueError:
        raise BadInput(
            "Line {0}: {1} is not a time. Expected a form like 2022-08-08T14:21:07.643Z.",
            line,
            text,
            field="time",
        ) from None
    return (moment + timedelta(microseconds=microseconds)).replace(tzinfo=timezone.utc)


def summarise(observations: Iterable[Observation], key: str, start: datetime, end: datetime) -> Summary:
    """The series of `key` from `start` to `end` (UTC), with what held at `start` already.

    Raises BadInput when the machine gave no number for it in that time.
    """
    series = sorted(
        (one for one in observations if one.key == key and one.time <= end), key=lambda one: one.time
    )
    held = [one for one in series if one.time <= start][-1:]
    inside = [one for one in series if one.time > start]
    spans = list(_spans([*held, *inside], start, end))
    if not spans:
        raise BadInput("{0}: the recording has no number from {1} to {2}.", key, start, end, field=key)
    values = [value for value, _ in spans]
    seconds = sum(span for _, span in spans)
    mean = sum(value * span for value, span in spans) / seconds if seconds else sum(values) / len(values)
    return Summary(
        key, min(values), mean, max(values), len(inside), inside[0].time if inside else start, end, values[-1]
    )


def _spans(series: list[Observation], start: datetime, end: datetime) -> Iterator[tuple[float, float]]:
    """Each number with the seconds that it held within the window."""
    ends = [*(one.time for one in series[1:]), end][: len(series)]
    for one, until in zip(series, ends, strict=True):
        if one.number is not None:
            yield one.number, (until - max(one.time, start)).total_seconds()
