"""Which part of what was made does a cause concern, and where could it have gone? Knows nothing of Frappe.

Two answers stand side by side. The whole-lot scope is everything reached from the lots concerned
(`genealogy.forward`). The cause slice starts at the rows of the ledger that the cause touched (cavity 5
between 10:00 and 11:30) and follows only what could carry it: a row that names another cavity, another
unit or an earlier time cannot. Where the ledger does not tell pieces apart, the slice includes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum

from med_trace.domain import event
from med_trace.domain.event import Action

# As the ledger's rows spell them. What brings pieces into a lot, and what takes them out of it.
INTO_ACTIONS = frozenset(action.value for action in event.INTO_ACTIONS | {Action.RECEIVE})
FROM_ACTIONS = frozenset(action.value for action in event.FROM_ACTIONS)
LEAVING_ACTIONS = frozenset({Action.SHIP.value})


class CriterionKind(str, Enum):
    """What a scope can be asked by. The first group selects lots, the second rows of the ledger."""

    LOT = "Lot"
    SUPPLIER_LOT = "Supplier Lot"
    HEAT_NUMBER = "Heat Number"
    SUPPLIER = "Supplier"
    ITEM = "Item"
    SERIAL = "Serial"
    EQUIPMENT = "Equipment"
    TOOL = "Tool"
    CAVITY = "Cavity"
    OPERATOR = "Operator"
    PARAMETER = "Parameter"
    TIME_WINDOW = "Time Window"


LOT_CRITERIA = frozenset(
    {
        CriterionKind.LOT,
        CriterionKind.SUPPLIER_LOT,
        CriterionKind.HEAT_NUMBER,
        CriterionKind.SUPPLIER,
        CriterionKind.ITEM,
    }
)


@dataclass(frozen=True)
class Criterion:
    """One condition. Those of one kind are alternatives, those of several kinds must all hold.

    `from_time`/`to_time` belong to Time Window, `minimum`/`maximum` (readings outside of it are concerned
    when only one is given: at or above `minimum`, at or below `maximum`) to Parameter, whose name is `value`.
    """

    kind: CriterionKind
    value: str = ""
    from_time: datetime | None = None
    to_time: datetime | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class RecordedRow:
    """One row of the ledger, not reversed. `event` and `idx` identify it."""

    event: str
    idx: int
    action: str
    lot: str
    quantity: Decimal
    time: datetime
    serial_unit: str | None = None
    into_unit: str | None = None
    cavity: str | None = None
    tool: str | None = None
    equipment: str | None = None
    operator: str | None = None
    made_from: datetime | None = None
    made_to: datetime | None = None
    process_record: str | None = None
    consignee: str | None = None

    @property
    def began(self) -> datetime:
        return self.made_from or self.time

    @property
    def ended(self) -> datetime:
        return self.made_to or self.time


_COLUMN = {
    CriterionKind.LOT: "lot",
    CriterionKind.SERIAL: "serial_unit",
    CriterionKind.EQUIPMENT: "equipment",
    CriterionKind.TOOL: "tool",
    CriterionKind.CAVITY: "cavity",
    CriterionKind.OPERATOR: "operator",
}


def is_touched(row: RecordedRow, criteria: Iterable[Criterion]) -> bool:
    """Whether the cause that the criteria describe touched what this row made.

    Criteria about the lot's own facts (heat, supplier, item) and parameters are looked up by the one who
    fetches the rows; here they count as met. A row that does not say its tool, equipment or operator is not
    touched by a criterion on it; one that does not say its cavity is, where it names a tool asked for.
    Names are compared as the database does, without regard to case.
    """
    by_kind: dict[CriterionKind, list[Criterion]] = {}
    for criterion in criteria:
        by_kind.setdefault(criterion.kind, []).append(criterion)
    if not row.cavity and CriterionKind.TOOL in by_kind:
        by_kind.pop(CriterionKind.CAVITY, None)  # any cavity of that tool may have made it
    return all(any(_is_met(row, one) for one in alternatives) for alternatives in by_kind.values())


def _is_met(row: RecordedRow, criterion: Criterion) -> bool:
    if criterion.kind is CriterionKind.TIME_WINDOW:
        after_start = criterion.from_time is None or row.ended >= criterion.from_time
        return after_start and (criterion.to_time is None or row.began <= criterion.to_time)
    column = _COLUMN.get(criterion.kind)
    return column is None or _is_same(getattr(row, column), criterion.value)


def _is_same(name: str | None, asked: str) -> bool:
    return name is not None and name.strip().casefold() == asked.strip().casefold() != ""


@dataclass
class Portion:
    """The part of one lot that the cause could be in: named units, and quantity that is not told apart."""

    lot: str
    since: datetime
    units: set[str] = field(default_factory=set)
    cavities: set[str | None] = field(default_factory=set)
    amounts: dict[tuple[str, int], Decimal] = field(default_factory=dict)

    @property
    def quantity(self) -> Decimal:
        """How much of the lot is concerned: rows not told apart by unit, plus one for each unit.

        Several operations on the same pieces each count; whoever knows how much the lot was made of caps it.
        """
        return sum(self.amounts.values(), Decimal(0)) + len(self.units)

    def add(self, row: RecordedRow) -> bool:
        """Takes in one row that made some of this portion; True when the portion grew."""
        before = (self.since, len(self.units), len(self.amounts))
        self.since = min(self.since, row.began)
        if row.serial_unit:
            self.units.add(row.serial_unit)
        else:
            self.amounts[row.event, row.idx] = row.quantity
            self.cavities.add(row.cavity)
        return before != (self.since, len(self.units), len(self.amounts))

    def could_be_in(self, row: RecordedRow, known_units: set[str]) -> bool:
        """Whether what left the lot at this row may have been of this portion."""
        if row.time < self.since:
            return False
        if row.serial_unit:
            return row.serial_unit in self.units or (
                row.serial_unit not in known_units and bool(self.amounts)
            )
        if row.cavity and self.amounts and None not in self.cavities:
            return row.cavity in self.cavities
        return True


@dataclass(frozen=True)
class Slice:
    """The portions concerned by lot, and the rows by which they may have left."""

    portions: dict[str, Portion]
    shipments: tuple[RecordedRow, ...]


RowsOf = Callable[[Sequence[str]], Iterable[RecordedRow]]


def cause_slice(seeds: Iterable[RecordedRow], rows_of_lots: RowsOf, rows_of_events: RowsOf) -> Slice:
    """Follows what the seed rows made through every event that could have carried it.

    `rows_of_lots(lots)` gives all rows of those lots, `rows_of_events(events)` all rows of those events,
    reversed ones left out. A lot is looked at again when its portion grew, so cycles end.
    """
    portions: dict[str, Portion] = {}
    shipments: dict[tuple[str, int], RecordedRow] = {}
    grown = _add_all(portions, seeds)
    while grown:
        leaving = _leaving_rows(portions, grown, rows_of_lots)
        shipments.update(((row.event, row.idx), row) for row in leaving if row.action in LEAVING_ACTIONS)
        carriers = [row for row in leaving if row.action in FROM_ACTIONS]
        grown = _add_all(portions, _made_with(carriers, rows_of_events))
    return Slice(portions, tuple(shipments.values()))


def _add_all(portions: dict[str, Portion], rows: Iterable[RecordedRow]) -> list[str]:
    grown: dict[str, None] = {}
    for row in rows:
        portion = portions.setdefault(row.lot, Portion(row.lot, row.began))
        if portion.add(row):
            grown[row.lot] = None
    return list(grown)


def _leaving_rows(
    portions: dict[str, Portion], lots: Sequence[str], rows_of_lots: RowsOf
) -> list[RecordedRow]:
    rows = list(rows_of_lots(lots))
    known: dict[str, set[str]] = {}
    for row in rows:
        if row.action in INTO_ACTIONS and row.serial_unit:
            known.setdefault(row.lot, set()).add(row.serial_unit)
    leaving = FROM_ACTIONS | LEAVING_ACTIONS
    return [
        row
        for row in rows
        if row.action in leaving and portions[row.lot].could_be_in(row, known.get(row.lot, set()))
    ]


def _made_with(carriers: Sequence[RecordedRow], rows_of_events: RowsOf) -> list[RecordedRow]:
    """The rows that the carriers' events made; where a carrier names the unit it went into, only that unit."""
    if not carriers:
        return []
    only: dict[str, set[str | None]] = {}
    for row in carriers:
        only.setdefault(row.event, set()).add(row.into_unit)
    events = {row.event for row in carriers}
    return [
        row
        for row in rows_of_events(sorted(events))
        if row.action in INTO_ACTIONS and (None in only[row.event] or row.serial_unit in only[row.event])
    ]
