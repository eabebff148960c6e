"""Logins, failed logins and logouts, as Frappe notes them."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from med_trace.domain.audit_entry import Category, Kind
from med_trace.ledger.audit.entries import append

KINDS = {
    ("Login", "Success"): Kind.LOGGED_IN,
    ("Login", "Failed"): Kind.LOGIN_FAILED,
    ("Logout", "Success"): Kind.LOGGED_OUT,
    ("Impersonate", "Success"): Kind.LOGGED_IN,
}


def noted(log: Document) -> None:
    """An Activity Log row was inserted."""
    kind = KINDS.get((log.operation, log.status))
    if kind is None:
        return
    append(
        kind,
        category=Category.ACCESS,
        document_type="User",
        document_name=log.user,
        changes=[{"field": "what", "new": frappe.utils.strip_html(log.subject or "")}],
        user=log.user or "Guest",
    )
