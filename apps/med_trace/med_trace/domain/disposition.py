"""What may be decided about nonconforming lots, and whether the quantities add up. Knows nothing of Frappe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from med_trace.domain.errors import TraceError


class NotDisposed(TraceError):
    """The dispositions do not settle what the NCR concerns."""

    title = "Disposition incomplete"


class StepRefused(TraceError):
    """The NCR cannot go from its state to that one."""

    title = "Step refused"


class Stage(str, Enum):
    """Where an NCR stands."""

    OPEN = "Open"
    UNDER_EVALUATION = "Under Evaluation"
    DISPOSITIONED = "Dispositioned"
    CLOSED = "Closed"

    def __str__(self) -> str:
        return self.value


STEPS: dict[Stage, frozenset[Stage]] = {
    Stage.OPEN: frozenset({Stage.UNDER_EVALUATION}),
    Stage.UNDER_EVALUATION: frozenset({Stage.DISPOSITIONED}),
    Stage.DISPOSITIONED: frozenset({Stage.UNDER_EVALUATION, Stage.CLOSED}),
    Stage.CLOSED: frozenset(),
}


class Kind(str, Enum):
    """What can be decided (ISO 13485 8.3)."""

    USE_AS_IS = "Use As Is"
    REWORK = "Rework"
    RETURN_TO_SUPPLIER = "Return To Supplier"
    SCRAP = "Scrap"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Affected:
    """What the NCR concerns: a quantity of a lot, or one piece of it."""

    lot: str
    quantity: Decimal
    unit: str | None = None


@dataclass(frozen=True)
class Decision:
    """What is decided about a quantity of a lot, or about one piece of it."""

    lot: str
    kind: Kind
    quantity: Decimal
    unit: str | None = None
    approver: str | None = None
    justification: str | None = None


def require_step(before: Stage, after: Stage) -> None:
    """Refuses a step that the table does not have."""
    if before is not after and after not in STEPS[before]:
        allowed = ", ".join(sorted(stage.value for stage in STEPS[before])) or "none"
        raise StepRefused("An NCR that is {0} cannot become {1}; possible: {2}.", before, after, allowed)


def require_possible(affected: Sequence[Affected], had: Mapping[str, Decimal]) -> None:
    """Refuses what no lot can have: the same thing named twice, or more of a lot than there ever was of it.

    `had`: lot -> everything that was made or received of it; lots of which nothing is booked yet are left out.
    """
    named: set[tuple[str, str | None]] = set()
    for one in affected:
        if (one.lot, one.unit) in named:
            thing = one.unit or one.lot
            raise NotDisposed("{0} is named twice. Keep one row, with the whole quantity.", thing)
        named.add((one.lot, one.unit))
        if one.quantity < 0 or (one.unit and one.quantity > 1):
            raise NotDisposed("{0}: {1} is no possible quantity.", one.unit or one.lot, one.quantity)
    for lot, quantity in _sums(affected).items():
        if lot in had and quantity > had[lot]:
            raise NotDisposed(
                "Lot {0}: {1} is affected, but there were only {2} of it.", lot, quantity, had[lot]
            )


def require_settled(affected: Sequence[Affected], decisions: Sequence[Decision]) -> None:
    """Refuses decisions that leave something open, decide too much, or lack an approver."""
    for decision in decisions:
        _require_complete(decision)
    _require_sums(_sums(affected), _sums(decisions))
    _require_units(affected, decisions)


def _require_complete(decision: Decision) -> None:
    if decision.quantity <= 0:
        raise NotDisposed("Lot {0}: {1} needs a quantity above zero.", decision.lot, decision.kind)
    if decision.unit and decision.quantity != 1:
        raise NotDisposed("Unit {0} is one piece; {1} was given.", decision.unit, decision.quantity)
    if decision.kind is Kind.USE_AS_IS and not (decision.approver and (decision.justification or "").strip()):
        raise NotDisposed("Lot {0}: Use As Is needs a named approver and a justification.", decision.lot)


def _sums(entries: Iterable[Affected | Decision]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        sums[entry.lot] += entry.quantity
    return sums


def _require_sums(affected: dict[str, Decimal], decided: dict[str, Decimal]) -> None:
    for lot in sorted(affected.keys() | decided.keys()):
        if lot not in affected:
            raise NotDisposed("Lot {0} has a disposition but is not in this NCR. Add it to the lots.", lot)
        if affected[lot] != decided.get(lot, Decimal(0)):
            raise NotDisposed(
                "Lot {0}: {1} is affected, but the dispositions add up to {2}. Make them equal.",
                lot,
                affected[lot],
                decided.get(lot, Decimal(0)),
            )


def _require_units(affected: Sequence[Affected], decisions: Sequence[Decision]) -> None:
    known = {one.unit for one in affected if one.unit}
    decided = [one.unit for one in decisions if one.unit]
    for unit in decided:
        if decided.count(unit) > 1:
            raise NotDisposed("Unit {0} has two dispositions. Keep one.", unit)
        if known and unit not in known:
            raise NotDisposed("Unit {0} is not in this NCR. Add it to the lots.", unit)
