"""What is in which case and pallet, read from the packing rows of the ledger. Knows nothing of Frappe.

A container is a logistic unit with an SSCC. It holds pieces and quantities of lots, and other containers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

PACK, UNPACK = "Pack", "Unpack"


@dataclass(frozen=True)
class PackingRow:
    """One row of a packing event: into (or out of) `container`; `inner` is the case that was moved whole."""

    container: str
    action: str
    lot: str
    quantity: Decimal
    unit: str | None = None
    inner: str | None = None


@dataclass(frozen=True)
class Piece:
    """A quantity of a lot, or one unit, in a container."""

    lot: str
    unit: str | None
    quantity: Decimal


@dataclass
class Container:
    """What was put directly into a container, and the containers in it."""

    sscc: str
    loose: dict[tuple[str, str | None], Decimal] = field(default_factory=dict)
    inner: set[str] = field(default_factory=set)


def replay(rows: Iterable[PackingRow]) -> dict[str, Container]:
    """The containers as they are after `rows`, which are in the order in which they happened."""
    containers: dict[str, Container] = {}
    for row in rows:
        container = containers.setdefault(row.container, Container(row.container))
        if row.inner:
            (container.inner.add if row.action == PACK else container.inner.discard)(row.inner)
        else:
            _count(container, row)
    return containers


def _count(container: Container, row: PackingRow) -> None:
    key = (row.lot, row.unit)
    change = row.quantity if row.action == PACK else -row.quantity
    left = container.loose.get(key, Decimal(0)) + change
    if left > 0:
        container.loose[key] = left
    else:
        container.loose.pop(key, None)


def pieces_in(sscc: str, containers: dict[str, Container]) -> Iterator[tuple[str, Piece]]:
    """Everything inside, at any depth: the container that directly holds it, and the piece."""
    waiting, seen = [sscc], set()
    while waiting:
        name = waiting.pop()
        container = containers.get(name)
        if name in seen or not container:
            continue
        seen.add(name)
        for (lot, unit), quantity in sorted(container.loose.items(), key=lambda item: _order(item[0])):
            yield name, Piece(lot, unit, quantity)
        waiting += sorted(container.inner)


def _order(key: tuple[str, str | None]) -> tuple[str, str]:
    return key[0], key[1] or ""
