"""Changed limits of a routing or plan: a new draft revision, which counts once Quality has signed it."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.domain.errors import BadInput
from med_trace.qualification.revisions import make_revision

# The numbers that may change this way, and the tables they stand in.
LIMITS = {
    "parameters": ("target", "lower_warning", "upper_warning", "lower_limit", "upper_limit"),
    "characteristics": ("nominal", "lower_limit", "upper_limit"),
}


def revise(doctype: str, name: str, reason: str, rows: list[dict[str, Any]]) -> str:
    """The new draft's name, with `rows` changed and the reason as its note. Raises BadInput for another field."""
    draft = frappe.get_doc(doctype, make_revision(doctype, name, by_administrator=True))
    for change in rows:
        _apply(draft, change)
    draft.change_reason = reason  # its own field, and the reason in the audit trail
    draft.save(ignore_permissions=True)  # the administrator's role was checked; the draft needs a signature
    return draft.name


def _apply(draft: Any, change: dict[str, Any]) -> None:
    table, idx = change.get("table"), change.get("idx")
    found = [row for row in draft.get(table) or [] if row.idx == idx] if table in LIMITS else []
    if not found:
        raise BadInput("rows: there is no row {0} in {1}.", idx, table, field="rows")
    for field, value in change.items():
        if field in ("table", "idx"):
            continue
        if field not in LIMITS[table] or not found[0].meta.has_field(field):
            raise BadInput("rows: {0} is no limit of {1}.", field, table, field="rows")
        found[0].set(field, value)
