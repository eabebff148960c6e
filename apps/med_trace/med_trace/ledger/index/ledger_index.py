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
from med_trace.ledger.append_only import sequence_column
from med_trace.ledger.index.graph import Graph
from med_trace.ledger.index.link_rows import NO_UNIT, LinkRows
from med_trace.ledger.index.names import Names
from med_trace.ledger.totals import MOVEMENTS, Totals

CHUNK = 50_000
HOLE_SECONDS = 600
_GROUP_OF = {
    action.value: group for group, (actions, _) in enumerate(MOVEMENTS.values()) for action in actions
}
_COLUMNS = "action, lot, effect, parent, consignee, reverses, serial_unit, into_unit"

_NONE = np.zeros(0, np.int32)
_NO_LINKS = LinkRows.of(_NONE, [], [], [], _NONE, _NONE)


@dataclass(frozen=True)
class Reach:
    """What was reached: lot numbers of one index, to be asked for names and quantities."""

    lots: NDArray[np.int32]
    names: NDArray[np.bytes_]
    amounts: dict[str, NDArray[np.float64]]
    on_hand: NDArray[np.float64]
    shipped_to: dict[str, float]

    def totals(self) -> Totals:
        """The totals of everything reached; meaningful where all lots share a unit of measure."""
        sums = {name: float(amounts.sum()) for name, amounts in self.amounts.items()}
        return Totals(**sums, on_hand=float(self.on_hand.sum()))


class LedgerIndex:
    """Links, quantities and shipments of one site's ledger."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self.position = 0
        self._holes: dict[int, float] = {}
        self._lots, self._consignees, self._units = Names(), Names(), Names()
        self._forward, self._backward = Graph(), Graph()
        self._amounts = np.zeros((len(MOVEMENTS), 0))
        self._on_hand = np.zeros(0)
        self._shipped = _Shipments()

    def forward(self, roots: Iterable[str]) -> Reach:
        """Everything that something of `roots` went into, themselves included."""
        return self._reach(roots, "_forward")

    def backward(self, roots: Iterable[str]) -> Reach:
        """Everything that went into `roots`, themselves included."""
        return self._reach(roots, "_backward")

    def _reach(self, roots: Iterable[str], direction: str) -> Reach:
        with self._lock:
            self._keep_up()
            graph: Graph = getattr(self, direction)
            known = self._lots.known(roots)
            lots = graph.reach(known) if len(known) else known
            return Reach(
                lots,
                self._lots.texts(lots),
                {
                    name: sign * self._amounts[row][lots]
                    for row, (name, (_, sign)) in enumerate(MOVEMENTS.items())
                },
                self._on_hand[lots],
                self._shipped_to(lots),
            )

    def _shipped_to(self, lots: NDArray[np.int32]) -> dict[str, float]:
        totals = self._shipped.totals(lots, len(self._lots), len(self._consignees))
        receivers = np.flatnonzero(totals).astype(np.int32)
        texts = self._consignees.texts(receivers)
        return {
            text.decode(): float(totals[one])
            for text, one in zip(texts.tolist(), receivers.tolist(), strict=True)
        }

    # -- keeping up with the ledger

    def _keep_up(self) -> None:
        try:
            self._refresh()
        except BaseException:
            self._clear()
            raise

    def _refresh(self) -> None:
        newest = _newest_position()
        if newest < self.position:
            self._clear()
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
        self.position = positions[-1]
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
        """Counts the rows' quantities; their links are made when all rows of their events are there."""
        if not rows:
            return _NO_LINKS
        _, action, lot, effect, parent, consignee, reverses, unit, into_unit = zip(*rows, strict=True)
        lots = self._lots.numbers(lot)
        self._grow()
        quantities = np.array(effect, float)
        self._add_amounts(lots, action, quantities)
        self._add_shipments(lots, action, quantities, consignee)
        return LinkRows.of(lots, action, parent, reverses, self._numbers(unit), self._numbers(into_unit))

    def _numbers(self, units: Sequence[str | None]) -> NDArray[np.int32]:
        """The number of each unit, NO_UNIT where a row names none."""
        numbers = np.full(len(units), NO_UNIT, np.int32)
        named = [n for n, unit in enumerate(units) if unit]
        if named:
            numbers[named] = self._units.numbers([units[n] or "" for n in named])
        return numbers

    def _grow(self) -> None:
        size = len(self._lots)
        missing = size - len(self._on_hand)
        if missing > 0:
            self._forward.grow(size)
            self._backward.grow(size)
            self._amounts = np.pad(self._amounts, ((0, 0), (0, missing)))
            self._on_hand = np.pad(self._on_hand, (0, missing))

    def _add_amounts(self, lots: NDArray, action: Sequence[str], quantities: NDArray) -> None:
        group = np.array([_GROUP_OF.get(one, -1) for one in action])
        counted = group >= 0
        np.add.at(self._amounts, (group[counted], lots[counted]), quantities[counted])
        np.add.at(self._on_hand, lots, quantities)

    def _add_shipments(
        self, lots: NDArray, action: Sequence[str], quantities: NDArray, consignee: Sequence[str | None]
    ) -> None:
        at = [n for n, one in enumerate(action) if one in ("Ship", "Return") and consignee[n]]
        if at:
            to = self._consignees.numbers([consignee[n] or "" for n in at])
            self._shipped.add(lots[at], to, -quantities[at])

    def _add_links(self, rows: LinkRows) -> None:
        starts, ends = rows.links()
        self._forward.insert(starts, ends)
        self._backward.insert(ends, starts)
        if rows.reversed_earlier:
            self._drop_links_of(rows.reversed_earlier)

    def _drop_links_of(self, events: Sequence[str]) -> None:
        """Takes out the links of events that are in the arrays and have been reversed since."""
        rows = _rows_of_events(events)
        if rows:
            _, action, lot, _effect, parent, _consignee, reverses, unit, into_unit = zip(*rows, strict=True)
            lots, units, into = self._lots.numbers(lot), self._numbers(unit), self._numbers(into_unit)
            starts, ends = LinkRows.of(lots, action, parent, reverses, units, into).links()
            self._forward.remove(starts, ends)
            self._backward.remove(ends, starts)


class _Shipments:
    """What went to whom: lot, consignee and quantity (negative for a return), a row each."""

    def __init__(self) -> None:
        self._lots = np.zeros(0, np.int32)
        self._to = np.zeros(0, np.int32)
        self._quantities = np.zeros(0)

    def add(self, lots: NDArray, to: NDArray, quantities: NDArray) -> None:
        self._lots = np.concatenate([self._lots, lots])
        self._to = np.concatenate([self._to, to])
        self._quantities = np.concatenate([self._quantities, quantities])

    def totals(self, lots: NDArray, all_lots: int, consignees: int) -> NDArray[np.float64]:
        """What of `lots` each consignee has received, less what came back."""
        concerned = np.zeros(all_lots, bool)
        concerned[lots] = True
        of_them = concerned[self._lots]
        return np.bincount(self._to[of_them], self._quantities[of_them], minlength=consignees)


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


def _newest_position() -> int:
    newest = frappe.db.sql(f"select max({sequence_column()}) from `tabTrace Event Item`")
    return int(newest[0][0] or 0)


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
