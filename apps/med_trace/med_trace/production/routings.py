"""Process Routings as the domain sees them: which revision holds, and what it asks for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import frappe
from frappe.model.document import Document
from med_trace.domain import routing as rules
from med_trace.domain.errors import BadInput
from med_trace.domain.limits import require_ordered
from med_trace.production.parameters import limits_of
from med_trace.qualification.revisions import approved_revision, require_in_force


def operations_of(routing: Document) -> list[rules.Operation]:
    """The operations of a revision."""
    return [
        rules.Operation(
            row.operation_no or 0, row.operation_name, bool(row.makes_quantity), bool(row.inspection_required)
        )
        for row in routing.operations
    ]


def validate_content(routing: Document) -> None:
    """Refuse a routing that could not be followed or judged."""
    operations = operations_of(routing)
    rules.require_consistent(operations)
    seen = set()
    for row in routing.parameters:
        rules.find_operation(operations, row.operation_no)
        key = (row.operation_no, row.parameter)
        if key in seen:
            raise BadInput("Operation {0} lists the parameter {1} twice.", *key, field="parameters")
        seen.add(key)
        require_ordered(limits_of(row), row.parameter)


def operation_row(routing: Document, number: int) -> Document:
    """The row of one operation; BadInput names those that exist."""
    rules.find_operation(operations_of(routing), number)
    return next(row for row in routing.operations if row.operation_no == number)


def makes_pieces(doc: Document) -> bool:
    """Whether this operation creates the pieces. A rework never does: they are there."""
    operations = operations_of(frappe.get_cached_doc("Process Routing", doc.routing))
    return not doc.rework_ncr and rules.making_operation(operations).number == doc.operation_no


def current_routing(item_code: str, on: date | datetime | str) -> str | None:
    """The approved routing revision of an item on that day."""
    return approved_revision("Process Routing", item_code, on)


def routing_for(lot: Any, asked: str | None, on: date | datetime) -> Document:
    """The revision that a lot runs on: its own once it has begun, else the one asked for or in force.

    Raises BadInput when another is asked for, NotApproved when it is not released.
    """
    name = lot.routing or asked or current_routing(lot.item_code, on)
    if not name:
        raise BadInput("Item {0} has no approved routing. Release one first.", lot.item_code, field="routing")
    if asked and asked != name:
        raise BadInput(
            "Lot {0} runs on routing {1} and stays on it; {2} was given.",
            lot.name,
            name,
            asked,
            field="routing",
        )
    routing = frappe.get_cached_doc("Process Routing", name)
    if routing.item_code != lot.item_code:
        raise BadInput(
            "Routing {0} is for {1}; lot {2} is {3}.",
            name,
            routing.item_code,
            lot.name,
            lot.item_code,
            field="routing",
        )
    require_in_force(routing, on, may_be_obsolete=name == lot.routing)
    return routing
