"""Decides whether a lot may be released: every reason that blocks, each from one rule of a table.

Values in, reasons out. Knows nothing of Frappe; `release/facts.py` fetches the facts. ISO 13485:2016 8.2.6:
no release before the planned arrangements are complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from med_trace.domain.gate import plain
from med_trace.domain.sentence import Sentence

RELEASABLE_STATE = "Awaiting Release"
CLOSED_STATES = frozenset({"Released", "Closed"})
BAD_STATES = frozenset({"Quarantine", "On Hold", "Rejected", "Recalled"})
BOUGHT_OR_COMPONENT = frozenset({"Raw", "Component", "Packaging"})


@dataclass(frozen=True)
class Blocker:
    """One reason against the release: the rule, the words, and the record to look at."""

    rule: str
    message: str
    doctype: str
    name: str


@dataclass(frozen=True)
class Operation:
    """One operation of the routing that the lot follows."""

    number: int
    name: str
    inspection_required: bool = False


@dataclass(frozen=True)
class Process:
    """A Process Record of the lot. The three answers are those of the day on which it ran."""

    name: str
    operation: int
    is_submitted: bool
    equipment: str = ""
    operator: str = ""
    equipment_is_qualified: bool = True
    equipment_is_calibrated: bool = True
    operator_is_trained: bool = True


@dataclass(frozen=True)
class Plan:
    """An approved inspection plan, by its name without revision."""

    name: str
    stage: str
    operation: int | None = None


@dataclass(frozen=True)
class Inspection:
    """An Inspection Record. `is_settled`: rejected, but its NCR is closed without need of a new inspection.

    `unfit_gauges`: gauges that were out of calibration on the day they measured.
    """

    name: str
    plan: str
    is_submitted: bool
    is_accepted: bool
    operation: int | None = None
    at: datetime | None = None
    is_settled: bool = False
    unfit_gauges: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ancestor:
    """A lot that went into this one, at any depth. `is_used`: some of it was consumed, not only split off."""

    lot: str
    kind: str
    state: str
    is_used: bool = True
    certificate_required: bool = False
    has_certificate: bool = True
    certificate_withdrawn: bool = False


@dataclass(frozen=True)
class Issue:
    """An NCR, a hold or a gap: its record and its words."""

    doctype: str
    name: str
    words: str


@dataclass(frozen=True)
class LotRecord:
    """Everything that the release of one lot depends on."""

    lot: str
    item: str
    kind: str
    state: str
    on_hand: Decimal
    wanted: Decimal
    today: date
    expiry: date | None = None
    expiry_required: bool = False
    routing: str = ""
    routing_required: bool = False
    operations: Sequence[Operation] = ()
    processes: Sequence[Process] = ()
    plans: Sequence[Plan] = ()
    inspections: Sequence[Inspection] = ()
    ancestors: Sequence[Ancestor] = ()
    open_ncrs: Sequence[Issue] = ()
    holds: Sequence[Issue] = ()
    label_fault: str = ""
    gaps: Sequence[Issue] = ()


Finding = tuple[Sentence | str, str, str]  # message, doctype, name
Rule = Callable[[LotRecord], Iterator[Finding]]


def _state(record: LotRecord) -> Iterator[Finding]:
    if record.state != RELEASABLE_STATE:
        yield (
            Sentence(
                "Lot {0} is {1}; a release needs {2}.",
                record.lot,
                Sentence(record.state),
                Sentence(RELEASABLE_STATE),
            )
            if record.state
            else Sentence(
                "Lot {0} has no event; a release needs {1}.", record.lot, Sentence(RELEASABLE_STATE)
            ),
            "Material Lot",
            record.lot,
        )


def _routing(record: LotRecord) -> Iterator[Finding]:
    if record.routing_required and not record.routing:
        yield Sentence("Lot {0} has no process routing.", record.lot), "Material Lot", record.lot


def _operations(record: LotRecord) -> Iterator[Finding]:
    done = {process.operation for process in record.processes if process.is_submitted}
    for operation in record.operations:
        if operation.number not in done:
            words = Sentence(
                "Operation {0} {1} has no submitted process record.", operation.number, operation.name
            )
            yield words, "Process Routing", record.routing


def _open_records(record: LotRecord) -> Iterator[Finding]:
    for process in record.processes:
        if not process.is_submitted:
            words = Sentence("Process record {0} is still a draft.", process.name)
            yield words, "Process Record", process.name
    for inspection in record.inspections:
        if not inspection.is_submitted:
            words = Sentence("Inspection record {0} is still a draft.", inspection.name)
            yield words, "Inspection Record", inspection.name


def _inspections(record: LotRecord) -> Iterator[Finding]:
    for plan in record.plans:
        of_plan = [one for one in record.inspections if one.plan == plan.name]
        last = _last(of_plan)
        if not last:
            words = Sentence("The {0} inspection by plan {1} is missing.", Sentence(plan.stage), plan.name)
            yield words, "Inspection Plan", plan.name
        elif not (last.is_accepted or last.is_settled):
            yield Sentence("Inspection {0} rejected the lot.", last.name), "Inspection Record", last.name
    planned = {plan.operation for plan in record.plans}
    for operation in record.operations:
        if operation.inspection_required and operation.number not in planned:
            last = _last([one for one in record.inspections if one.operation == operation.number])
            if not (last and (last.is_accepted or last.is_settled)):
                words = Sentence(
                    "Operation {0} {1} has no accepted inspection.", operation.number, operation.name
                )
                yield words, "Process Routing", record.routing


def _last(inspections: Iterable[Inspection]) -> Inspection | None:
    submitted = [one for one in inspections if one.is_submitted]
    return max(submitted, key=lambda one: (one.at or datetime.min, one.name), default=None)


def _issues(record: LotRecord) -> Iterator[Finding]:
    for issue in (*record.open_ncrs, *record.holds):
        yield issue.words, issue.doctype, issue.name


def _certificates(record: LotRecord) -> Iterator[Finding]:
    for lot in record.ancestors:
        if lot.certificate_withdrawn:
            yield Sentence("The certificate of lot {0} was withdrawn.", lot.lot), "Material Lot", lot.lot
        elif lot.certificate_required and not lot.has_certificate:
            yield Sentence("The certificate of lot {0} is missing.", lot.lot), "Material Lot", lot.lot


def _components(record: LotRecord) -> Iterator[Finding]:
    for lot in record.ancestors:
        unreleased = lot.kind in BOUGHT_OR_COMPONENT and lot.state not in CLOSED_STATES
        if lot.is_used and (lot.state in BAD_STATES or unreleased):
            words = Sentence(
                "{0} lot {1}, used in this lot, is {2}.", Sentence(lot.kind), lot.lot, Sentence(lot.state)
            )
            yield words, "Material Lot", lot.lot


def _equipment(record: LotRecord) -> Iterator[Finding]:
    for process in record.processes:
        if not process.equipment_is_qualified:
            words = Sentence("{0} was not qualified when {1} ran.", process.equipment, process.name)
            yield words, "Process Record", process.name
        if not process.equipment_is_calibrated:
            words = Sentence("{0} was out of calibration when {1} ran.", process.equipment, process.name)
            yield words, "Process Record", process.name


def _gauges(record: LotRecord) -> Iterator[Finding]:
    for inspection in record.inspections:
        for gauge in inspection.unfit_gauges if inspection.is_submitted else ():
            words = Sentence(
                "Gauge {0} was out of calibration when {1} was measured.", gauge, inspection.name
            )
            yield words, "Inspection Record", inspection.name


def _training(record: LotRecord) -> Iterator[Finding]:
    for process in record.processes:
        if not process.operator_is_trained:
            words = Sentence(
                "{0} was not trained for the operation when {1} ran.", process.operator, process.name
            )
            yield words, "Process Record", process.name


def _label(record: LotRecord) -> Iterator[Finding]:
    if record.label_fault:
        words = Sentence("Lot {0} cannot be labelled with its UDI: {1}", record.lot, record.label_fault)
        yield words, "Material Lot", record.lot


def _expiry(record: LotRecord) -> Iterator[Finding]:
    if record.expiry and record.expiry < record.today:
        yield Sentence("Lot {0} expired on {1}.", record.lot, record.expiry), "Material Lot", record.lot
    elif record.expiry_required and not record.expiry:
        yield Sentence("Lot {0} has no expiry date.", record.lot), "Material Lot", record.lot


def _quantity(record: LotRecord) -> Iterator[Finding]:
    for gap in record.gaps:
        yield gap.words, gap.doctype, gap.name
    if record.on_hand <= 0:
        yield Sentence("Nothing of lot {0} is on hand.", record.lot), "Material Lot", record.lot
    elif record.wanted != record.on_hand:
        words = Sentence(
            "{0} are to be released, but {1} of lot {2} are on hand.",
            *(plain(record.wanted), plain(record.on_hand), record.lot),
        )
        yield words, "Material Lot", record.lot


RULES: tuple[tuple[str, Rule], ...] = (
    ("State", _state),
    ("Routing", _routing),
    ("Operation", _operations),
    ("Open Record", _open_records),
    ("Inspection", _inspections),
    ("Nonconformance", _issues),
    ("Certificate", _certificates),
    ("Component", _components),
    ("Equipment", _equipment),
    ("Gauge", _gauges),
    ("Training", _training),
    ("Label", _label),
    ("Expiry", _expiry),
    ("Quantity", _quantity),
)


def blockers(record: LotRecord) -> list[Blocker]:
    """Every reason against the release, in the order of the table. Empty: the lot may be released."""
    return [Blocker(name, *finding) for name, rule in RULES for finding in rule(record)]
