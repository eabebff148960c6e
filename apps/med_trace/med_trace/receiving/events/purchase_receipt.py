"""Purchase Receipt: supplier lots enter, or go back when it is a return."""

from __future__ import annotations

from frappe import _
from frappe.model.document import Document
from med_trace.ledger.service import reverse_of_source
from med_trace.receiving.service import receive, return_to_supplier


def on_submit(doc: Document, method: str | None = None) -> None:
    if doc.get("is_return"):
        return_to_supplier(doc)
    else:
        receive(doc)


def on_cancel(doc: Document, method: str | None = None) -> None:
    reverse_of_source(doc.doctype, doc.name, _("{0} {1} was cancelled").format(_(doc.doctype), doc.name))
