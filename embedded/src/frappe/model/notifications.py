"""Which notices wait for an event of a document; `Notification` says what each does."""

from __future__ import annotations

from typing import Any

import frappe
from frappe._cache import space

EVENTS = {"on_update": "Save", "after_insert": "New", "on_submit": "Submit", "on_cancel": "Cancel"}
EVALUATE = "frappe.email.doctype.notification.notification.evaluate_alert"
Alert = tuple[str, str, str | None]


def run_notifications(doc: Any, method: str) -> None:
    """The enabled notices of this DocType that wait for this event, each once for a document."""
    event = EVENTS.get(method)
    if method == "on_change" and not (doc.flags.in_insert or doc.flags.in_delete):
        event = "Value Change"
    if frappe.flags.in_patch or frappe.flags.in_install or frappe.flags.in_migrate:
        return
    for name, waits_for, own_method in _alerts(doc.doctype):
        done = doc.flags.notifications_executed or []
        if name not in done and (waits_for == event or (waits_for == "Method" and own_method == method)):
            frappe.get_attr(EVALUATE)(doc, name, waits_for)
            doc.flags.notifications_executed = [*done, name]


def _alerts(doctype: str) -> list[Alert]:
    known: dict[str, list[Alert]] | None = space().get("notifications")
    if known is None:
        known = space()["notifications"] = {}
        if frappe.db.table_exists("Notification"):
            fields = ["name", "event", "method", "document_type"]
            for row in frappe.get_all("Notification", filters={"enabled": 1}, fields=fields):
                known.setdefault(row.document_type, []).append((row.name, row.event, row.method))
    return known.get(doctype, [])
