"""A growing directed graph in arrays, walked by scipy. Knows nothing of Frappe or of lots.

Nodes are 0..n-1. Links are kept sorted by their start (compressed sparse rows), so that new links are
inserted where they belong instead of building the arrays again: a few milliseconds at a million links.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

Ints = NDArray[np.int32]


class Graph:
    """Links from one node to others; `insert` and `remove` keep it current, `reach` walks it."""

    def __init__(self) -> None:
        self._start: Ints = np.zeros(1, np.int32)
        self._ends: Ints = np.zeros(0, np.int32)
        self._ones = np.ones(0)

    @property
    def nodes(self) -> int:
        return len(self._start) - 1

    @property
    def links(self) -> int:
        return len(self._ends)

    def grow(self, nodes: int) -> None:
        """Makes room for nodes up to `nodes`; the new ones have no links."""
        missing = nodes - self.nodes
        if missing > 0:
            self._start = np.concatenate([self._start, np.full(missing, self._start[-1], np.int32)])

    def insert(self, starts: Ints, ends: Ints) -> None:
        """Adds one link for each pair of `starts` and `ends` (equal lengths, nodes that exist)."""
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], ends[order].astype(np.int32)
        self._ends = np.insert(self._ends, self._start[starts + 1], ends)
        self._shift(starts, 1)

    def remove(self, starts: Ints, ends: Ints) -> None:
        """Takes away one link for each pair; a pair that is not there is passed over."""
        gone: dict[int, int] = {}
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            first, last = self._start[start], self._start[start + 1]
            places = (np.flatnonzero(self._ends[first:last] == end) + first).tolist()
            place = next((at for at in places if at not in gone), None)
            if place is not None:
                gone[place] = start
        self._ends = np.delete(self._ends, list(gone))
        self._shift(np.array(sorted(gone.values()), np.int64), -1)

    def _shift(self, starts: NDArray[np.integer], by: int) -> None:
        counts = np.bincount(starts, minlength=self.nodes)
        self._start = self._start + by * np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        self._ones = np.ones(len(self._ends))

    def reach(self, roots: Ints) -> Ints:
        """Every node that can be reached from `roots`, the roots first, each once, nearest first."""
        if len(roots) == 1:
            return self._walk(self._start, self._ends, self._ones, self.nodes, int(roots[0]))
        start = np.concatenate([self._start, [len(self._ends) + len(roots)]]).astype(np.int32)
        ends = np.concatenate([self._ends, roots]).astype(np.int32)
        reached = self._walk(start, ends, np.ones(len(ends)), self.nodes + 1, self.nodes)
        return reached[1:]

    @staticmethod
    def _walk(start: Ints, ends: Ints, ones: NDArray[np.float64], nodes: int, root: int) -> Ints:
        matrix = csr_matrix((ones, ends, start), shape=(nodes, nodes), copy=False)
        return breadth_first_order(matrix, root, directed=True, return_predecessors=False)


def joined(starts: NDArray, ends: NDArray) -> tuple[Ints, Ints]:
    """Every pair (i, j) with starts[i] == ends[j]: positions in `starts` and in `ends`."""
    order = np.argsort(ends, kind="stable")
    keys = ends[order]
    first, last = np.searchsorted(keys, starts, "left"), np.searchsorted(keys, starts, "right")
    counts = last - first
    left = np.repeat(np.arange(len(starts)), counts)
    steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return left.astype(np.int32), order[np.repeat(first, counts) + steps].astype(np.int32)
