"""Where did it go, what is it made of: the trace over REST. Thin; `trace.service` answers."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.trace import service


@frappe.whitelist()
def forward(lot: str | None = None, depth: int | None = None) -> dict[str, Any]:
    """Everything that something of `lot` went into, to the consignees.

    Args: `lot` name of a Material Lot; `depth` generations to follow (none = all of them).
    Returns `root`, `nodes` (lots with state, quantities and generation; consignees at the ends), `links`
    (from, to, event, type, time, quantity, uom), `complete` (False only where `depth` left lots out) and
    `beyond` (how many lots lie directly behind that depth).
    Raises PermissionError, DoesNotExistError (404) for an unknown lot, ValidationError for a bad depth.
    """
    return service.forward(_require_readable(lot), _as_depth(depth))


@frappe.whitelist()
def backward(lot: str | None = None, depth: int | None = None) -> dict[str, Any]:
    """Everything that went into `lot`, to the supplier lots. Arguments and result as `forward`."""
    return service.backward(_require_readable(lot), _as_depth(depth))


@frappe.whitelist()
def balance(lot: str | None = None) -> dict[str, Any]:
    """Where every piece of a lot went: made and corrected = on hand + everything used up, out or gone.

    Args: `lot` name of a Material Lot.
    Returns in the lot's `uom`: `made`, `on_hand` (of it `blocked`), `consumed`, `issued`, `scrapped`,
    `sampled`, `moved_on` (split, merged, relabelled), `returned_to_supplier`, `shipped`, `returned`,
    `at_consignees`, `used` (reported, part of shipped), `corrected`, `difference` (what is missing), `closes`,
    and `gaps` [{kind, quantity, message, event}].
    Raises PermissionError, DoesNotExistError (404) for an unknown lot.
    """
    return service.balance(_require_readable(lot))


def _require_readable(lot: str | None) -> str:
    """The lot's own name, or an error that says what is wrong."""
    frappe.has_permission("Material Lot", "read", throw=True)
    known = frappe.db.get_value("Material Lot", lot or "")
    if not known:
        frappe.throw(
            frappe._("There is no Material Lot {0}. Scan its label or search for it by item.").format(
                lot or ""
            ),
            frappe.DoesNotExistError,
        )
    return known


def _as_depth(given: Any) -> int | None:
    """A whole number from 0; an address says it as text."""
    if given is None or given == "":
        return None
    depth = int(given) if str(given).isdecimal() else -1
    if depth < 0:
        frappe.throw(frappe._("depth is {0}; give 0 or more, or leave it out for all.").format(given))
    return depth
