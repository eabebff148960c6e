"""Where did every piece of a lot go? Made = on hand + used up + out + gone. Knows nothing of Frappe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from med_trace.domain.event import MAKING, STEP, Action
from med_trace.domain.gate import plain
from med_trace.domain.history import PastRow
from med_trace.domain.sentence import Sentence

A = Action


class GapKind(str, Enum):
    """Why a balance does not close, or not without an explanation."""

    CORRECTION = "Correction"
    ON_HAND_DIFFERS = "On Hand Differs"
    NEGATIVE = "Negative"
    UNITS_DIFFER = "Units Differ"
    NEVER_MADE = "Never Made"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Gap:
    """A place where the quantities do not close. Shown, never hidden."""

    kind: GapKind
    lot: str
    quantity: Decimal
    message: Sentence
    event: str | None = None


@dataclass(frozen=True)
class Balance:
    """The account of one lot in its own unit. `closes`: made and corrected = everything that is left or gone."""

    lot: str
    uom: str
    made: Decimal
    on_hand: Decimal
    blocked: Decimal
    consumed: Decimal
    issued: Decimal
    scrapped: Decimal
    sampled: Decimal
    moved_on: Decimal  # split, merged or relabelled into other lots
    returned_to_supplier: Decimal
    shipped: Decimal
    returned: Decimal
    used: Decimal  # reported by consignees, part of shipped
    corrected: Decimal
    gaps: tuple[Gap, ...] = field(default=())

    @property
    def at_consignees(self) -> Decimal:
        return self.shipped - self.returned

    @property
    def gone(self) -> Decimal:
        return (
            self.consumed
            + self.issued
            + self.scrapped
            + self.sampled
            + self.moved_on
            + self.returned_to_supplier
            + self.at_consignees
        )

    @property
    def difference(self) -> Decimal:
        """What is missing (above zero) or too much (below)."""
        return self.made + self.corrected - self.on_hand - self.gone

    @property
    def closes(self) -> bool:
        return abs(self.difference) < STEP and not any(
            gap.kind is not GapKind.CORRECTION for gap in self.gaps
        )


def balance(
    lot: str,
    rows: Iterable[PastRow],
    uom: str = "",
    on_hand: Decimal | None = None,
    units_in_stock: int | None = None,
) -> Balance:
    """The account of `lot` from its rows (reversed events left out).

    `on_hand` is what the lot says it has (None: believe the rows); `units_in_stock` the number of its
    serial units that are in stock or came back, for a lot all of whose pieces are serial units.
    """
    rows = [row for row in rows if row.lot == lot]
    total = _Totals(rows)
    counted = sum((row.effect for row in rows), Decimal(0))
    account = Balance(
        lot=lot,
        uom=uom,
        made=total.of(*MAKING),
        on_hand=counted if on_hand is None else on_hand,
        blocked=sum((row.effect_blocked for row in rows), Decimal(0)),
        consumed=total.of(A.CONSUME),
        issued=total.of(A.ISSUE),
        scrapped=total.of(A.SCRAP),
        sampled=total.of(A.SAMPLE),
        moved_on=total.of(A.SPLIT_FROM, A.MERGE_FROM, A.RELABEL_FROM),
        returned_to_supplier=total.of(A.RETURN_TO_SUPPLIER),
        shipped=total.of(A.SHIP),
        returned=total.of(A.RETURN),
        used=total.of(A.USE),
        corrected=total.of(A.CORRECT),
    )
    gaps = [*_corrections(rows), *_differences(account, counted, units_in_stock)]
    return replace(account, gaps=tuple(gaps))


def gaps_of_totals(
    lot: str, made: Decimal, corrected: Decimal, on_hand: Decimal, at_consignees: Decimal
) -> list[Gap]:
    """The gaps of a lot of which only sums are known, as where a hundred thousand lots are asked for."""
    gaps = []
    if not made:
        words = Sentence("Nothing was ever received or made into lot {0}", lot)
        gaps.append(Gap(GapKind.NEVER_MADE, lot, Decimal(0), words))
    if corrected:
        gaps.append(
            Gap(GapKind.CORRECTION, lot, -corrected, Sentence("Corrected by {0} in all", plain(corrected)))
        )
    return [*gaps, *_below_zero(lot, on_hand, at_consignees)]


class _Totals:
    def __init__(self, rows: list[PastRow]) -> None:
        self._of: dict[Action, Decimal] = {}
        for row in rows:
            self._of[row.action] = self._of.get(row.action, Decimal(0)) + row.quantity

    def of(self, *actions: Action) -> Decimal:
        return sum((self._of.get(action, Decimal(0)) for action in actions), Decimal(0))


def _corrections(rows: list[PastRow]) -> list[Gap]:
    return [
        Gap(
            GapKind.CORRECTION,
            row.lot,
            -row.quantity,
            Sentence("Corrected by {0}: {1}", plain(row.quantity), row.reason or Sentence("no reason given")),
            row.event,
        )
        for row in rows
        if row.action is A.CORRECT
    ]


def _differences(account: Balance, counted: Decimal, units_in_stock: int | None) -> list[Gap]:
    gaps = []
    if abs(account.on_hand - counted) >= STEP:
        message = Sentence("{0} on hand, {1} by the events", plain(account.on_hand), plain(counted))
        gaps.append(Gap(GapKind.ON_HAND_DIFFERS, account.lot, counted - account.on_hand, message))
    gaps += _below_zero(account.lot, account.on_hand, account.at_consignees)
    if units_in_stock is not None and Decimal(units_in_stock) != account.on_hand:
        message = Sentence(
            "{0} serial units in stock, {1} on hand", str(units_in_stock), plain(account.on_hand)
        )
        gaps.append(Gap(GapKind.UNITS_DIFFER, account.lot, account.on_hand - units_in_stock, message))
    return gaps


def _below_zero(lot: str, on_hand: Decimal, at_consignees: Decimal) -> list[Gap]:
    """More left than ever came."""
    if on_hand >= 0 and at_consignees >= 0:
        return []
    message = Sentence("{0} on hand, {1} at consignees", plain(on_hand), plain(at_consignees))
    return [Gap(GapKind.NEGATIVE, lot, -min(on_hand, at_consignees), message)]
