"""Nonconformances as a board over REST, and whose each is. Thin; `nonconformance.board` and `.assignment` answer.

A card is moved by Frappe's own `frappe.model.workflow.apply_workflow`, or by the signature that the step needs.
"""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_moment, as_text, require_permission, shown
from med_trace.domain.errors import BadInput, NotFound
from med_trace.nonconformance import assignment
from med_trace.nonconformance.board import board as ncr_board

SEVERITIES = ("Minor", "Major", "Critical")


@frappe.whitelist()
@shown()
def board(
    severity: str | None = None,
    lot: str | None = None,
    owner: str | None = None,
    assigned: str | None = None,
    text: str | None = None,
    more: str | None = None,
) -> dict[str, Any]:
    """NCRs by workflow state: columns [{state, count, moves [{action, to}], cards}], oldest first; and may_assign.

    Args, all optional: `severity` Minor, Major or Critical; `lot`; `owner`, who reported it; `assigned` me,
    nobody or a user; `text` in the title;
    `more`, a state whose cards are all wanted. A card has name, title, severity, creation, lots (the first
    four) and lot_count, assigned_to, due_date, holders (names of whose it is) and reported_by.
    Errors: 403 without read permission; 417 for a severity that is none.
    """
    require_permission("NCR")
    filters = {
        "severity": as_text(severity, "severity"),
        "lot": as_text(lot, "lot"),
        "owner": as_text(owner, "owner"),
        "assigned": as_text(assigned, "assigned"),
        "text": as_text(text, "text"),
    }
    if filters["severity"] not in (None, *SEVERITIES):
        raise BadInput(
            "severity is {0}; expected one of {1}.", repr(severity), ", ".join(SEVERITIES), field="severity"
        )
    return ncr_board(filters, as_text(more, "more") or "")


@frappe.whitelist()
@shown()
def people() -> list[dict[str, str]]:
    """Whom an NCR can be given to: [{name, full_name}]. Errors: 403 without write permission on NCR."""
    require_permission("NCR", "write")
    return assignment.people()


@frappe.whitelist(methods=["POST"])
@shown()
def assign(ncr: str | None = None, person: str | None = None, due: str | None = None) -> None:
    """Give an NCR to the person who investigates it, until the day `due`; no person: to nobody.

    Errors: 403 without write permission on NCR; 404 for an unknown NCR; 417 for a closed one, for a person who does
    not work on NCRs, for a day that is past.
    """
    require_permission("NCR", "write")
    name = as_text(ncr, "ncr", required=True)
    if not frappe.db.exists("NCR", name):
        raise NotFound("{0} {1} does not exist.", "NCR", name)
    day = as_moment(due, "due")
    assignment.assign(name, as_text(person, "person"), day.date() if day else None)
