"""The figures of the home pages over REST. Thin and read only; `trace.figures` answers."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import now_datetime
from med_trace.api.edge import as_text, require_permission, shown
from med_trace.trace import figures


@frappe.whitelist()
@shown()
def figure(name: str | None = None) -> dict[str, Any]:
    """One figure of a home page, computed now.

    Args: `name` pass_rate, ncr_ages, quarantine_ages, release_waiting, machine_yield or recall_progress.
    Returns `by` (week: labels are Mondays; age: in days; name), `labels`, `series` [{name, values}], `total`;
    release_waiting adds `counts`, machine_yield `more` (machines left out), recall_progress `titles`.
    Errors: 403 without read permission on what is counted; 417 for a figure that is none.
    """
    wanted = as_text(name, "name", required=True)
    require_permission(figures.known(wanted).doctype)
    return figures.figure(wanted, now_datetime())
