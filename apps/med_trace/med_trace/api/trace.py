"""Where did it go, what is it made of: the trace over REST. Thin; `trace.service` answers."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.trace import service


@frappe.whitelist()
def forward(lot: str, depth: int | None = None) -> dict[str, Any]:
    """Everything that something of `lot` went into, to the consignees.

    Args: `lot` name of a Material Lot; `depth` generations to follow (none = all of them).
    Returns `root`, `nodes` (lots with state, quantities and generation; consignees at the ends), `links`
    (from, to, event, type, time, quantity, uom), `complete` (False only where `depth` left lots out) and
    `beyond` (how many lots lie directly behind that depth).
    Raises PermissionError, DoesNotExistError (404) for an unknown lot, ValidationError for a bad depth.
    """
    _require_readable(lot, depth)
    return service.forward(lot, depth)


@frappe.whitelist()
def backward(lot: str, depth: int | None = None) -> dict[str, Any]:
    """Everything that went into `lot`, to the supplier lots. Arguments and result as `forward`."""
    _require_readable(lot, depth)
    return service.backward(lot, depth)


def _require_readable(lot: str, depth: int | None) -> None:
    frappe.has_permission("Material Lot", "read", throw=True)
    if not frappe.db.exists("Material Lot", lot):
        frappe.throw(
            frappe._("There is no Material Lot {0}. Scan its label or search for it by item.").format(lot),
            frappe.DoesNotExistError,
        )
    if depth is not None and depth < 0:
        frappe.throw(frappe._("depth is {0}; give 0 or more, or leave it out for all.").format(depth))
