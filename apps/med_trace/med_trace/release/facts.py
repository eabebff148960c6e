"""Fetches what the release of a lot depends on. `domain.release` decides.

A lot that was split, merged or relabelled carries the records of the lots it comes from: its lineage.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate, now_datetime
from med_trace.domain import genealogy
from med_trace.domain.balance import GapKind
from med_trace.domain.event import Action, EventType
from med_trace.domain.gs1 import Gs1Data, Gs1Error
from med_trace.domain.release import (
    Ancestor,
    Inspection,
    Issue,
    LotRecord,
    Operation,
    Plan,
    Process,
)
from med_trace.domain.states import State
from med_trace.ledger.links import parents_of
from med_trace.ledger.service import balance_of, open_holds
from med_trace.qualification.service import Register

SAME_PIECES = frozenset({EventType.SPLIT.value, EventType.MERGED.value, EventType.RELABELLED.value})
STAGES = ("In-process", "Final")


def lot_record(lot: str, wanted: Decimal, today: date) -> LotRecord:
    """The facts of one lot; `wanted` is the quantity to be released."""
    fields = ["item_code", "kind", "state", "on_hand", "expiry_date", "manufacturing_date", "routing", "gtin"]
    facts = frappe.db.get_value("Material Lot", lot, fields, as_dict=True)
    cone = genealogy.backward([lot], parents_of)
    lots = lineage(lot, cone)
    operations = _operations(facts.routing)
    return LotRecord(
        lot=lot,
        item=facts.item_code,
        kind=facts.kind,
        state=facts.state or "",
        on_hand=Decimal(str(facts.on_hand or 0)),
        wanted=wanted,
        today=today,
        expiry=_day(facts.expiry_date),
        expiry_required=bool(frappe.get_cached_value("Item", facts.item_code, "has_expiry_date")),
        routing=facts.routing or "",
        routing_required=_has_routing(facts.item_code),
        operations=[_operation(row) for row in operations],
        processes=_processes(lots, {row.operation_no: row for row in operations}),
        plans=_plans(facts.item_code),
        inspections=_inspections(lots),
        ancestors=_ancestors(cone, lots),
        open_ncrs=_open_ncrs(lots),
        holds=_holds(lot),
        gaps=_gaps(lot),
        label_fault=_label_fault(lot, facts, today),
    )


def _label_fault(lot: str, facts: Any, today: date) -> str:
    """What keeps GTIN, lot number and dates from standing on a GS1 label; nothing for an item without GTIN."""
    gtin = facts.gtin or frappe.get_cached_value("Item", facts.item_code, "mt_gtin")
    if not gtin:
        return ""
    expiry, produced = _day(facts.expiry_date), _day(facts.manufacturing_date)
    try:
        Gs1Data.of(today, gtin=gtin, lot=lot, expiry=expiry, produced=produced)
    except Gs1Error as error:
        return error.message
    return ""


def _day(value: Any) -> date | None:
    return getdate(value) if value else None


def lineage(lot: str, cone: genealogy.Cone | None = None) -> list[str]:
    """The lot and those that it consists of: same pieces under another number."""
    cone = cone or genealogy.backward([lot], parents_of)
    parents: dict[str, list[str]] = {}
    for link in cone.links:
        if link.type in SAME_PIECES:
            parents.setdefault(link.child, []).append(link.parent)
    return genealogy.backward([lot], _among(parents)).lots


def _among(parents: dict[str, list[str]]) -> genealogy.Neighbours:
    def neighbours(lots: Sequence[str]) -> list[genealogy.Link]:
        return [
            genealogy.Link(parent, lot, "", EventType.SPLIT.value)
            for lot in lots
            for parent in parents.get(lot, [])
        ]

    return neighbours


def record_authors(lot: str) -> set[str]:
    """Everyone who made a record that the release of this lot rests on."""
    lots = lineage(lot)
    authors: set[str] = set()
    for doctype, person in (("Process Record", "operator"), ("Inspection Record", "inspector")):
        rows = frappe.get_all(
            doctype,
            filters={"lot": ["in", lots], "docstatus": ["<", 2]},
            fields=["owner", f"{person} as person"],
        )
        authors |= {row.owner for row in rows} | {row.person for row in rows if row.person}
    return authors


def _has_routing(item: str) -> bool:
    return bool(frappe.db.exists("Process Routing", {"item_code": item, "workflow_state": "Approved"}))


def _operations(routing: str | None) -> list[Any]:
    fields = ["operation_no", "operation_name", "inspection_required"]
    fields += ["qualification_required", "calibration_required", "training_required"]
    return frappe.get_all(
        "Routing Operation",
        filters={"parent": routing or "", "parenttype": "Process Routing"},
        fields=fields,
        order_by="operation_no asc",
    )


def _operation(row: Any) -> Operation:
    return Operation(row.operation_no, row.operation_name or "", bool(row.inspection_required))


def _processes(lots: Sequence[str], operations: dict[int, Any]) -> list[Process]:
    fields = ["name", "operation_no", "docstatus", "equipment", "operator", "started_at"]
    rows = frappe.get_all(
        "Process Record",
        filters={"lot": ["in", lots], "docstatus": ["<", 2]},
        fields=fields,
        order_by="started_at asc",
    )
    register = Register(
        (doctype, subject)
        for row in rows
        for doctype, subject in (("Workstation", row.equipment), ("User", row.operator))
        if subject
    )
    return [_process(row, operations.get(row.operation_no) or frappe._dict(), register) for row in rows]


def _process(row: Any, operation: Any, register: Register) -> Process:
    def fit(wanted: Any, doctype: str, subject: str | None, kind: str, scope: str | None = None) -> bool:
        if not wanted:
            return True
        on = row.started_at or now_datetime()
        return bool(subject) and register.is_qualified(doctype, subject, kind, on, scope)

    name = operation.operation_name
    return Process(
        name=row.name,
        operation=row.operation_no,
        is_submitted=row.docstatus == 1,
        equipment=row.equipment or _("The equipment"),
        operator=row.operator or _("The operator"),
        equipment_is_qualified=fit(
            operation.qualification_required, "Workstation", row.equipment, "Equipment Qualification"
        ),
        equipment_is_calibrated=fit(
            operation.calibration_required, "Workstation", row.equipment, "Calibration"
        ),
        operator_is_trained=fit(operation.training_required, "User", row.operator, "Training", name),
    )


def _plans(item: str) -> list[Plan]:
    rows = frappe.get_all(
        "Inspection Plan",
        filters={"item_code": item, "workflow_state": "Approved", "stage": ["in", STAGES]},
        fields=["plan_name", "stage", "operation_no"],
        order_by="plan_name asc",
    )
    return list(
        {row.plan_name: Plan(row.plan_name, row.stage, row.operation_no or None) for row in rows}.values()
    )


def _inspections(lots: Sequence[str]) -> list[Inspection]:
    fields = ["name", "lot", "plan", "docstatus", "verdict", "operation_no", "inspected_at", "ncr"]
    rows = frappe.get_all(
        "Inspection Record", filters={"lot": ["in", lots], "docstatus": ["<", 2]}, fields=fields
    )
    names = _plan_names({row.plan for row in rows if row.plan})
    unfit = _unfit_gauges([row.name for row in rows])
    settled = _settled({(row.ncr, row.lot) for row in rows if row.ncr})
    return [
        Inspection(
            name=row.name,
            plan=names.get(row.plan, ""),
            is_submitted=row.docstatus == 1,
            is_accepted=row.verdict == "Accepted",
            operation=row.operation_no or None,
            at=get_datetime(row.inspected_at) if row.inspected_at else None,
            is_settled=(row.ncr, row.lot) in settled,
            unfit_gauges=unfit.get(row.name, ()),
        )
        for row in rows
    ]


def _unfit_gauges(inspections: Sequence[str]) -> dict[str, tuple[str, ...]]:
    rows = frappe.get_all(
        "Inspection Result",
        filters={"parent": ["in", inspections], "gauge": ["is", "set"]},
        fields=["parent", "gauge", "measured_at", "creation"],
    )
    uses = {(row.parent, row.gauge, (row.measured_at or row.creation).date()) for row in rows}
    register = Register(("Tool", row.gauge) for row in rows)
    unfit: dict[str, tuple[str, ...]] = {}
    for inspection, gauge, day in sorted(uses):
        if not register.is_qualified("Tool", gauge, "Calibration", day):
            unfit[inspection] = (*unfit.get(inspection, ()), gauge)
    return unfit


def _plan_names(plans: set[str]) -> dict[str, str]:
    rows = frappe.get_all(
        "Inspection Plan", filters={"name": ["in", sorted(plans)]}, fields=["name", "plan_name"]
    )
    return {row.name: row.plan_name for row in rows}


def _settled(reported: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those (NCR, lot) whose NCR is closed and left nothing of the lot to be made good and inspected again."""
    ncrs = sorted({ncr for ncr, _lot in reported})
    closed = frappe.get_all("NCR", filters={"name": ["in", ncrs], "workflow_state": "Closed"}, pluck="name")
    rework = {"parent": ["in", closed], "parenttype": "NCR", "disposition": "Rework"}
    reworked = frappe.get_all("NCR Disposition", filters=rework, fields=["parent", "lot"])
    open_again = {(row.parent, row.lot) for row in reworked}
    return {pair for pair in reported if pair[0] in closed and pair not in open_again}


def _ancestors(cone: genealogy.Cone, lots: Sequence[str]) -> list[Ancestor]:
    """Lots that went in. Their state counts where they were used up; a part split off has its own."""
    used = {link.parent for link in cone.links if link.type not in SAME_PIECES}
    names = [name for name in cone.lots if name not in lots]
    fields = ["name", "kind", "state", "certificate_required", "certificate", "certificate_no"]
    rows = frappe.get_all(
        "Material Lot",
        filters={"name": ["in", names]},
        fields=[*fields, "certificate_withdrawn"],
        order_by="name asc",
    )
    closed = _states_when_closed([row.name for row in rows if row.state == State.CLOSED])
    return [
        Ancestor(
            lot=row.name,
            kind=row.kind,
            state=closed.get(row.name, row.state or ""),
            is_used=row.name in used,
            certificate_required=bool(row.certificate_required),
            has_certificate=bool(row.certificate or row.certificate_no),
            certificate_withdrawn=bool(row.certificate_withdrawn),
        )
        for row in rows
    ]


def _states_when_closed(lots: Sequence[str]) -> dict[str, str]:
    """A closed lot counts as what it was when it was closed: a rejected one does not become good by it."""
    rows = frappe.get_all(
        "Trace Event Item",
        filters={"lot": ["in", lots], "action": Action.CLOSE.value, "reverses": ["is", "not set"]},
        fields=["lot", "state_before"],
        order_by="event_time asc, creation asc",
    )
    return {row.lot: row.state_before for row in rows}


def _open_ncrs(lots: Sequence[str]) -> list[Issue]:
    parents = frappe.get_all(
        "NCR Lot", filters={"lot": ["in", lots], "parenttype": "NCR"}, pluck="parent", distinct=True
    )
    rows = frappe.get_all(
        "NCR",
        filters={"name": ["in", parents], "workflow_state": ["!=", "Closed"]},
        fields=["name", "title", "workflow_state"],
        order_by="name asc",
    )
    return [
        Issue("NCR", row.name, _("NCR {0} ({1}) is {2}.").format(row.name, row.title, _(row.workflow_state)))
        for row in rows
    ]


def _gaps(lot: str) -> list[Issue]:
    """Where quantities do not close; an explained correction is no gap."""
    open_gaps = [gap for gap in balance_of(lot).gaps if gap.kind is not GapKind.CORRECTION]
    return [Issue("Material Lot", lot, gap.message) for gap in open_gaps]


def _holds(lot: str) -> list[Issue]:
    return [
        Issue("Trace Event", one["event"], _("Lot {0} is on hold: {1}").format(lot, one["reason"] or ""))
        for one in open_holds(lot)
    ]
