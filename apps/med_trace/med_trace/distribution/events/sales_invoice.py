"""Sales Invoice: moves lots only when it updates the stock; otherwise a Delivery Note does."""

from __future__ import annotations

from frappe.model.document import Document
from med_trace.distribution.service import ship, take_back, undo


def on_submit(doc: Document, method: str | None = None) -> None:
    if not doc.get("update_stock"):
        return
    if doc.get("is_return"):
        take_back(doc)
    else:
        ship(doc)


def on_cancel(doc: Document, method: str | None = None) -> None:
    if doc.get("update_stock"):
        undo(doc)
