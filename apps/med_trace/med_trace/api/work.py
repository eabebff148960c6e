"""Operations at the machine: what waits, begin, enter, use up material, finish. Thin; `production` does it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from med_trace.api.edge import (
    as_dict,
    as_list,
    as_lot,
    as_moment,
    as_number,
    as_record,
    as_text,
    require_permission,
    shown,
)
from med_trace.distribution.scanning import lot_and_unit
from med_trace.domain.changes import Change
from med_trace.domain.errors import BadInput, NotFound
from med_trace.domain.gs1 import Gs1Error
from med_trace.nonconformance.service import open_ncr
from med_trace.production import entry, materials, sheet
from med_trace.production import waiting as production_waiting


@frappe.whitelist()
@shown()
def waiting(equipment_type: str | None = None, lot: str | None = None) -> dict[str, Any]:
    """Operations that are open or next: {operations, more}; of one kind of machine, or of one lot.

    Each: lot, item_code, item_name, state, on_hand, uom, routing, operation_no, operation_name, equipment_type,
    record (open already), equipment, operator, since, refusal (why it may not begin now). A rework that an NCR
    ordered has rework_ncr and choices [{operation_no, operation_name}]: which of them is repeated is to be said.
    """
    require_permission("Process Record")
    return production_waiting.operations_waiting(
        as_text(equipment_type, "equipment_type"), as_text(lot, "lot")
    )


@frappe.whitelist()
@shown()
def stations() -> list[dict[str, Any]]:
    """The machines that somebody can stand at: name, workstation_type."""
    require_permission("Process Record")
    return frappe.get_all("Workstation", fields=["name", "workstation_type"], order_by="name asc", limit=500)


@frappe.whitelist()
@shown()
def products() -> list[dict[str, Any]]:
    """Items that a new lot can be started of: item_code, item_name, routing."""
    require_permission("Process Record", "create")
    return frappe.get_all(
        "Process Routing",
        filters={"workflow_state": "Approved"},
        fields=["item_code", "item_name", "name as routing"],
        order_by="item_code asc",
        limit=500,
    )


@frappe.whitelist()
@shown()
def offer(
    lot: str | None = None, operation_no: int | str | None = None, rework_ncr: str | None = None
) -> dict[str, Any]:
    """What it takes to begin an operation: instructions, machines with why they may not, refusal, open record.

    Errors: 404 for an unknown lot; 417 for an operation that its routing does not have.
    """
    require_permission("Process Record", "create")
    ncr = as_text(rework_ncr, "rework_ncr")
    return sheet.offer(as_lot(lot), _number(operation_no), ncr)


@frappe.whitelist(methods=["POST"])
@shown()
def start(
    lot: str | None = None,
    operation_no: int | str | None = None,
    equipment: str | None = None,
    tool: str | None = None,
    rework_ncr: str | None = None,
) -> dict[str, Any]:
    """Open the record of an operation as its operator, or the one that is open already; returns its sheet.

    Errors: 417 with everything that keeps it from beginning (its turn, a hold, calibration, training).
    """
    require_permission("Process Record", "create")
    given = {
        "equipment": as_text(equipment, "equipment"),
        "tool": as_text(tool, "tool"),
        "rework_ncr": as_text(rework_ncr, "rework_ncr"),
    }
    return sheet.sheet(entry.begin(as_lot(lot), _number(operation_no), **given))


@frappe.whitelist()
@shown()
def record(name: str | None = None) -> dict[str, Any]:
    """The sheet of a Process Record: limits, readings, materials as they are now, outputs, quantities.

    Errors: 404 for an unknown record.
    """
    require_permission("Process Record")
    return sheet.sheet(as_record("Process Record", name))


@frappe.whitelist(methods=["POST"])
@shown()
def save(
    record: str | None = None,
    changes: Any = None,
    entered_at: str | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """Write what was typed into an open record; returns its sheet.

    `changes` is a list of {place, was, now} (`production.entry.enter`), `entered_at` when it was typed,
    `reason` why, where somebody else's value is changed.
    Errors: 409 when somebody else changed one of them, or the record is finished; 417 for a wrong value, or
    without the reason that the change of a regulated field needs.
    """
    require_permission("Process Record", "write")
    name = as_record("Process Record", record)
    entry.enter(name, as_changes(changes), as_moment(entered_at, "entered_at"), as_text(reason, "reason"))
    return sheet.sheet(name)


@frappe.whitelist()
@shown()
def material(record: str | None = None, code: str | None = None, quantity: Any = None) -> dict[str, Any]:
    """What a scanned material is, and whether it may be used here: {lot, serial_unit, item, item_name, uom,
    free, expiry, cavities (that made it), is_product (a unit of the lot that is made here)}.

    Errors: 404 for an unknown code; 417 with the gate's reason for a lot that may not be used.
    """
    require_permission("Process Record")
    name = as_record("Process Record", record)
    lot, unit = lot_and_unit(as_text(code, "code", required=True))
    return materials.usable(name, lot, _quantity(quantity), unit)


@frappe.whitelist(methods=["POST"])
@shown()
def consume(
    record: str | None = None,
    code: str | None = None,
    quantity: Any = None,
    cavity: str | None = None,
    into_unit: str | None = None,
) -> dict[str, Any]:
    """Use up what a code means in an open record; returns its sheet. `quantity` in the lot's unit; a unit is one.

    `cavity`: which of the material's cavities it is from. `into_unit`: the one piece that it goes into, by its code
    or serial number; an operation that makes the pieces takes a new number.

    Errors: as `material`; 409 when the record is finished.
    """
    require_permission("Process Record", "write")
    name = as_record("Process Record", record)
    lot, unit = lot_and_unit(as_text(code, "code", required=True))
    piece = as_text(into_unit, "into_unit")
    materials.use(name, lot, _quantity(quantity), unit, _short(cavity), piece and _unit_of(piece))
    return sheet.sheet(name)


@frappe.whitelist(methods=["POST"])
@shown()
def take_back(record: str | None = None, row: str | None = None, reason: str | None = None) -> dict[str, Any]:
    """Take a material (by the name of its row) out of an open record again; returns its sheet.

    Errors: 404 when it is not there any more; 417 without a reason for what somebody else put in.
    """
    require_permission("Process Record", "write")
    name = as_record("Process Record", record)
    materials.take_back(name, as_text(row, "row", required=True), as_text(reason, "reason"))
    return sheet.sheet(name)


@frappe.whitelist(methods=["POST"])
@shown()
def finish(record: str | None = None, finished_at: str | None = None) -> dict[str, Any]:
    """Submit an open record; returns what followed: {record, lot, state, ncr, out_of_specification, next,
    inspection_first}. One that is finished already says the same again.

    Errors: 417 with what is missing or does not add up, or the gate's reason. Nothing is written then.
    """
    require_permission("Process Record", "submit")
    name = as_record("Process Record", record)
    entry.finish(name, as_moment(finished_at, "finished_at"))
    return sheet.followed(name)


@frappe.whitelist(methods=["POST"])
@shown()
def discard(record: str | None = None, reason: str | None = None) -> str:
    """Give up an open record that was begun by mistake: cancelled, with the reason in the audit trail. Returns its
    lot, whose operation waits again.

    Errors: 403 for another's record without permission to cancel; 409 when it is finished; 417 without a reason.
    """
    require_permission("Process Record", "write")
    name = as_record("Process Record", record)
    entry.discard(name, as_text(reason, "reason", required=True))
    return frappe.db.get_value("Process Record", name, "lot")


@frappe.whitelist(methods=["POST"])
@shown()
def report_fault(
    lot: str | None = None, description: str | None = None, unit: str | None = None
) -> dict[str, Any]:
    """Open an NCR about a lot, or one unit of it, and hold it at once: {ncr, lot, state}. Whoever finds a fault
    stops it; Quality decides what becomes of it.

    Errors: 404 for an unknown lot; 417 without a description, or with the gate's reason.
    """
    require_permission("NCR", "create")
    said = as_text(description, "description", required=True)
    piece, named = as_text(unit, "unit"), as_lot(lot)
    if piece and not frappe.db.exists("Serial Unit", {"name": piece, "lot": named}):
        raise BadInput("{0} is not a unit of lot {1}.", piece, named, field="unit")
    ncr = open_ncr(said.splitlines()[0], [{"lot": named, "serial_unit": piece}], description=said)
    return {"ncr": ncr, "lot": named, "state": frappe.db.get_value("Material Lot", named, "state")}


def as_changes(given: Any) -> list[Change]:
    """[{place, was, now}] as the domain sees it."""
    rows = [as_dict(row, f"changes[{i}]") for i, row in enumerate(as_list(given or [], "changes"))]
    return [
        Change(
            as_text(row.get("place"), f"changes[{i}].place", required=True), row.get("was"), row.get("now")
        )
        for i, row in enumerate(rows)
    ]


def _number(value: Any) -> int:
    number = as_number(value, "operation_no")
    if number != number.to_integral_value() or not 0 <= number < 10**9:
        raise BadInput("operation_no: {0} is not the number of an operation.", value, field="operation_no")
    return int(number)


def _quantity(value: Any) -> Decimal:
    number = as_number(value, "quantity")
    if abs(number) >= Decimal(10) ** 12:
        raise BadInput("{0}: {1} is too large.", "quantity", value, field="quantity")
    return number


def _short(value: Any) -> str | None:
    text = as_text(value, "cavity")
    if text and len(text) > 140:
        raise BadInput("{0}: {1} characters; expected at most 140.", "cavity", len(text), field="cavity")
    return text


def _unit_of(code: str) -> str:
    """The unit that a code means, else the code itself: a serial number that is given now."""
    try:
        return lot_and_unit(code)[1] or code
    except (BadInput, NotFound, Gs1Error):
        return code
