"""Names the row of a Trace Event, and where it can the field, that is not as it was recorded. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import frappe
from med_trace.domain.audit_content import NOT_CONTENT, PART_DIGITS, blind_of, part_hash, parts_told
from med_trace.domain.event import Action
from med_trace.domain.states import State
from med_trace.ledger.audit.finding import Finding

Row = Mapping[str, Any]
ROWS_READ = 20_000
MOST_VALUES = 500  # of one column that are tried
ENUMS = {"action": Action, "state_before": State, "state_after": State}
NOTHING = (None, 0, 1, 2)


def differing(head: Row, items: Sequence[Row], parts: Sequence[str], said: Row) -> Iterator[Finding]:
    """What of an event is not as the entry says that tells of it; `parts` are those of the event and its rows now."""
    event = f"Trace Event {head['name']}"
    told, now = _told(said["changes"]), [part[:PART_DIGITS] for part in parts]
    if not told:
        yield Finding(event, "it or one of its rows is not as it was recorded")
        return
    found = list(_found(head, items, now, told, said["salt"]))
    yield from found or [Finding(event, "its rows are not in their order")]


def _found(head: Row, items: Sequence[Row], now: list[str], told: list[str], salt: str) -> Iterator[Finding]:
    if now[0] != told[0]:
        yield _changed(f"Trace Event {head['name']}", "Trace Event", head, told[0], salt, ())
    recorded, rows = set(told[1:]), {row["name"] for row in items}
    for row, part in zip(items, now[1:], strict=True):
        if part not in recorded:
            place = _place(row["name"], row["idx"], head["name"])
            was = _told_of(row, head["name"], told)
            yield _changed(place, "Trace Event Item", row, was, salt, (head, *items))
    for number, part in enumerate(told[1:], start=1):
        name = f"{head['name']}-{number}"
        if part not in now[1:] and name not in rows:
            yield Finding(_place(name, number, head["name"]), "it was recorded and is gone")


def _told(changes: str | None) -> list[str]:
    try:
        return parts_told(json.loads(changes or "[]"))
    except (ValueError, AttributeError, TypeError):  # the entry was changed, and is reported itself
        return []


def _place(row: str, number: Any, event: str) -> str:
    return f"Trace Event Item {row} (row {number} of Trace Event {event})"


def _told_of(row: Row, event: str, told: Sequence[str]) -> str | None:
    """What was told of the row of this name; None of one that was not among those recorded."""
    number = str(row["name"]).removeprefix(f"{event}-")
    return told[int(number)] if number.isdecimal() and 0 < int(number) < len(told) else None


def _changed(
    place: str, doctype: str, row: Row, was: str | None, salt: str, around: Iterable[Row]
) -> Finding:
    if was is None:
        return Finding(place, "it was not recorded with its event")
    restored = _restored(doctype, row, was, salt, list(around))
    if restored is None:
        return Finding(place, "it is not as it was recorded")
    field, value = restored
    return Finding(place, f"{field} is {_shown(row[field])}, and was {_shown(value)} when it was recorded")


def _shown(value: Any) -> str:
    return "empty" if value is None or value == "" else str(value)


def _restored(doctype: str, row: Row, was: str, salt: str, around: list[Row]) -> tuple[str, Any] | None:
    """The field whose other value makes the row what it was; looked for among the values that the ledger has."""
    blind = blind_of(salt, row["name"])
    for column in row:
        if column in NOT_CONTENT or column == "name":
            continue
        for value in _values(doctype, column, row, around):
            if value != row[column] and part_hash(blind, {**row, column: value}).startswith(was):
                return column, value
    return None


def _values(doctype: str, column: str, row: Row, around: list[Row]) -> Iterator[Any]:
    yield from NOTHING
    yield from (other[column] for other in around if column in other)
    if column in ("quantity", "effect"):
        amounts = [float(row[one] or 0) for one in ("quantity", "effect", "effect_blocked")]
        yield from (sign * amount for amount in amounts for sign in (1, -1))
    yield from (one.value for one in ENUMS.get(column, ()))
    some = f"select `{column}` from `tab{doctype}` where `{column}` is not null limit {ROWS_READ}"
    query = f"select distinct `{column}` from ({some}) some limit {MOST_VALUES}"
    yield from frappe.db.sql(query, pluck=True)
