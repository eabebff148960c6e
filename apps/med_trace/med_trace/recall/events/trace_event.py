"""Trace Event: what comes back from a consignee counts in the recalls that wait for it."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from med_trace.domain.event import EventType
from med_trace.recall.progress import release_held
from med_trace.recall.states import RecallState


def after_insert(doc: Document, method: str | None = None) -> None:
    if doc.event_type != EventType.RETURNED.value:
        return
    for name in _waiting_recalls({row.lot for row in doc.items}):
        recall = frappe.get_doc("Recall", name)
        recall.flags.ignore_permissions = True  # a warehouse's return updates the figures of the recall
        release_held(recall)
        recall.save()


def _waiting_recalls(lots: set[str]) -> list[str]:
    names = frappe.get_all(
        "Recall Consignee",
        filters={"lot": ["in", sorted(lots)], "parenttype": "Recall"},
        pluck="parent",
        distinct=True,
    )
    filters = {"name": ["in", names], "workflow_state": RecallState.INITIATED.value}
    return frappe.get_all("Recall", filters=filters, pluck="name", order_by="name asc")
