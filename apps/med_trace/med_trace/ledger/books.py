"""The lots and units that a transaction is about: locked, as they are now, as they were at any time.

The fast path reads only the locked rows themselves. A lot's history is fetched when an event is dated
before the lot's last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from med_trace.domain.errors import NotFound, TraceError
from med_trace.domain.facts import LotFacts, UnitFacts
from med_trace.domain.history import PastRow, open_stops, replay_unit
from med_trace.domain.states import State
from med_trace.ledger import read, tables

_MAY_HAVE_STOPS = frozenset({State.ON_HOLD, State.REJECTED, State.RECALLED, State.CLOSED})


@dataclass
class LotAccount:
    """One lot while events about it are decided."""

    name: str
    item_code: str
    now: LotFacts
    last_event_at: datetime | None
    added: list[PastRow] = field(default_factory=list)
    stored: list[PastRow] | None = None
    is_changed: bool = False

    @property
    def first(self) -> LotFacts:
        return read.first_facts_of(self.now)

    def has_events_after(self, at: datetime) -> bool:
        return self.last_event_at is not None and self.last_event_at > at

    def history(self) -> list[PastRow]:
        if self.stored is None:
            self.stored = [read.past_row_of(row) for row in tables.rows_of_lots([self.name], lock=True)]
        return [*self.stored, *self.added]

    def take(self, row: PastRow, now: LotFacts) -> None:
        self.now = now
        self.added.append(row)
        self.last_event_at = max(filter(None, (self.last_event_at, row.time)))
        self.is_changed = True


@dataclass
class UnitAccount:
    """One serial unit while events about it are decided."""

    name: str
    now: UnitFacts
    before: UnitFacts
    added: list[PastRow] = field(default_factory=list)
    stored: list[PastRow] | None = None
    made: dict[str, str | None] = field(default_factory=dict)
    is_changed: bool = False

    @property
    def first(self) -> UnitFacts:
        lot = next((row.lot for row in sorted(self.history(), key=lambda row: row.order)), self.now.lot)
        return UnitFacts(unit=self.name, lot=lot)

    def history(self) -> list[PastRow]:
        if self.stored is None:
            self.stored = [read.past_row_of(row) for row in tables.rows_of_units([self.name], lock=True)]
        return [*self.stored, *self.added]

    def take(self, row: PastRow, now: UnitFacts) -> None:
        self.now = now
        self.added.append(row)
        self.is_changed = True


class Books:
    """All accounts of one transaction, by name whatever its case (as the database compares names)."""

    def __init__(self, lots: Iterable[str], units: Iterable[str] = ()) -> None:
        """Lock these lots and units. Raises NotFound for names that are none."""
        lots, units = set(lots), set(units)
        self._lots = {row["name"].casefold(): _lot_account(row) for row in tables.locked_lots(lots)}
        self._units = {row["name"].casefold(): _unit_account(row) for row in tables.locked_units(units)}
        _require_all(lots, self._lots, "Lot {0} does not exist.")
        _require_all(units, self._units, "Serial unit {0} does not exist.")
        self._read_stops()
        self._read_stopped_units()

    def lot(self, name: str) -> LotAccount:
        return self._lots[name.casefold()]

    def unit(self, name: str) -> UnitAccount:
        return self._units[name.casefold()]

    @property
    def lots(self) -> Iterable[LotAccount]:
        return self._lots.values()

    @property
    def units(self) -> Iterable[UnitAccount]:
        return self._units.values()

    def changed_lots(self) -> list[LotAccount]:
        return [account for account in self._lots.values() if account.is_changed]

    def changed_units(self) -> list[UnitAccount]:
        return [account for account in self._units.values() if account.is_changed]

    @contextmanager
    def as_before_if_refused(self, lots: Iterable[str], units: Iterable[str]) -> Iterator[None]:
        """Puts these accounts back when what is decided inside is refused: for who goes on with the next event."""
        accounts: list[LotAccount | UnitAccount] = [*map(self.lot, lots), *map(self.unit, units)]
        before = [(account, dict(account.__dict__), len(account.added)) for account in accounts]
        try:
            yield
        except TraceError:
            for account, values, added in before:
                account.__dict__.update(values)
                del account.added[added:]
            raise

    def _read_stops(self) -> None:
        stopped = {account.name for account in self._lots.values() if account.now.state in _MAY_HAVE_STOPS}
        rows: dict[str, list[PastRow]] = {name: [] for name in stopped}
        for row in tables.stops_of_lots(sorted(stopped), lock=True):
            rows[row["lot"]].append(read.past_row_of(row))
        for name in stopped:
            account = self.lot(name)
            holds, recalls = open_stops(rows[name])
            account.now = replace(account.now, open_holds=holds, open_recalls=recalls)

    def _read_stopped_units(self) -> None:
        stopped = {account.name: account for account in self._units.values() if account.now.state}
        for account in stopped.values():
            account.stored = []
        for row in tables.rows_of_units(sorted(stopped), lock=True):
            stopped[row["serial_unit"]].stored.append(read.past_row_of(row))
        for account in stopped.values():
            account.now = replay_unit(account.first, account.history())


def _lot_account(row: dict) -> LotAccount:
    last = read.moment(row["last_event_at"]) if row["last_event_at"] else None
    return LotAccount(row["name"], row["item_code"], read.lot_facts_of(row), last)


def _unit_account(row: dict) -> UnitAccount:
    facts = read.unit_facts_of(row)
    return UnitAccount(row["name"], facts, facts)


def _require_all(names: set[str], found: dict, template: str) -> None:
    for name in sorted(names):
        if name.casefold() not in found:
            raise NotFound(template, name)
