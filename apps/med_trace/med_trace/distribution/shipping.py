"""Lots leave to consignees and come back: from the rows of a Delivery Note or an invoice that moves stock.

What is written is what was true then: consignee, name and address as text, lot, serial number, quantity.
The gate refuses what may not leave; the ERPNext document then fails as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import strip_html
from med_trace.domain.event import Action, EventDraft, EventType
from med_trace.ledger.service import record_many, reverse_of_source
from med_trace.ledger.shown import shown
from med_trace.receiving.stock_lines import (
    is_traced,
    ledger_rows,
    lines_of,
    posting_moment,
    to_decimal,
    traced_rows,
)


@shown()
def ship(doc: Document) -> list[str]:
    """Record what the document sends to its customer. Returns the events; raises what the gate says."""
    return record_many(list(_drafts(doc, EventType.SHIPPED, Action.SHIP)))


@shown()
def take_back(doc: Document) -> list[str]:
    """Record what a return brings back: on hand again, blocked until the return is accepted."""
    return record_many(list(_drafts(doc, EventType.RETURNED, Action.RETURN)))


@shown()
def undo(doc: Document) -> list[str]:
    """Append the reversal of everything that the document recorded."""
    reason = _("{0} {1} was cancelled").format(_(doc.doctype), doc.name)
    return reverse_of_source(doc.doctype, doc.name, reason)


def _drafts(doc: Document, event_type: EventType, action: Action) -> Iterator[EventDraft]:
    address = address_text(doc)
    for row, quantity in _moving_rows(doc):
        rows = ledger_rows(action, lines_of(row, quantity))
        if rows:
            yield EventDraft(
                event_type,
                tuple(rows),
                time=posting_moment(doc),
                event_id=f"{doc.doctype}/{doc.name}/{row.name}",
                location=row.get("warehouse"),
                consignee=doc.customer,
                consignee_name=doc.get("customer_name"),
                consignee_address=address,
                source_doctype=doc.doctype,
                source_name=doc.name,
                source_row=row.name,
            )


def _moving_rows(doc: Document) -> Iterator[tuple[Document, Decimal]]:
    """Traced rows with their quantity in stock units; the parts of a product bundle are rows of their own."""
    for row in traced_rows(doc):
        factor = to_decimal(row.get("conversion_factor") or 1)
        yield row, to_decimal(row.get("stock_qty")) or to_decimal(row.qty) * factor
    for row in doc.get("packed_items") or []:
        if row.item_code and is_traced(row.item_code):
            yield row, to_decimal(row.qty)


def address_text(doc: Document) -> str:
    """The address that the goods go to, as text, since addresses change."""
    shown_address = doc.get("shipping_address") or doc.get("address_display")
    if shown_address:
        return _as_lines(shown_address)
    name = doc.get("shipping_address_name") or doc.get("customer_address")
    return _written_out(name) if name else ""


def _as_lines(html: str) -> str:
    text = strip_html(html.replace("<br>", "\n").replace("<br/>", "\n").replace("<br />", "\n"))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _written_out(name: str) -> str:
    fields = ["address_title", "address_line1", "address_line2", "city", "state", "pincode", "country"]
    values = frappe.db.get_value("Address", name, fields, as_dict=True) or {}
    return "\n".join(str(values[field]) for field in fields if values.get(field))
