"""One operation as the person at the machine sees it: what to do, within which limits, what is entered.

Reads only; `entry` writes.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import flt, getdate, nowdate
from med_trace.domain import routing as rules
from med_trace.domain.errors import NotFound
from med_trace.ledger.shown import shown
from med_trace.production.fitness import why_unfit
from med_trace.production.parameters import LIMIT_FIELDS
from med_trace.production.quantities import QUANTITIES
from med_trace.production.routings import makes_pieces, operation_row, operations_of, routing_for
from med_trace.production.waiting import records_of, runs_of, why_not_now

MACHINES = 50
_HEAD = (
    "name lot item_code routing operation_no operation_name equipment tool operator shift location started_at "
    "finished_at completes_operation rework_ncr scrapped_serials sampled_serials remarks docstatus modified "
    "modified_by"
).split()
_PARAMETER = (
    "parameter",
    "uom",
    "target",
    "critical",
    "judgement",
    "recorded_at",
    "series_file",
    *LIMIT_FIELDS,
)
READINGS = ("value", "minimum", "maximum")
OUTPUT = ("cavity", "quantity", "serial_numbers", "made_from", "made_to")


@shown()
def offer(lot: str, operation_no: int, rework_ncr: str | None = None) -> dict[str, Any]:
    """What it takes to begin an operation: {lot, operation_no, operation_name, instructions, equipment_type,
    needs_equipment, machines [{name, reason}], tools, operator_reason, refusal, record}.

    `reason` says why a machine may not run it today; `record` names one that is open already.
    """
    found = _lot(lot)
    routing = routing_for(found, None, nowdate())
    operation = operation_row(routing, operation_no)
    records = records_of(found.name)
    open_one = next(
        (row.name for row in records if row.docstatus == 0 and row.operation_no == operation_no), None
    )
    return {
        "lot": found.name,
        "operation_no": operation_no,
        "operation_name": operation.operation_name,
        "instructions": operation.instructions,
        "equipment_type": operation.equipment_type,
        "needs_equipment": _needs_equipment(operation),
        "machines": machines_for(operation),
        "tools": _tools(),
        "operator_reason": " ".join(_reasons(operation, operator=frappe.session.user)) or None,
        "refusal": None
        if open_one
        else why_not_now(found.name, routing.name, operation_no, is_rework=bool(rework_ncr)),
        "record": open_one,
    }


@shown()
def sheet(name: str) -> dict[str, Any]:
    """A Process Record with its limits, its materials as they are now, and what may still be entered."""
    doc = frappe.get_doc("Process Record", name)
    lot = _lot(doc.lot)
    routing = frappe.get_cached_doc("Process Routing", doc.routing)
    operations = operations_of(routing)
    operation = operation_row(routing, doc.operation_no)
    others = [row for row in records_of(doc.lot) if row.name != doc.name]
    available = None if doc.rework_ncr else rules.available(operations, doc.operation_no, runs_of(others))
    return {
        **{field: doc.get(field) for field in _HEAD},
        **{field: flt(doc.get(field)) or None for field in ("quantity_in", *QUANTITIES)},
        **{key: lot[key] for key in ("item_name", "uom", "on_hand", "state")},
        "instructions": operation.instructions,
        "equipment_type": operation.equipment_type,
        "needs_equipment": _needs_equipment(operation),
        "machines": machines_for(operation),
        "tools": _tools(),
        "cavities": frappe.db.get_value("Tool", doc.tool, "cavities") if doc.tool else 0,
        "makes": makes_pieces(doc),
        "is_last": rules.is_last(operations, doc.operation_no),
        "available": available,
        "parameters": [_parameter(row) for row in doc.parameters],
        "materials": _materials(doc),
        "outputs": [{field: row.get(field) or None for field in OUTPUT} for row in doc.outputs],
        "refusal": why_not_now_open(doc) if doc.docstatus == 0 else None,
    }


def why_not_now_open(doc: Document) -> str | None:
    """Why an open record could not be finished now: its lot was stopped meanwhile."""
    return why_not_now(doc.lot, doc.routing, doc.operation_no, is_rework=bool(doc.rework_ncr))


@shown()
def followed(name: str) -> dict[str, Any]:
    """What came of a submitted record: {record, lot, state, ncr, out_of_specification, next, inspection_first}."""
    doc = frappe.get_doc("Process Record", name)
    source = {"source_doctype": doc.doctype, "source_name": doc.name}
    operations = operations_of(frappe.get_cached_doc("Process Routing", doc.routing))
    following = rules.next_operation(operations, runs_of(records_of(doc.lot)))
    return {
        "record": doc.name,
        "lot": doc.lot,
        "state": frappe.db.get_value("Material Lot", doc.lot, "state"),
        "ncr": frappe.db.get_value("NCR", source, "name"),
        "out_of_specification": [
            row.parameter for row in doc.parameters if row.judgement == "Out Of Specification"
        ],
        "next": {"operation_no": following.number, "operation_name": following.name} if following else None,
        "inspection_first": any(
            one.inspection_required and one.number == doc.operation_no for one in operations
        ),
    }


def machines_for(operation: Document) -> list[dict[str, Any]]:
    """The machines of the operation's kind, each with why it may not run it today; fit ones first."""
    filters = {"workstation_type": operation.equipment_type} if operation.equipment_type else {}
    names = frappe.get_all("Workstation", filters=filters, pluck="name", order_by="name asc", limit=MACHINES)
    found = [
        {"name": name, "reason": " ".join(_reasons(operation, equipment=name)) or None} for name in names
    ]
    return sorted(found, key=lambda one: bool(one["reason"]))


def _reasons(operation: Document, **who: Any) -> list[str]:
    """Why this machine or this person may not; the other is not asked about."""
    asked = frappe._dict(equipment=None, tool=None, operator=None) | who
    if "equipment" in who:
        operation = frappe._dict(operation.as_dict(), training_required=0)
    else:
        nothing = dict.fromkeys(("equipment_type", "qualification_required", "calibration_required"))
        operation = frappe._dict({**operation.as_dict(), **nothing})
    return why_unfit(frappe._dict(asked), operation, getdate(nowdate()))


def _needs_equipment(operation: Document) -> bool:
    return bool(
        operation.equipment_type or operation.qualification_required or operation.calibration_required
    )


def _tools() -> list[dict[str, Any]]:
    return frappe.get_all(
        "Tool",
        filters={"status": "Active", "tool_type": ["!=", "Gauge"]},
        fields=["name", "tool_name", "tool_type", "cavities"],
        order_by="name asc",
        limit=200,
    )


def _lot(name: str) -> Any:
    fields = ["name", "item_code", "item_name", "uom", "on_hand", "state", "routing"]
    found = frappe.db.get_value("Material Lot", name, fields, as_dict=True)
    if not found:
        raise NotFound("Lot {0} does not exist.", name)
    return found


def _parameter(row: Document) -> dict[str, Any]:
    return {**{field: row.get(field) for field in _PARAMETER}, **readings(row)}


def readings(row: Document) -> dict[str, float | None]:
    """What was read. Without a time beside it nothing was: the database cannot tell that from zero."""
    if not row.recorded_at:
        return dict.fromkeys(READINGS)
    read: dict[str, float | None] = {field: flt(row.get(field)) or None for field in READINGS}
    return {**read, "value": 0.0} if not any(read.values()) else read


def _materials(doc: Document) -> list[dict[str, Any]]:
    lots = {row.lot for row in doc.materials}
    known = {
        lot.name: lot
        for lot in frappe.get_all(
            "Material Lot",
            filters={"name": ["in", sorted(lots)]},
            fields=["name", "item_code", "item_name", "state", "expiry_date"],
        )
    }
    return [
        {
            "row": row.name,
            "lot": row.lot,
            "serial_unit": row.serial_unit or None,
            "quantity": flt(row.quantity),
            "uom": row.uom,
            **{field: known[row.lot][field] for field in ("item_code", "item_name", "state", "expiry_date")},
            **{field: row.get(field) or None for field in ("cavity", "into_unit")},
        }
        for row in doc.materials
        if row.lot in known
    ]
