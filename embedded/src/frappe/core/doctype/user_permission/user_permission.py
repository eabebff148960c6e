"""A user sees only these documents of a DocType, and what links to them."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint


class UserPermission(Document):
    def validate(self) -> None:
        self._refuse_duplicate()
        self._refuse_second_default()

    def on_update(self) -> None:
        frappe.cache.hdel("user_permissions", self.user)

    on_trash = on_update

    def _refuse_duplicate(self) -> None:
        same = {
            "allow": self.allow,
            "for_value": self.for_value,
            "user": self.user,
            "apply_to_all_doctypes": self.apply_to_all_doctypes,
            "name": ["!=", self.name],
        }
        if self.applicable_for:
            same["applicable_for"] = self.applicable_for
        if frappe.get_all("User Permission", filters=same, limit=1):
            frappe.throw(_("User permission already exists"), frappe.DuplicateEntryError)

    def _refuse_second_default(self) -> None:
        if not cint(self.is_default):
            return
        others = {"allow": self.allow, "user": self.user, "is_default": 1, "name": ["!=", self.name]}
        for other in frappe.get_all(
            "User Permission", filters=others, fields=["applicable_for", "for_value"]
        ):
            if (
                not other.applicable_for
                or not self.applicable_for
                or other.applicable_for == self.applicable_for
            ):
                text = _("{0} has already assigned default value for {1}.")
                frappe.throw(text.format(other.for_value, self.allow))


@frappe.whitelist()
def get_user_permissions(user: str | None = None) -> dict[str, list[Any]]:
    """{DocType: [{doc, applicable_for, is_default}]} of a user."""
    if frappe.request and frappe.local.form_dict.get("cmd"):
        user = frappe.session.user
    user = user or frappe.session.user
    if not user or user in ("Administrator", "Guest"):
        return {}
    return frappe.cache.hget("user_permissions", user, lambda: _read(user))


def _read(user: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = frappe._dict()
    fields = ["allow", "for_value", "applicable_for", "is_default"]
    for row in frappe.get_all(
        "User Permission", fields=fields, filters={"user": user}, order_by="creation asc"
    ):
        entry = frappe._dict(doc=row.for_value, applicable_for=row.applicable_for, is_default=row.is_default)
        found.setdefault(row.allow, []).append(entry)
    return found


def user_permission_exists(user: str, allow: str, for_value: str, applicable_for: str | None = None) -> bool:
    """Whether such a rule holds already."""
    allowed = get_user_permissions(user).get(allow, [])
    return any(each.doc == for_value and (each.applicable_for or None) == applicable_for for each in allowed)
