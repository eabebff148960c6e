"""The whole ledger as arrays, for scopes over very many lots. One index a site and process.

It reads each row of the ledger once, in the order in which rows were written, so an event that was just
recorded is in the next answer without building anything again. It sees committed rows only: a request that
has written is answered from the database (`is_usable`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import frappe
from med_trace.ledger.append_only import position, sequence_column
from med_trace.ledger.index.graph import Graph
from med_trace.ledger.index.link_rows import NO_UNIT, LinkRows
from med_trace.ledger.index.names import Names

CHUNK = 50_000
HOLE_SECONDS = 600
_COLUMNS = "action, lot, parent, reverses, serial_unit, into_unit"

_NONE = np.zeros(0, np.int32)
_NO_LINKS = LinkRows.of(_NONE, [], [], [], _NONE, _NONE)


@dataclass(frozen=True)
class Reach:
    """The lots that were reached, as numbers of one index."""

    lots: NDArray[np.int32]
    _names: Names

    def __len__(self) -> int:
        return len(self.lots)

    def names(self) -> list[str]:
        return [name.decode() for name in self._names.texts(self.lots).tolist()]


class LedgerIndex:
    """The genealogy links of one site's ledger."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self.position, self._anchor = 0, ""
        self._holes: dict[int, float] = {}
        self._lots, self._units = Names(), Names()
        self._forward, self._backward = Graph(), Graph()

    def forward(self, roots: Iterable[str]) -> Reach:
        """All lots that something of `roots` went into, the roots first, nearest first."""
        return self._reach(roots, "_forward")

    def backward(self, roots: Iterable[str]) -> Reach:
        """All lots that went into `roots`, as `forward`."""
        return self._reach(roots, "_backward")

    def _reach(self, roots: Iterable[str], direction: str) -> Reach:
        with self._lock:
            self._keep_up()
            graph: Graph = getattr(self, direction)
            known = self._lots.known(roots)
            return Reach(graph.reach(known) if len(known) else known, self._lots)

    # -- keeping up with the ledger

    def _keep_up(self) -> None:
        try:
            self._refresh()
        except BaseException:
            self._clear()
            raise

    def _refresh(self) -> None:
        newest = position()
        if self.position and _event_at(self.position) != self._anchor:
            self._clear()  # another ledger than the one that was read: the site was restored
        links: list[LinkRows] = []
        while self.position < newest:
            links.append(self._take(_rows_after(self.position, newest)))
        if self._holes:
            links.append(self._fill_holes())
        if links:
            self._add_links(LinkRows.joined(links))

    def _take(self, rows: Sequence[tuple]) -> LinkRows:
        positions = [row[0] for row in rows]
        if frappe.db.db_type != "sqlite":
            missing = set(range(self.position + 1, positions[-1] + 1)).difference(positions)
            self._holes.update(dict.fromkeys(missing, time.monotonic()))
        self.position, self._anchor = positions[-1], rows[-1][3]
        return self._add(rows)

    def _fill_holes(self) -> LinkRows:
        """Rows whose number was given out earlier but which were committed later (not on SQLite)."""
        limit = time.monotonic() - HOLE_SECONDS
        self._holes = {hole: since for hole, since in self._holes.items() if since > limit}
        rows = _rows_at(list(self._holes)) if self._holes else []
        for row in rows:
            del self._holes[row[0]]
        return self._add(rows)

    def _add(self, rows: Sequence[tuple]) -> LinkRows:
        """Numbers the rows' lots; links are made when all rows of their events are there."""
        found = self._link_rows(rows)
        self._forward.grow(len(self._lots))
        self._backward.grow(len(self._lots))
        return found

    def _link_rows(self, rows: Sequence[tuple]) -> LinkRows:
        if not rows:
            return _NO_LINKS
        _, action, lot, parent, reverses, unit, into_unit = zip(*rows, strict=True)
        units, into_units = self._numbers(unit), self._numbers(into_unit)
        return LinkRows.of(self._lots.numbers(lot), action, parent, reverses, units, into_units)

    def _numbers(self, units: Sequence[str | None]) -> NDArray[np.int32]:
        """The number of each unit, NO_UNIT where a row names none."""
        numbers = np.full(len(units), NO_UNIT, np.int32)
        named = [n for n, unit in enumerate(units) if unit]
        if named:
            numbers[named] = self._units.numbers([units[n] or "" for n in named])
        return numbers

    def _add_links(self, rows: LinkRows) -> None:
        starts, ends = rows.links()
        self._forward.insert(starts, ends)
        self._backward.insert(ends, starts)
        if rows.reversed_earlier:
            self._drop_links_of(rows.reversed_earlier)

    def _drop_links_of(self, events: Sequence[str]) -> None:
        """Takes out the links of events that are in the arrays and have been reversed since."""
        starts, ends = self._link_rows(_rows_of_events(events)).links()
        self._forward.remove(starts, ends)
        self._backward.remove(ends, starts)


# -- one index for each site, and the few statements that feed it

_indexes: dict[str, LedgerIndex] = {}
_indexes_lock = threading.Lock()


def get_index() -> LedgerIndex:
    """The index of the current site in this process."""
    with _indexes_lock:
        return _indexes.setdefault(frappe.local.site, LedgerIndex())


def is_usable() -> bool:
    """Whether this request has written nothing, so that what it sees is what everybody sees."""
    return not frappe.db.transaction_writes


def _select(where: str) -> str:
    return f"select {sequence_column()} as position, {_COLUMNS} from `tabTrace Event Item` where {where}"


def _event_at(position: int) -> str | None:
    found = frappe.db.sql(_select(f"{sequence_column()} = %s"), (position,))
    return found[0][3] if found else None


def _rows_after(position: int, newest: int) -> Sequence[tuple]:
    """The next rows in their order; never empty, since there is a row at `newest`."""
    column = sequence_column()
    return frappe.db.sql(
        _select(f"{column} > %s and {column} <= %s order by {column} limit {CHUNK}"), (position, newest)
    )


def _rows_at(positions: Sequence[int]) -> Sequence[tuple]:
    return frappe.db.sql(_select(f"{sequence_column()} in %s"), (tuple(positions),))


def _rows_of_events(events: Sequence[str]) -> list[tuple]:
    rows: list[tuple] = []
    for first in range(0, len(events), 500):
        some = tuple(events[first : first + 500])
        rows += frappe.db.sql(_select("parent in %s"), (some,))
    return rows
