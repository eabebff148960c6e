"""Decides how far a recall is: what each consignee still owes an answer for, and what it needs to end.

Values in, answers out. Knows nothing of Frappe. 21 CFR 7.40-7.59: classes, effectiveness checks, termination.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from math import ceil

from med_trace.domain.errors import BadInput
from med_trace.domain.gate import plain
from med_trace.domain.sentence import Sentence


class Outcome(str, Enum):
    """How the product at one consignee was settled. Unreachable closes an open balance with a reason."""

    OPEN = ""
    RETURNED = "Returned"
    DESTROYED = "Destroyed"
    CORRECTED = "Corrected"
    USED = "Used"
    UNREACHABLE = "Unreachable"


SETTLES_WITHOUT_QUANTITY = frozenset({Outcome.CORRECTED, Outcome.UNREACHABLE})


class EffectivenessLevel(str, Enum):
    """Share of consignees whose receipt of the notice is verified (21 CFR 7.42(b)(3))."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


@dataclass(frozen=True)
class Shipment:
    """What one consignee received of one lot, and what became of it. Quantities in the lot's unit."""

    consignee: str
    lot: str
    shipped: Decimal
    used: Decimal = Decimal(0)
    recovered: Decimal = Decimal(0)
    destroyed: Decimal = Decimal(0)
    held: Decimal = Decimal(0)
    notified_on: date | None = None
    responded_on: date | None = None
    outcome: Outcome = Outcome.OPEN
    reason: str = ""

    @property
    def outstanding(self) -> Decimal:
        """Shipped and neither back, used nor destroyed; what the consignee holds is still outstanding."""
        return self.shipped - self.used - self.recovered - self.destroyed

    @property
    def is_settled(self) -> bool:
        """Nothing is outstanding, or there is a reason why what is will never come back."""
        return self.outstanding == 0 or bool(self.outcome in SETTLES_WITHOUT_QUANTITY and self.reason)


@dataclass(frozen=True)
class ConsigneeStatus:
    """One consignee's part of the status report (21 CFR 7.53)."""

    consignee: str
    shipped: Decimal
    used: Decimal
    recovered: Decimal
    destroyed: Decimal
    held: Decimal
    outstanding: Decimal
    is_notified: bool
    has_responded: bool
    is_settled: bool


def status_by_consignee(shipments: Iterable[Shipment]) -> list[ConsigneeStatus]:
    by_name: dict[str, list[Shipment]] = {}
    for shipment in shipments:
        by_name.setdefault(shipment.consignee, []).append(shipment)
    return [_status(name, rows) for name, rows in sorted(by_name.items())]


def _status(consignee: str, rows: Sequence[Shipment]) -> ConsigneeStatus:
    def total(name: str) -> Decimal:
        return sum((getattr(row, name) for row in rows), Decimal(0))

    return ConsigneeStatus(
        consignee=consignee,
        shipped=total("shipped"),
        used=total("used"),
        recovered=total("recovered"),
        destroyed=total("destroyed"),
        held=total("held"),
        outstanding=total("outstanding"),
        is_notified=all(row.notified_on for row in rows),
        has_responded=all(row.responded_on for row in rows),
        is_settled=all(row.is_settled for row in rows),
    )


def quantity_errors(shipment: Shipment) -> list[Sentence]:
    """What cannot be true of the quantities that a consignee reported."""
    where = (shipment.consignee, shipment.lot)
    errors = [
        Sentence("{0}, lot {1}: {2} is {3}, below zero.", *where, name, plain(value))
        for name, value in (
            ("used", shipment.used),
            ("recovered", shipment.recovered),
            ("destroyed", shipment.destroyed),
            ("held", shipment.held),
        )
        if value < 0
    ]
    if shipment.outstanding < 0:
        accounted, shipped = plain(shipment.shipped - shipment.outstanding), plain(shipment.shipped)
        errors.append(
            Sentence(
                "{0}, lot {1}: {2} are accounted for, but only {3} were shipped.", *where, accounted, shipped
            )
        )
    elif shipment.held > shipment.outstanding:
        errors.append(
            Sentence(
                "{0}, lot {1}: {2} are said to be held, but only {3} are outstanding.",
                *(*where, plain(shipment.held), plain(shipment.outstanding)),
            )
        )
    return errors


def checks_needed(level: EffectivenessLevel, consignees: int, percent: Decimal = Decimal(0)) -> int:
    """How many consignees must be checked. Level B takes the recall's own percentage, above 10 and below 100."""
    if level is EffectivenessLevel.B and not 10 < percent < 100:
        raise BadInput(
            "Effectiveness level B needs a percentage above 10 and below 100, not {0}.",
            percent,
            field="effectiveness_percent",
        )
    share = {
        EffectivenessLevel.A: Decimal(100),
        EffectivenessLevel.B: percent,
        EffectivenessLevel.C: Decimal(10),
        EffectivenessLevel.D: Decimal(2),
        EffectivenessLevel.E: Decimal(0),
    }[level]
    return ceil(consignees * share / 100)


def termination_blockers(
    shipments: Sequence[Shipment], checked: Iterable[str], needed: int
) -> list[Sentence]:
    """Why a recall cannot be terminated yet (21 CFR 7.55). Empty: it can."""
    reasons = []
    for status in status_by_consignee(shipments):
        if not status.is_notified:
            reasons.append(Sentence("{0} has not been notified.", status.consignee))
        if not status.is_settled:
            outstanding = plain(status.outstanding)
            reasons.append(Sentence("{0} still has {1} outstanding.", status.consignee, outstanding))
    verified = len({shipment.consignee for shipment in shipments} & set(checked))
    if verified < needed:
        reasons.append(Sentence("{0} of {1} effectiveness checks are done.", verified, needed))
    return reasons
