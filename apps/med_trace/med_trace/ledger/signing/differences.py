"""Compares the content that was signed with the content now, place by place. Knows nothing of the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """A place ("remarks", "items[2].quantity", "attached_files[drawing.pdf]") with both values."""

    place: str
    signed: Any
    now: Any


def differences(signed: Any, now: Any, place: str = "") -> Iterator[Difference]:
    """Where two contents differ, in the order of their places."""
    if signed == now:
        return
    if isinstance(signed, dict) and isinstance(now, dict):
        for key in sorted(signed.keys() | now.keys()):
            yield from differences(signed.get(key), now.get(key), f"{place}.{key}" if place else key)
    elif isinstance(signed or now, list) and isinstance(signed or [], list) and isinstance(now or [], list):
        yield from _rows(signed or [], now or [], place)
    else:
        yield Difference(place, signed, now)


def _rows(signed: list[Any], now: list[Any], place: str) -> Iterator[Difference]:
    before, after = _named(signed), _named(now)
    for key in [*before, *(key for key in after if key not in before)]:
        yield from differences(before.get(key), after.get(key), f"{place}[{key}]")


def _named(rows: list[Any]) -> dict[str, Any]:
    """Rows by their number, files by their name: a file that is added moves no other."""
    is_files = all(isinstance(row, dict) and set(row) == {"file", "sha256"} for row in rows)
    return {row["file"] if is_files else str(number): row for number, row in enumerate(rows, start=1)}
