"""A task, mostly one that somebody was assigned; the document it is about shows who has it."""

from __future__ import annotations

import json
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_fullname

DONE = ("Cancelled", "Closed")


class ToDo(Document):
    def validate(self) -> None:
        self._assignment = self._new_assignment() if self.is_new() else self._ended_assignment()

    def on_update(self) -> None:
        if self._assignment and self.reference_type and self.reference_name:
            frappe.get_doc(self.reference_type, self.reference_name).add_comment(*self._assignment)
        self.update_in_reference()

    def on_trash(self) -> None:
        self.update_in_reference()

    def _new_assignment(self) -> tuple[str, str]:
        by, to = get_fullname(self.assigned_by), get_fullname(self.allocated_to)
        if self.assigned_by == self.allocated_to:
            return "Assigned", _("{0} self assigned this task: {1}").format(by, self.description)
        return "Assigned", _("{0} assigned {1}: {2}").format(by, to, self.description)

    def _ended_assignment(self) -> tuple[str, str] | None:
        if self.get_db_value("status") == self.status:
            return None
        who, to = get_fullname(frappe.session.user), get_fullname(self.allocated_to)
        if self.allocated_to == frappe.session.user:
            return "Assignment Completed", _("{0} removed their assignment.").format(who)
        return "Assignment Completed", _("Assignment of {0} removed by {1}").format(to, who)

    def update_in_reference(self) -> None:
        """Writes who is assigned into the document's `_assign`."""
        if not (self.reference_type and self.reference_name):
            return
        mine = {"reference_type": self.reference_type, "reference_name": self.reference_name}
        open_ones = {**mine, "status": ["not in", DONE], "allocated_to": ["is", "set"]}
        users = frappe.db.get_values("ToDo", open_ones, "allocated_to", order_by="creation asc", pluck=True)
        text = json.dumps(users) if users else ""
        frappe.db.set_value(self.reference_type, self.reference_name, "_assign", text, update_modified=False)


def get_permission_query_conditions(user: str | None, **kwargs: Any) -> str:
    """Own tasks only, and those given to others, unless a role beyond All lets the user see more."""
    user = user or frappe.session.user
    if _sees_all(user):
        return ""
    name = frappe.db.escape(user, percent=False)
    return f"(`tabToDo`.allocated_to = {name} or `tabToDo`.assigned_by = {name})"


def has_permission(doc: Any, ptype: str = "read", user: str | None = None, **kwargs: Any) -> bool:
    user = user or frappe.session.user
    return _sees_all(user) or user in (doc.allocated_to, doc.assigned_by)


def _sees_all(user: str) -> bool:
    roles = set(frappe.permissions.get_doctype_roles("ToDo")) - set(frappe.permissions.AUTOMATIC_ROLES)
    return bool(roles.intersection(frappe.get_roles(user)))
