"""The audit trail for screens: entries by record, user, kind and time; where the chain stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe.utils import cint, get_datetime
from med_trace.domain.errors import BadInput
from med_trace.domain.seal import statement_hash
from med_trace.ledger.audit import sealing, verify
from med_trace.ledger.shown import shown

LARGEST = 1_000
FIELDS = (
    *("name", "kind", "category", "at", "time_zone", "utc", "user", "printed_name", "terminal"),
    *("document_type", "document_name", "reason", "changes"),
)


@frappe.whitelist(methods=["GET"])
@shown()
def entries(
    document_type: str | None = None,
    document_name: str | None = None,
    user: str | None = None,
    kind: str | None = None,
    category: str | None = None,
    from_time: str | None = None,
    to_time: str | None = None,
    start: int = 0,
    limit: int = 100,
) -> dict[str, Any]:
    """Entries that match, the newest first: {rows: [...], more: bool}; `changes` is a list of field, old, new.

    Times are the site's, the first included, the last not. At most 1 000 in one answer. Raises BadInput for a
    time that is none.
    """
    frappe.has_permission("Audit Entry", "read", throw=True)
    start, limit = max(0, cint(start)), min(max(1, cint(limit)), LARGEST)
    equal = {
        "document_type": document_type,
        "document_name": document_name,
        "user": user,
        "kind": kind,
        "category": category,
    }
    filters: list[list[Any]] = [[field, "=", value] for field, value in equal.items() if value]
    # `modified` is the time of writing, and the column that has an index.
    if from_time:
        filters.append(["modified", ">=", _time(from_time, "from_time")])
    if to_time:
        filters.append(["modified", "<", _time(to_time, "to_time")])
    rows = frappe.get_list(
        "Audit Entry",
        filters=filters,
        fields=list(FIELDS),
        order_by="modified desc, name desc",
        limit_start=start,
        limit_page_length=limit + 1,
    )
    shown_rows = [{**row, "changes": frappe.parse_json(row.changes or "[]")} for row in rows[:limit]]
    return {"rows": shown_rows, "more": len(rows) > limit}


@frappe.whitelist(methods=["GET"])
def head() -> dict[str, Any] | None:
    """The last seal: number, hash, sealed_at, key_id; None before the first. What an auditor notes down."""
    frappe.has_permission("Audit Seal", "read", throw=True)
    seal = sealing.last_seal()
    if seal is None:
        return None
    return {
        "number": seal.number,
        "hash": statement_hash(seal.statement),
        "sealed_at": seal.sealed_at,
        "key_id": seal.key_id,
    }


@frappe.whitelist(methods=["GET"])
def status() -> dict[str, Any]:
    """head, how many entries wait for their seal and since when, and what the last verification found."""
    frappe.has_permission("Audit Entry", "read", throw=True)
    waiting, oldest = sealing.waiting()
    last = verify.last_result()
    return {
        "head": head(),
        "unsealed": waiting,
        "oldest_unsealed": oldest,
        "verified_at": last and last["at"],
        "findings": last["count"] if last else None,
        "first_findings": last["findings"] if last else [],
    }


def _time(text: str, field: str) -> datetime:
    try:
        moment = get_datetime(text)
    except (ValueError, TypeError, OverflowError):
        moment = None
    if not isinstance(moment, datetime):
        raise BadInput("{0}: {1} is no date and time.", field, text, field=field)
    return moment
