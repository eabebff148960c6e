"""Walks genealogy links, a generation at a time. Knows nothing of Frappe or of where links are kept.

A link says that something of `parent` went into `child`. The walk asks for the links of a whole
generation at once, so that the one who fetches them needs one query a generation, not one a lot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Link:
    """Some of `parent` went into `child` at one event.

    `quantity` is what row `row` of the event took from the parent, as it was then; a row that went into several
    units gives a link for each, with the same quantity.
    """

    parent: str
    child: str
    event: str
    type: str
    time: datetime | None = None
    quantity: Decimal = Decimal(0)
    uom: str = ""
    parent_unit: str | None = None
    child_unit: str | None = None
    row: int = 0


@dataclass(frozen=True)
class Cone:
    """What a walk reached. `generation` has every lot with its distance from the roots (0 = a root).

    `complete` is False only when the caller asked for a depth and lots lie beyond it; `beyond` counts
    the lots of the last generation whose links were not followed.
    """

    generation: dict[str, int]
    links: tuple[Link, ...]
    complete: bool
    beyond: int = 0

    @property
    def lots(self) -> list[str]:
        return list(self.generation)


Neighbours = Callable[[Sequence[str]], Iterable[Link]]


def forward(roots: Iterable[str], children_of: Neighbours, depth: int | None = None) -> Cone:
    """Everything that something of `roots` went into. Cycles are walked once."""
    return _walk(roots, children_of, lambda link: link.child, depth)


def backward(roots: Iterable[str], parents_of: Neighbours, depth: int | None = None) -> Cone:
    """Everything that went into `roots`. Cycles are walked once."""
    return _walk(roots, parents_of, lambda link: link.parent, depth)


def _walk(
    roots: Iterable[str], neighbours: Neighbours, far_end: Callable[[Link], str], depth: int | None
) -> Cone:
    generation = dict.fromkeys(roots, 0)
    links: dict[Link, None] = {}
    frontier, distance = list(generation), 0
    while frontier:
        found = list(neighbours(frontier))
        if distance == depth:
            beyond = {far_end(link) for link in found} - generation.keys()
            links.update((link, None) for link in found if far_end(link) in generation)
            return Cone(generation, tuple(links), not beyond, len(beyond))
        distance += 1
        links.update((link, None) for link in found)
        frontier = _unseen(map(far_end, found), generation, distance)
    return Cone(generation, tuple(links), True)


def _unseen(lots: Iterable[str], generation: dict[str, int], distance: int) -> list[str]:
    fresh = [lot for lot in dict.fromkeys(lots) if lot not in generation]
    generation.update(dict.fromkeys(fresh, distance))
    return fresh
