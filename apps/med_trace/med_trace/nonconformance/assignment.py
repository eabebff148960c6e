"""Who investigates an NCR, and by when. He gets a notice, and finds it among what waits for him."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate
from med_trace.domain.errors import BadInput
from med_trace.ledger.draft import locked, save

DOCTYPE = "NCR"


def people() -> list[dict[str, str]]:
    """Whom an NCR can be given to: enabled users with a role that reports or writes NCRs. [{name, full_name}]"""
    meta = frappe.get_meta(DOCTYPE)
    roles = {row.role for row in meta.permissions if not row.permlevel and (row.write or row.create)}
    users = frappe.get_all(
        "Has Role",
        filters={"role": ["in", sorted(roles)], "parenttype": "User"},
        pluck="parent",
        distinct=True,
    )
    return frappe.get_all(
        "User",
        filters={"name": ["in", users], "enabled": 1, "user_type": "System User"},
        fields=["name", "full_name"],
        order_by="full_name asc, name asc",
    )


def assign(name: str, person: str | None, due: date | None) -> None:
    """Give it to a person, or to nobody. Raises BadInput, frappe.PermissionError."""
    ncr = locked(DOCTYPE, name)
    ncr.update({"assigned_to": person, "due_date": due if person else None})
    save(ncr)


def require_possible(ncr: Document) -> None:
    """Refuse a person who cannot work on it and a day that is past, when they are new."""
    is_new = ncr.assigned_to and ncr.has_value_changed("assigned_to")
    if is_new and ncr.assigned_to not in {one["name"] for one in people()}:
        raise BadInput(
            "assigned_to: {0} has no role that works on NCRs, or is disabled. Choose somebody else.",
            ncr.assigned_to,
            field="assigned_to",
        )
    if ncr.due_date and ncr.has_value_changed("due_date") and getdate(ncr.due_date) < getdate():
        raise BadInput("due_date: {0} is past. Choose a day to come.", ncr.due_date, field="due_date")


def tell(ncr: Document) -> None:
    """A notice to whoever has it from now on, in his language; none to who took it himself."""
    person = ncr.assigned_to
    if not person or person == frappe.session.user or not ncr.has_value_changed("assigned_to"):
        return
    notice = frappe.new_doc("Notification Log")
    notice.update(
        {
            "subject": _subject(ncr, frappe.db.get_value("User", person, "language")),
            "for_user": person,
            "from_user": frappe.session.user,
            "type": "Alert",  # an Assignment is mailed at once, and a mail that cannot go would stop the NCR
            "document_type": ncr.doctype,
            "document_name": ncr.name,
        }
    )
    notice.insert(ignore_permissions=True)  # who may write the NCR may tell whose it is


def _subject(ncr: Document, lang: Any) -> str:
    if ncr.due_date:
        told = _("{0} is yours to answer by {1}: {2}", lang=lang)
        return told.format(ncr.name, ncr.due_date, ncr.title)
    return _("{0} is yours to answer: {1}", lang=lang).format(ncr.name, ncr.title)
