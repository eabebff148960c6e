"""Numbered pieces move by name: no event takes quantity from under a serial number. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from med_trace.domain.errors import WrongUnit
from med_trace.domain.event import STEP, Action
from med_trace.domain.facts import LotFacts, UnitFacts
from med_trace.domain.rules import HERE_OR_BACK
from med_trace.domain.states import Whereabouts
from med_trace.ledger import tables
from med_trace.ledger.books import Books
from med_trace.ledger.decision import DecidedEvent, DecidedRow

_OUTSIDE = frozenset({Whereabouts.SHIPPED, Whereabouts.DELIVERED, Whereabouts.USED})
FREE, BLOCKED, OUTSIDE = "on hand and free to use", "on hand and blocked", "with consignees"

# (lot in lower case, FREE, BLOCKED or OUTSIDE) -> numbered pieces there
Numbered = Counter[tuple[str, str]]


def lots_to_check(events: Iterable[DecidedEvent]) -> set[str]:
    """Lots with a row that could leave a serial number without a piece; named rows cannot."""
    return {row.row.lot for event in events for row in event.rows if _may_lose_a_name(row)}


def require_named(lots: set[str], books: Books) -> None:
    """Raise WrongUnit when a lot would keep fewer pieces somewhere than it has serial numbers there."""
    numbered = _numbered_after(lots, books) if lots else None
    for lot in sorted(lots) if numbered else ():
        for where, pieces in _pieces(books.lot(lot).now).items():
            numbers = numbered[(lot.casefold(), where)]
            if numbers - pieces > STEP / 2:
                raise WrongUnit(
                    "Lot {0} has {1} numbered pieces {2}, and this would leave {3}. Name the serial numbers of "
                    "what moves.",
                    *(lot, numbers, where, f"{pieces.normalize():f}"),
                    lot=lot,
                )


def _may_lose_a_name(decided: DecidedRow) -> bool:
    action = decided.row.action
    if decided.row.serial_unit:
        return action in (Action.PROCESS, Action.CORRECT)  # a number given late needs a piece to stand on
    return decided.effect < 0 or decided.effect_blocked != 0 or action is Action.CORRECT


def _pieces(lot: LotFacts) -> dict[str, Decimal]:
    return {FREE: lot.free, BLOCKED: lot.blocked, OUTSIDE: lot.shipped}


def _numbered_after(lots: set[str], books: Books) -> Numbered:
    numbered: Numbered = Counter()
    for lot, whereabouts, state, count in tables.count_units(lots):
        _add(numbered, lot, whereabouts, state, count)
    for unit in books.changed_units():
        _add(numbered, *_place(unit.before), -1)
        _add(numbered, *_place(unit.now), +1)
    return numbered


def _place(unit: UnitFacts) -> tuple[str, str, str]:
    return unit.lot, unit.whereabouts, unit.state


def _add(numbered: Numbered, lot: str, whereabouts: str, state: str, count: int) -> None:
    if whereabouts in _OUTSIDE:
        numbered[(lot.casefold(), OUTSIDE)] += count
    elif whereabouts in HERE_OR_BACK:
        is_blocked = bool(state) or whereabouts == Whereabouts.RETURNED
        numbered[(lot.casefold(), BLOCKED if is_blocked else FREE)] += count
