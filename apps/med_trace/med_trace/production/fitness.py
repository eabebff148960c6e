"""May this machine, tool and person run this operation on that day? Asks `qualification`."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from med_trace.domain.qualification import NotQualified
from med_trace.qualification.service import why_unqualified


def require_fit(record: Document, operation: Document, on: date) -> None:
    """Raise NotQualified with everything that is missing for this operation."""
    reasons = why_unfit(record, operation, on)
    if reasons:
        raise NotQualified("{0}", " ".join(reasons))


def why_unfit(record: Document, operation: Document, on: date) -> list[str]:
    """Everything that keeps `record.equipment`, `.tool` and `.operator` from this operation, in sentences."""
    return [
        *_equipment(record, operation, on),
        *_tool(record, operation, on),
        *_operator(record, operation, on),
    ]


def _equipment(record: Document, operation: Document, on: date) -> list[str]:
    if not record.equipment:
        asked = operation.equipment_type or operation.qualification_required or operation.calibration_required
        return (
            [_("Operation {0} needs its equipment. Name it.").format(operation.operation_name)]
            if asked
            else []
        )
    found = []
    kind = frappe.db.get_value("Workstation", record.equipment, "workstation_type")
    if operation.equipment_type and kind != operation.equipment_type:
        found.append(
            _("Operation {0} runs on {1}; {2} is {3}.").format(
                operation.operation_name, operation.equipment_type, record.equipment, kind or _("of no type")
            )
        )
    if operation.qualification_required:
        found.append(
            why_unqualified(
                "Workstation", record.equipment, "Equipment Qualification", on, operation.operation_name
            )
        )
    if operation.calibration_required:
        found.append(why_unqualified("Workstation", record.equipment, "Calibration", on))
    return [reason for reason in found if reason]


def _tool(record: Document, operation: Document, on: date) -> list[str]:
    if not record.tool:
        return []
    tool = frappe.db.get_value("Tool", record.tool, ["status", "tool_type"], as_dict=True)
    found = []
    if tool.status != "Active":
        found.append(_("Tool {0} is {1}. Use another one.").format(record.tool, _(tool.status)))
    if operation.calibration_required and tool.tool_type == "Gauge":
        found.append(why_unqualified("Tool", record.tool, "Calibration", on))
    return [reason for reason in found if reason]


def _operator(record: Document, operation: Document, on: date) -> list[str]:
    if not operation.training_required:
        return []
    reason = why_unqualified("User", record.operator, "Training", on, operation.operation_name)
    return [reason] if reason else []
