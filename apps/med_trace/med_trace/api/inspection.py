"""Inspections over the API: what waits, begin, enter results, submit. Thin; `inspection` does it."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_lot, as_moment, as_number, as_record, as_text, require_permission, shown
from med_trace.api.work import as_changes
from med_trace.domain.errors import BadInput
from med_trace.inspection import entry
from med_trace.inspection import sheet as grid
from med_trace.inspection.waiting import inspections_waiting


@frappe.whitelist()
@shown()
def waiting(lot: str | None = None) -> dict[str, Any]:
    """Inspections that are open or asked for: {inspections, more}; of one lot when it is named.

    Each: lot, item_code, item_name, state, on_hand, uom, supplier, stage, operation_no, plan (null: none is
    approved), record (open), inspector, accepted (a record), blockers, since.
    """
    require_permission("Inspection Record")
    return inspections_waiting(as_text(lot, "lot"))


@frappe.whitelist(methods=["POST"])
@shown()
def start(lot: str | None = None, plan: str | None = None, quantity: Any = None) -> dict[str, Any]:
    """Open a record of a plan on a lot, or the one that is open already; returns its sheet.

    `quantity`: how many pieces are inspected; what is on hand unless named.
    Errors: 404 for an unknown lot or plan; 417 for a plan that is not of its item or not released.
    """
    require_permission("Inspection Record", "create")
    named, planned = as_lot(lot), as_record("Inspection Plan", plan, "plan")
    number = as_number(quantity, "quantity")
    if not 0 <= number < 10**6:
        raise BadInput("{0} is not a quantity above zero.", quantity, field="quantity")
    return grid.sheet(entry.begin(named, planned, number))


@frappe.whitelist()
@shown()
def sheet(record: str | None = None) -> dict[str, Any]:
    """An Inspection Record as a grid: characteristics with limits, gauges, results by sample, earlier values.

    Errors: 404 for an unknown record.
    """
    require_permission("Inspection Record")
    return grid.sheet(as_record("Inspection Record", record))


@frappe.whitelist(methods=["POST"])
@shown()
def save(
    record: str | None = None,
    changes: Any = None,
    entered_at: str | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """Write what was measured into an open record; returns its sheet.

    `changes` is a list of {place, was, now} (`inspection.entry.enter`), `entered_at` when it was typed,
    `reason` why, where somebody else's value is changed.
    Errors: 409 when somebody else changed one of them, or the record is submitted; 417 for a wrong value, or
    without the reason that the change of a regulated field needs.
    """
    require_permission("Inspection Record", "write")
    name = as_record("Inspection Record", record)
    entry.enter(name, as_changes(changes), as_moment(entered_at, "entered_at"), as_text(reason, "reason"))
    return grid.sheet(name)


@frappe.whitelist(methods=["POST"])
@shown()
def finish(record: str | None = None) -> dict[str, Any]:
    """Submit an open record; returns what followed: {record, lot, stage, verdict, state, ncr, blockers}.
    One that is submitted already says the same again.

    Errors: 417 for missing results or a gauge out of calibration. Nothing is written then.
    """
    require_permission("Inspection Record", "submit")
    name = as_record("Inspection Record", record)
    entry.finish(name)
    return grid.followed(name)


@frappe.whitelist(methods=["POST"])
@shown()
def discard(record: str | None = None, reason: str | None = None) -> str:
    """Give up an open record that was begun by mistake: cancelled, with the reason in the audit trail. Returns its
    lot, whose inspection waits again.

    Errors: 403 for another's record without permission to cancel; 409 when it is submitted; 417 without a reason.
    """
    require_permission("Inspection Record", "write")
    name = as_record("Inspection Record", record)
    entry.discard(name, as_text(reason, "reason", required=True))
    return frappe.db.get_value("Inspection Record", name, "lot")
