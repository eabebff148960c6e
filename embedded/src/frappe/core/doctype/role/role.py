"""A role that permissions are given to."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

STANDARD_ROLES = ("Administrator", "System Manager", "Guest", "All", "Desk User")


class Role(Document):
    def validate(self) -> None:
        if self.disabled and self.name in STANDARD_ROLES:
            frappe.throw(_("Standard roles cannot be disabled"))
        if self.disabled:
            frappe.db.delete("Has Role", {"role": self.name})

    def before_rename(self, old: str, new: str, merge: bool = False) -> None:
        if old in STANDARD_ROLES:
            frappe.throw(_("Standard roles cannot be renamed"))

    def on_update(self) -> None:
        frappe.clear_cache()

    def on_trash(self) -> None:
        if self.name in STANDARD_ROLES:
            frappe.throw(_("Standard roles cannot be deleted"))
