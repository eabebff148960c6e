"""NCR: a signed use as is stands for the inspection that failed; measuring again would fail again."""

from __future__ import annotations

from frappe.model.document import Document
from med_trace.inspection.concession import accept_as_is


def on_update(doc: Document, method: str | None = None) -> None:
    before = doc.get_doc_before_save()
    if doc.workflow_state == "Closed" and before and before.workflow_state != "Closed":
        accept_as_is(doc)
