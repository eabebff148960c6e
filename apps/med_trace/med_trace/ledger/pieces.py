"""Numbered pieces move by name: no event takes pieces from under their serial numbers. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from med_trace.domain.errors import WrongUnit
from med_trace.domain.event import STEP, Action
from med_trace.domain.rules import HERE_OR_BACK
from med_trace.domain.states import Whereabouts
from med_trace.ledger import tables
from med_trace.ledger.books import Books
from med_trace.ledger.decision import DecidedEvent

OUTSIDE = frozenset({Whereabouts.SHIPPED, Whereabouts.DELIVERED, Whereabouts.USED})

# (lot in lower case, is it at consignees?) -> numbered pieces there
Numbered = Counter[tuple[str, bool]]


def require_named(events: Iterable[DecidedEvent], books: Books) -> None:
    """Raise WrongUnit when a lot would keep fewer pieces than it has serial numbers, on hand or at consignees."""
    lots = {row.row.lot for event in events for row in event.rows if _may_lose_a_name(row.row, row.effect)}
    if not lots:
        return
    numbered = _numbered_after(lots, books)
    for lot in sorted(lots):
        now = books.lot(lot).now
        for is_outside, pieces, where in (
            (False, now.on_hand, "on hand"),
            (True, now.shipped, "with consignees"),
        ):
            numbers = numbered[(lot.casefold(), is_outside)]
            if numbers - pieces > STEP / 2:
                raise WrongUnit(
                    "Lot {0} consists of numbered pieces: {1} would be left {2}, and {3} serial numbers are. "
                    "Name the serial numbers of what moves.",
                    *(lot, f"{pieces.normalize():f}", where, numbers),
                    lot=lot,
                )


def _may_lose_a_name(row, effect: Decimal) -> bool:
    if row.serial_unit:
        return row.action is Action.PROCESS  # a number given late needs a piece to stand on
    return effect < 0 or row.action is Action.RETURN


def _numbered_after(lots: set[str], books: Books) -> Numbered:
    numbered: Numbered = Counter()
    for lot, whereabouts, count in tables.count_units(lots):
        _add(numbered, lot, whereabouts, count)
    for unit in books.changed_units():
        _add(numbered, unit.before.lot, unit.before.whereabouts, -1)
        _add(numbered, unit.now.lot, unit.now.whereabouts, +1)
    return numbered


def _add(numbered: Numbered, lot: str, whereabouts: str, count: int) -> None:
    if whereabouts in HERE_OR_BACK or whereabouts in OUTSIDE:
        numbered[(lot.casefold(), whereabouts in OUTSIDE)] += count
