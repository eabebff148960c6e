"""Inspection Plans as the domain sees them: which revision holds, and what it asks for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import frappe
from frappe.model.document import Document
from med_trace.domain import inspection as rules
from med_trace.domain.errors import BadInput
from med_trace.domain.limits import Limits, parse_number, require_ordered
from med_trace.qualification.revisions import approved_revision, require_in_force

FINAL, IN_PROCESS, INCOMING = "Final", "In-process", "Incoming"


def characteristics_of(plan: Document) -> list[rules.Characteristic]:
    """The characteristics of a revision."""
    return [
        rules.Characteristic(
            row.characteristic,
            rules.Method(row.kind),
            _limits_of(row),
            None if row.sample_rule == "All" else row.sample_size,
            bool(row.critical),
        )
        for row in plan.characteristics
    ]


def _limits_of(row: Document) -> Limits:
    return Limits(
        lower_limit=parse_number(row.lower_limit, f"{row.characteristic}, lower limit"),
        upper_limit=parse_number(row.upper_limit, f"{row.characteristic}, upper limit"),
    )


def validate_content(plan: Document) -> None:
    """Refuse a plan that could not be judged."""
    characteristics = characteristics_of(plan)
    rules.require_consistent(characteristics)
    for characteristic in characteristics:
        require_ordered(characteristic.limits, characteristic.name)
    if plan.stage == IN_PROCESS and not plan.operation_no:
        raise BadInput("An in-process plan says which operation it follows.", field="operation_no")


def current_plan(
    item_code: str, stage: str, on: date | datetime | str, operation_no: int | None = None
) -> str | None:
    """The approved plan revision for an item and stage (and operation, in process) on that day."""
    asked: dict[str, Any] = {"stage": stage}
    if stage == IN_PROCESS and operation_no:
        asked["operation_no"] = operation_no
    return approved_revision("Inspection Plan", item_code, on, **asked)


def plan_for(doc: Document, on: date | datetime) -> Document:
    """The plan revision of an Inspection Record; released when the record began."""
    plan = frappe.get_cached_doc("Inspection Plan", doc.plan)
    if plan.item_code != doc.item_code:
        raise BadInput(
            "Plan {0} is for {1}; lot {2} is {3}.",
            plan.name,
            plan.item_code,
            doc.lot,
            doc.item_code,
            field="plan",
        )
    require_in_force(plan, on, may_be_obsolete=not doc.is_new())
    return plan
