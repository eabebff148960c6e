"""The consolidated audit report in the desk: the same lines as `evidence.audit_report`, with the desk's own export."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime
from med_trace.evidence.audit_report import COLUMNS, LARGEST_PAGE, Asked, lines_of, require_known, translated
from med_trace.evidence.sheets import safe

WIDTHS = {
    "at": 160,
    "user": 190,
    "document_type": 140,
    "document_name": 160,
    "old": 220,
    "new": 220,
    "reason": 220,
}


def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Columns and rows; the newest 5 000 entries that the filters ask for."""
    frappe.has_permission("Audit Entry", "read", throw=True)
    given = frappe._dict(filters or {})
    asked = Asked(
        **{
            key: given.get(key) or None
            for key in ("user", "document_type", "document_name", "kind", "category")
        },
        from_time=get_datetime(f"{given.from_date} 00:00:00") if given.from_date else None,
        to_time=get_datetime(f"{given.to_date} 23:59:59.999999") if given.to_date else None,
    )
    require_known(asked)
    columns = [
        {"fieldname": key, "label": _(label), "fieldtype": "Data", "width": WIDTHS.get(key, 120)}
        for key, label in COLUMNS.items()
    ]
    rows = [translated(line) for line in lines_of(asked, limit=LARGEST_PAGE)]
    return columns, [{key: safe(value) for key, value in row.items()} for row in rows]
