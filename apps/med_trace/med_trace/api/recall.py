"""Recall over REST: the scope of any cause, and what a cause may name. Thin; `recall` answers."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_text, require_permission, shown
from med_trace.recall import scope as recall_scope
from med_trace.recall import values as recall_values
from med_trace.recall.criteria import parsed


@frappe.whitelist()
@shown()
def scope(criteria: list | dict | str | None = None) -> dict[str, Any]:
    """Which lots and units a cause concerns, where they are now, and who received them.

    Args: `criteria`, a list of conditions (JSON or a list): `criterion` (Lot, Supplier Lot, Heat Number,
    Supplier, Item, Serial, Equipment, Tool, Cavity, Operator, Parameter, Time Window), `value`, for a
    Time Window `from_time` and/or `to_time`, for a Parameter `minimum` and/or `maximum`. Conditions of one
    criterion are alternatives, those of several must all hold.
    Returns `lots` and `units` with where they are, `consignees` (shipped, returned, dates, units,
    documents), `balance` by item, `gaps`, `slice` (the part that the cause could be in) and `saved` beside
    the whole lots, `complete`, the ledger `position` that it was computed at, and its `digest`.
    Raises PermissionError, NotOpen (403) when some of its lots are closed to this user, ValidationError (417) naming the field, its value and what is expected.
    """
    frappe.has_permission("Material Lot", "read", throw=True)
    return recall_scope.scope(parsed(criteria))


@frappe.whitelist()
@shown()
def values(criterion: str | None = None, text: str | None = None) -> list[dict[str, str]]:
    """What a criterion may name: at most ten {value, description} that contain `text`.

    Args: `criterion` as in `scope`; Cavity and Time Window have none to offer. Raises PermissionError (403),
    BadInput (417) for a criterion that is none.
    """
    require_permission("Material Lot")
    return recall_values.values(as_text(criterion, "criterion", required=True), as_text(text, "text") or "")
