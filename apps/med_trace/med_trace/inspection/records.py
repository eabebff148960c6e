"""Inspection Records: results against a plan, a computed verdict, and what it does to the lot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, get_datetime, getdate, now_datetime
from med_trace.domain import inspection as rules
from med_trace.domain.errors import BadInput, NotFound
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.qualification import NotQualified
from med_trace.domain.states import Kind, State
from med_trace.inspection.plans import FINAL, IN_PROCESS, INCOMING, characteristics_of, plan_for
from med_trace.ledger.service import record, reverse_of_source
from med_trace.ledger.shown import shown
from med_trace.nonconformance.service import open_ncr
from med_trace.qualification.service import why_unqualified
from med_trace.receiving.service import accept, accept_or_explain
from med_trace.receiving.stock_lines import split_serials, to_decimal
from med_trace.receiving.units import rows_for


@shown()
def prepare(doc: Document) -> None:
    """Fill a record from lot and plan, judge every result, and refuse a verdict that somebody typed."""
    lot = _lot(doc.lot)
    doc.item_code = lot.item_code
    plan = plan_for(doc, doc.inspected_at or now_datetime())
    doc.stage, doc.operation_no = plan.stage, plan.operation_no if plan.stage == IN_PROCESS else None
    doc.quantity = doc.quantity or flt(lot.on_hand)
    if not doc.results:
        _list_samples(doc, plan)
    _require_known_results(doc, plan)
    _fill_results(doc, plan)
    _judge(doc, plan)


@shown()
def complete(doc: Document) -> None:
    """Before submission: every sample of the plan has its result, and every gauge was in calibration."""
    plan = frappe.get_cached_doc("Inspection Plan", doc.plan)
    missing = rules.missing_samples(characteristics_of(plan), to_decimal(doc.quantity), _readings(doc))
    if missing and doc.verdict != rules.Verdict.REJECTED.value:
        listed = ", ".join(f"{name}: {count}" for name, count in missing.items())
        raise rules.ResultsMissing("Results are missing ({0}). Enter them first.", listed)
    _require_gauges(doc)


@shown()
def write_ledger(doc: Document) -> None:
    """Record the inspection; accept the lot where this decides it, or open an NCR that holds it."""
    record(
        EventDraft(
            EventType.INSPECTED,
            tuple(_rows(doc)),
            time=get_datetime(doc.inspected_at),
            event_id=f"Inspection Record/{doc.name}",
            source_doctype=doc.doctype,
            source_name=doc.name,
            source_row=str(doc.operation_no) if doc.operation_no else doc.stage,
            reason=_("{0} inspection: {1}").format(_(doc.stage), _(doc.verdict)),
        )
    )
    if doc.verdict == rules.Verdict.REJECTED.value:
        _reject(doc)
    else:
        _accept(doc)


@shown()
def undo(doc: Document) -> None:
    """Reverse a cancelled record; refused while later events rest on it."""
    reverse_of_source(doc.doctype, doc.name, _("Inspection Record {0} was cancelled").format(doc.name))


@shown()
def accept_lot(doc: Document) -> str:
    """Accept the lot of a submitted, accepted record once what blocked it (a certificate) is there."""
    if doc.docstatus != 1 or doc.verdict != rules.Verdict.ACCEPTED.value or not decides(doc):
        raise BadInput("{0} is not a submitted inspection that accepts a lot.", doc.name, field="name")
    return accept(doc.lot, (doc.doctype, doc.name))


def _lot(name: str) -> Any:
    lot = frappe.db.get_value(
        "Material Lot", name, ["name", "item_code", "on_hand", "kind", "state", "routing"], as_dict=True
    )
    if not lot:
        raise NotFound("Lot {0} does not exist.", name)
    return lot


def _list_samples(doc: Document, plan: Document) -> None:
    """One empty row per characteristic and sample, in the order of the plan; where every piece is inspected
    and all have serial numbers, each row names its piece.
    """
    units = frappe.get_all(
        "Serial Unit", filters={"lot": doc.lot, "whereabouts": "In Stock"}, order_by="name asc", pluck="name"
    )
    for characteristic in characteristics_of(plan):
        samples = characteristic.samples_of(to_decimal(doc.quantity))
        by_piece = characteristic.sample_size is None and len(units) == samples
        for sample in range(1, samples + 1):
            unit = units[sample - 1] if by_piece else None
            doc.append(
                "results",
                {"characteristic": characteristic.name, "sample_no": sample, "serial_unit": unit},
            )


def _require_known_results(doc: Document, plan: Document) -> None:
    known = [row.characteristic for row in plan.characteristics]
    units, samples = set(), set()
    for row in doc.results:
        sample = (row.characteristic, row.sample_no)
        if row.sample_no and sample in samples:
            raise BadInput(
                "Row {0}: sample {1} of {2} is there already. A repeated measurement is another inspection.",
                *(row.idx, row.sample_no, row.characteristic),
                field="sample_no",
            )
        samples.add(sample)
        if row.characteristic not in known:
            raise BadInput(
                "Row {0}: {1} is not in plan {2}. It has {3}.",
                row.idx,
                row.characteristic,
                plan.name,
                ", ".join(known),
                field="characteristic",
            )
        if row.serial_unit:
            units.add(row.serial_unit)
    strangers = units - _units_in(doc.lot, units)
    if strangers:
        raise BadInput(
            "{0} is not a unit of lot {1}.", ", ".join(sorted(strangers)), doc.lot, field="serial_unit"
        )


def _units_in(lot: str, units: set[str]) -> set[str]:
    if not units:
        return set()
    return set(
        frappe.get_all("Serial Unit", filters={"name": ["in", sorted(units)], "lot": lot}, pluck="name")
    )


def _fill_results(doc: Document, plan: Document) -> None:
    """Unit and gauge come from the plan; a result that arrives gets its time."""
    planned = {row.characteristic: row for row in plan.characteristics}
    for row in doc.results:
        source = planned[row.characteristic]
        row.uom = source.uom
        row.gauge = row.gauge or source.gauge
        arrived = row.attribute or flt(row.value) or (row.is_new() and row.value not in (None, ""))
        if not row.measured_at and arrived:
            row.measured_at = doc.inspected_at if row.is_new() else now_datetime()


def _readings(doc: Document) -> list[rules.Reading]:
    """A value counts when the time of its measurement stands beside it: 0 is a value, too."""
    return [
        rules.Reading(
            row.characteristic,
            row.sample_no or 1,
            Decimal(str(flt(row.value))) if row.measured_at else None,
            rules.Result(row.attribute or ""),
        )
        for row in doc.results
    ]


def _judge(doc: Document, plan: Document) -> None:
    characteristics = characteristics_of(plan)
    by_name = {one.name: one for one in characteristics}
    readings = _readings(doc)
    before = doc.get_doc_before_save()
    earlier = {row.name: row.verdict or "" for row in before.results} if before else {}
    for row, reading in zip(doc.results, readings, strict=True):
        result = rules.judge(by_name[row.characteristic], reading).value
        _require_computed(
            row.verdict, result, earlier.get(row.name, ""), f"{row.characteristic} {row.sample_no or 1}"
        )
        row.verdict = result
    verdict = rules.conclude(characteristics, to_decimal(doc.quantity), readings).value
    _require_computed(doc.verdict, verdict, (before.verdict or "") if before else "", _("the lot"))
    doc.verdict = verdict


def _require_computed(given: str | None, computed: str, earlier: str, what: str) -> None:
    """A verdict that is neither what follows from the results nor what stood there before was typed."""
    if given and given not in (computed, earlier):
        raise rules.VerdictIsComputed(
            "The verdict {0} for {1} was typed; the results say {2}. Enter results and leave verdicts empty.",
            given,
            what,
            computed or _("nothing yet"),
        )


def _require_gauges(doc: Document) -> None:
    used = sorted({row.gauge for row in doc.results if row.gauge})
    reasons = [why_no_gauge(gauge, getdate(doc.inspected_at)) for gauge in used]
    if any(reasons):
        raise NotQualified("{0}", " ".join(filter(None, reasons)))


def why_no_gauge(gauge: str, on: date) -> str | None:
    """Why a gauge may not measure on that day: out of service, or out of calibration. None when it may."""
    tool = frappe.db.get_value("Tool", gauge, ["tool_type", "status"], as_dict=True)
    if tool.status != "Active":
        return _("Gauge {0} is {1}. Use another one.").format(gauge, _(tool.status))
    return why_unqualified("Tool", gauge, "Calibration", on) if tool.tool_type == "Gauge" else None


def _rows(doc: Document) -> Iterator[Row]:
    """The lot, and each piece with results of its own, so that a unit's history shows its inspections."""
    inspector = {"operator": doc.inspector or None}
    units = list(dict.fromkeys(row.serial_unit for row in doc.results if row.serial_unit))
    rest = to_decimal(doc.quantity) - len(units)
    if rest > 0 or not units:
        yield Row(Action.INSPECT, doc.lot, max(rest, Decimal(0)), **inspector)
    for unit in units:
        yield Row(Action.INSPECT, doc.lot, Decimal(1), serial_unit=unit, **inspector)
    if flt(doc.quantity_sampled):
        lost = split_serials(doc.sampled_serials)
        yield from rows_for(Action.SAMPLE, doc.lot, to_decimal(doc.quantity_sampled), lost, **inspector)


def _reject(doc: Document) -> None:
    failed = [row for row in doc.results if row.verdict == rules.Result.FAIL.value]
    critical = {
        row.characteristic
        for row in frappe.get_cached_doc("Inspection Plan", doc.plan).characteristics
        if row.critical
    }
    names = list(dict.fromkeys(row.characteristic for row in failed))
    ncr = open_ncr(
        _("{0} failed in {1} inspection of lot {2}").format(", ".join(names), _(doc.stage).lower(), doc.lot),
        [{"lot": doc.lot, "quantity": flt(doc.quantity)}],
        source=(doc.doctype, doc.name),
        severity="Critical" if critical & set(names) else "Major",
        description="\n".join(_describe(row) for row in failed),
    )
    doc.db_set("ncr", ncr)
    frappe.msgprint(
        _("Lot {0} is rejected: it is on hold and NCR {1} is open.").format(doc.lot, ncr),
        title=_("Inspection failed"),
        indicator="red",
    )


def _describe(row: Document) -> str:
    seen = row.attribute or f"{flt(row.value):g} {row.uom or ''}".strip()
    piece = (
        _("unit {0}").format(row.serial_unit)
        if row.serial_unit
        else _("sample {0}").format(row.sample_no or 1)
    )
    return f"{row.characteristic}, {piece}: {seen}"


def _accept(doc: Document) -> None:
    if decides(doc):
        accept_or_explain(doc.lot, (doc.doctype, doc.name), get_datetime(doc.inspected_at))


def decides(doc: Document) -> bool:
    """Whether acceptance makes the lot usable: incoming goods, and made components and WIP at the end."""
    lot = _lot(doc.lot)
    if doc.stage == INCOMING:
        return lot.state in (State.QUARANTINE, State.ON_HOLD)
    if lot.kind not in (Kind.COMPONENT, Kind.WIP) or lot.state not in (State.IN_PROCESS, State.ON_HOLD):
        return False
    if not frappe.get_cached_value("Item", lot.item_code, "mt_accepted_by_inspection"):
        return False
    return doc.stage == FINAL or _is_after_last_operation(doc, lot)


def _is_after_last_operation(doc: Document, lot: Any) -> bool:
    """An in-process plan decides only when no operation follows and the item has no final inspection."""
    if frappe.db.exists(
        "Inspection Plan", {"item_code": lot.item_code, "stage": FINAL, "workflow_state": "Approved"}
    ):
        return False
    if not lot.routing:
        return True
    operations = frappe.get_cached_doc("Process Routing", lot.routing).operations
    return doc.operation_no >= max(row.operation_no for row in operations)
