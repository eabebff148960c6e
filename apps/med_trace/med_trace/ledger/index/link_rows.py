"""Rows of the ledger as arrays, and the links that they make. Knows nothing of Frappe.

A link goes from every row that takes from a lot to every row of the same event that makes one; a row that
names the unit it went into is linked to that unit's lot only (see `domain/event.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from med_trace.domain.scope import FROM_ACTIONS, INTO_ACTIONS
from med_trace.ledger.index.graph import Ints, joined

_OTHER, _FROM, _INTO = 0, 1, 2
_SIDE = {**dict.fromkeys(FROM_ACTIONS, _FROM), **dict.fromkeys(INTO_ACTIONS, _INTO)}


@dataclass(frozen=True)
class LinkRows:
    """The rows that can make links: their event, lot and side, and those that name a unit."""

    events: NDArray[np.bytes_]
    lots: Ints
    sides: NDArray[np.int8]
    units: dict[tuple[bytes, str], int]
    into_units: tuple[tuple[bytes, int, str], ...]
    reversed_events: frozenset[str]

    @classmethod
    def of(
        cls,
        lots: Ints | Sequence[int],
        actions: Sequence[str],
        events: Sequence[str],
        reverses: Sequence[str | None],
        units: Sequence[str | None],
        into_units: Sequence[str | None],
    ) -> LinkRows:
        """From columns of equal length. Rows of reversals make no links: they name what they reverse."""
        numbers = np.asarray(lots, np.int32)
        sides = [0 if reverses[n] else _SIDE.get(action, _OTHER) for n, action in enumerate(actions)]
        by_name = [n for n, one in enumerate(into_units) if one and sides[n] == _FROM]
        for n in by_name:
            sides[n] = _OTHER
        side = np.array(sides, np.int8)
        kept = np.flatnonzero(side)
        return cls(
            np.array([events[n].encode() for n in kept.tolist()] or [b""], "S")[: len(kept)],
            numbers[kept],
            side[kept],
            {
                (events[n].encode(), str(units[n])): int(numbers[n])
                for n in np.flatnonzero(side == _INTO).tolist()
                if units[n]
            },
            tuple((events[n].encode(), int(numbers[n]), str(into_units[n])) for n in by_name),
            frozenset(one for one in reverses if one),
        )

    @classmethod
    def joined(cls, parts: Sequence[LinkRows]) -> LinkRows:
        """Several runs of rows as one, so that an event may be spread over them."""
        return cls(
            np.concatenate([part.events for part in parts]),
            np.concatenate([part.lots for part in parts]),
            np.concatenate([part.sides for part in parts]),
            {key: lot for part in parts for key, lot in part.units.items()},
            tuple(one for part in parts for one in part.into_units),
            frozenset().union(*(part.reversed_events for part in parts)),
        )

    @property
    def reversed_earlier(self) -> list[str]:
        """Events that these rows reverse and that are not among them."""
        here = set(self.events.tolist()) | {event for event, _, _ in self.into_units}
        return sorted(event for event in self.reversed_events if event.encode() not in here)

    def links(self) -> tuple[Ints, Ints]:
        """Start and end lot of every link, those of events reversed among these rows left out."""
        gone = np.array(sorted(event.encode() for event in self.reversed_events) or [b""], "S")
        live = ~np.isin(self.events, gone)
        start = np.flatnonzero(live & (self.sides == _FROM))
        end = np.flatnonzero(live & (self.sides == _INTO))
        i, j = joined(self.events[start], self.events[end])
        named = [
            (lot, self.units[event, unit])
            for event, lot, unit in self.into_units
            if (event, unit) in self.units and event.decode() not in self.reversed_events
        ]
        starts = np.concatenate([self.lots[start[i]], np.array([lot for lot, _ in named], np.int32)])
        ends = np.concatenate([self.lots[end[j]], np.array([lot for _, lot in named], np.int32)])
        apart = starts != ends
        return starts[apart], ends[apart]
