"""Purchase Invoice: the same as a receipt when it moves stock, else nothing."""

from __future__ import annotations

from frappe.model.document import Document
from med_trace.receiving.events import purchase_receipt


def on_submit(doc: Document, method: str | None = None) -> None:
    if doc.get("update_stock"):
        purchase_receipt.on_submit(doc)


def on_cancel(doc: Document, method: str | None = None) -> None:
    if doc.get("update_stock"):
        purchase_receipt.on_cancel(doc)
