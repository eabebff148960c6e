"""The audit trail for screens: entries by record, user, kind and time; where the chain stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe.utils import cint, get_datetime
from med_trace.api.edge import as_text, require_permission
from med_trace.domain.audit_content import PARTS
from med_trace.domain.audit_entry import Category
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

    Who may read the trail reads all of it. Who may read a record reads what became of that one, named by
    `document_type` and `document_name`: not who looked at it, and no field that is closed to him.
    Times are the site's, the first included, the last not. At most 1 000 in one answer. Raises BadInput for a
    time that is none.
    """
    reads_all = _require_reading(document_type, document_name)
    about = {"document_type": document_type, "document_name": document_name}
    about |= {"user": user, "kind": kind, "category": category}
    filters = _filters(about, from_time, to_time)
    if not reads_all:
        filters.append(["category", "!=", Category.ACCESS.value])
    start, limit = max(0, cint(start)), min(max(1, cint(limit)), LARGEST)
    rows = frappe.get_all(  # the permission was asked for above
        "Audit Entry",
        filters=filters,
        fields=list(FIELDS),
        order_by="modified desc, name desc",
        limit_start=start,
        limit_page_length=limit + 1,
    )
    closed = {PARTS} | (set() if reads_all else _closed_fields(document_type))
    return {"rows": [_shown(row, closed) for row in rows[:limit]], "more": len(rows) > limit}


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


def _require_reading(doctype: str | None, name: str | None) -> bool:
    """True when the user may read the whole trail; raises unless he may read at least this record."""
    if frappe.has_permission("Audit Entry", "read"):
        return True
    if not (doctype and name):
        require_permission("Audit Entry")
    kind = as_text(doctype, "document_type", required=True)
    require_permission(kind, "read", doc=as_text(name, "document_name", required=True))
    return False


def _filters(about: dict[str, str | None], from_time: str | None, to_time: str | None) -> list[list[Any]]:
    """`modified` is the time of writing, and the column that has an index."""
    filters = [[field, "=", as_text(value, field)] for field, value in about.items() if value]
    if from_time:
        filters.append(["modified", ">=", _time(from_time, "from_time")])
    if to_time:
        filters.append(["modified", "<", _time(to_time, "to_time")])
    return filters


def _closed_fields(doctype: str | None) -> set[str]:
    """Fields of a permission level that the user does not have."""
    meta = frappe.get_meta(doctype)
    levels = meta.get_permlevel_access("read")
    return {field.fieldname for field in meta.fields if field.permlevel and field.permlevel not in levels}


def _shown(row: Any, closed: set[str]) -> dict[str, Any]:
    changes = frappe.parse_json(row.changes or "[]")
    return {**row, "changes": [one for one in changes if one["field"].partition("[")[0] not in closed]}


def _time(text: str, field: str) -> datetime:
    try:
        moment = get_datetime(text)
    except (ValueError, TypeError, OverflowError):
        moment = None
    if not isinstance(moment, datetime):
        raise BadInput("{0}: {1} is no date and time.", field, text, field=field)
    return moment
