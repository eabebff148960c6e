"""Open records that are entered field by field, by people and devices at once: locked, checked, saved, submitted.

Which places a record has, and what follows from it, is its stage's business.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from med_trace.domain.changes import Change
from med_trace.domain.errors import BadInput, Busy, TraceError
from med_trace.domain.limits import parse_number

LONGEST_TEXT = 2000
TOO_LARGE = Decimal(10) ** 12


class NotOpen(TraceError):
    """The record was submitted or cancelled: nothing is entered any more."""

    http_status_code = 409
    title = "Not open any more"


def locked(doctype: str, name: str) -> Document:
    """The record, locked until the transaction ends; raises frappe.PermissionError for who may not write it."""
    frappe.db.get_value(doctype, name, "name", for_update=True)
    doc = frappe.get_doc(doctype, name)
    doc.check_permission("write")
    return doc


def save(doc: Document) -> None:
    """Raises Busy when somebody else wrote the record meanwhile."""
    try:
        doc.save()
    except frappe.TimestampMismatchError as error:
        raise Busy("Somebody else was writing the same record. Send it again.") from error


def submit(doc: Document) -> None:
    """Raises Busy when somebody else wrote the record meanwhile."""
    try:
        doc.submit()
    except frappe.TimestampMismatchError as error:
        raise Busy("Somebody else was writing the same record. Send it again.") from error


def discard(doc: Document, reason: str, begun_by: str | None) -> None:
    """Give up an open record that was begun by mistake: it stays on file as cancelled, and says why in its audit
    trail. Raises frappe.PermissionError for another's unless the user may cancel.
    """
    if begun_by != frappe.session.user:
        doc.check_permission("cancel")
    doc.change_reason = reason
    doc.load_doc_before_save()
    doc.db_set("docstatus", 2)


def as_text(change: Change) -> str | None:
    """The text of a change, stripped; None when empty. Raises BadInput when it is too long."""
    text = str(change.now).strip() if change.now is not None else ""
    if len(text) > LONGEST_TEXT:
        raise BadInput(
            "{0}: {1} characters; expected at most {2}.",
            *(change.place, len(text), LONGEST_TEXT),
            field=change.place,
        )
    return text or None


def as_number(value: Any, label: str, place: str | None = None) -> float | None:
    """The number as the database keeps it; None for nothing. Raises BadInput that names `place`, else `label`."""
    number = parse_number(value, label)
    if number is not None and abs(number) >= TOO_LARGE:
        raise BadInput("{0}: {1} is too large.", place or label, number, field=place or label)
    return float(number) if number is not None else None
