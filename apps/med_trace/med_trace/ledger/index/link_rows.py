"""Rows of the ledger as arrays, and the links that they make. Knows nothing of Frappe.

A link goes from every row that takes from a lot to every row of the same event that brings into one; a row that
names the unit it went into is not linked to rows of other units (as in `ledger/links.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from med_trace.domain.scope import FROM_ACTIONS, INTO_ACTIONS
from med_trace.ledger.index.graph import Ints, joined

NO_UNIT = -1
_OTHER, _FROM, _INTO = 0, 1, 2
_SIDE = {**dict.fromkeys(FROM_ACTIONS, _FROM), **dict.fromkeys(INTO_ACTIONS, _INTO)}


@dataclass(frozen=True)
class LinkRows:
    """The rows that can make links. `units` is the row's own unit or, for a from-row, the one it went into."""

    events: NDArray[np.bytes_]
    lots: Ints
    sides: NDArray[np.int8]
    units: Ints
    reversed_events: frozenset[str]

    @classmethod
    def of(
        cls,
        lots: Ints,
        actions: Sequence[str],
        events: Sequence[str],
        reverses: Sequence[str | None],
        units: Ints,
        into_units: Ints,
    ) -> LinkRows:
        """From columns of equal length. Rows of reversals make no links: they name what they reverse."""
        side = np.array(
            [
                _OTHER if undone else _SIDE.get(action, _OTHER)
                for action, undone in zip(actions, reverses, strict=True)
            ],
            np.int8,
        )
        kept = np.flatnonzero(side)
        return cls(
            np.array([events[n].encode() for n in kept.tolist()] or [b""], "S")[: len(kept)],
            lots[kept],
            side[kept],
            np.where(side == _FROM, into_units, units)[kept].astype(np.int32),
            frozenset(one for one in reverses if one),
        )

    @classmethod
    def joined(cls, parts: Sequence[LinkRows]) -> LinkRows:
        """Several runs of rows as one, so that an event may be spread over them."""
        return cls(
            np.concatenate([part.events for part in parts]),
            np.concatenate([part.lots for part in parts]),
            np.concatenate([part.sides for part in parts]),
            np.concatenate([part.units for part in parts]),
            frozenset().union(*(part.reversed_events for part in parts)),
        )

    @property
    def reversed_earlier(self) -> list[str]:
        """Events that these rows reverse and that made no links among them."""
        here = set(self.events.tolist()) if self.reversed_events else set()
        return sorted(event for event in self.reversed_events if event.encode() not in here)

    def links(self) -> tuple[Ints, Ints]:
        """Start and end lot of every link, those of events reversed among these rows left out."""
        undone = np.array([event.encode() for event in self.reversed_events] or [b""], "S")
        stands = ~np.isin(self.events, undone)
        start = np.flatnonzero(stands & (self.sides == _FROM))
        end = np.flatnonzero(stands & (self.sides == _INTO))
        i, j = joined(self.events[start], self.events[end])
        start, end = start[i], end[j]
        into, unit = self.units[start], self.units[end]
        meets = (into == NO_UNIT) | (unit == NO_UNIT) | (into == unit)
        linked = meets & (self.lots[start] != self.lots[end])
        return self.lots[start[linked]], self.lots[end[linked]]
