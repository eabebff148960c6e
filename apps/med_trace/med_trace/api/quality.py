"""Nonconformances as a board over REST. Thin and read only; `nonconformance.board` answers.

A card is moved by Frappe's own `frappe.model.workflow.apply_workflow`, or by the signature that the step needs.
"""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_text, require_permission, shown
from med_trace.domain.errors import BadInput
from med_trace.nonconformance.board import board as ncr_board

SEVERITIES = ("Minor", "Major", "Critical")


@frappe.whitelist()
@shown()
def board(
    severity: str | None = None,
    lot: str | None = None,
    owner: str | None = None,
    text: str | None = None,
    more: str | None = None,
) -> dict[str, Any]:
    """NCRs by workflow state: columns [{state, count, moves [{action, to}], cards}], oldest first.

    Args, all optional: `severity` Minor, Major or Critical; `lot`; `owner`, who reported it; `text` in the title;
    `more`, a state whose cards are all wanted. A card has name, title, severity, creation, lots (the first
    four) and lot_count, holders (to whom it is assigned) and reported_by.
    Errors: 403 without read permission; 417 for a severity that is none.
    """
    require_permission("NCR")
    filters = {
        "severity": as_text(severity, "severity"),
        "lot": as_text(lot, "lot"),
        "owner": as_text(owner, "owner"),
        "text": as_text(text, "text"),
    }
    if filters["severity"] not in (None, *SEVERITIES):
        raise BadInput(
            "severity is {0}; expected one of {1}.", repr(severity), ", ".join(SEVERITIES), field="severity"
        )
    return ncr_board(filters, as_text(more, "more") or "")
