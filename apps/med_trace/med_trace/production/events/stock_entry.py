"""Stock Entry: its movements enter the ledger when it is submitted, and are reversed when it is cancelled."""

from __future__ import annotations

from frappe.model.document import Document
from med_trace.production import stock_entries


def on_submit(doc: Document, method: str | None = None) -> None:
    stock_entries.write_ledger(doc)


def on_cancel(doc: Document, method: str | None = None) -> None:
    stock_entries.undo(doc)
