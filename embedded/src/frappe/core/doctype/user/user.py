"""A person who signs in: name and roles, password and API keys."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import STANDARD_USERS, _
from frappe.model.document import Document
from frappe.utils import escape_html, today, validate_email_address

AUTOMATIC_ROLES = ("Guest", "All", "Desk User", "Administrator")


class User(Document):
    email: Any
    new_password: Any
    language: Any
    user_type: Any
    __new_password: str | None = None

    def autoname(self) -> None:
        """The e-mail address, in small letters."""
        if self.get("is_admin") or self.get("is_guest"):
            self.name = self.first_name
        elif self.email in STANDARD_USERS or self.flags.name_is_given:
            self.name = self.name or self.email
        else:
            self.email = (self.email or "").strip().lower()
            self.name = self.email

    def validate(self) -> None:
        self.__new_password = self.new_password
        self.new_password = ""
        if self.name not in STANDARD_USERS:
            self.email = (self.email or "").strip()
            validate_email_address(self.email, True)
        self.full_name = " ".join(filter(None, [self.first_name, self.last_name]))
        self.language = self.language or None
        self.remove_disabled_or_duplicate_roles()
        self.set_system_user()

    def remove_disabled_or_duplicate_roles(self) -> None:
        seen: set[str] = set(AUTOMATIC_ROLES if self.name not in STANDARD_USERS else ())
        for row in list(self.roles):
            if row.role in seen:
                self.remove(row)
            seen.add(row.role)

    def set_system_user(self) -> None:
        """A role with desk access makes a System User."""
        if self.name in STANDARD_USERS:
            return
        roles = [row.role for row in self.roles]
        desk = roles and frappe.get_all("Role", {"name": ["in", roles], "desk_access": 1}, limit=1)
        if not self.user_type or self.user_type in ("System User", "Website User"):
            self.user_type = "System User" if desk else "Website User"

    def on_update(self) -> None:
        if self.__new_password:
            from frappe.utils.password import update_password

            update_password(
                user=self.name, pwd=self.__new_password, logout_all_sessions=bool(self.logout_all_sessions)
            )
            self.__new_password = None
        if self.has_value_changed("enabled") and not self.enabled:
            frappe.db.delete("Sessions", {"user": self.name})
        frappe.clear_cache(user=self.name)

    def on_trash(self) -> None:
        if self.name in STANDARD_USERS:
            frappe.throw(_("User {0} cannot be deleted").format(escape_html(self.name)))
        frappe.db.delete("Sessions", {"user": self.name})
        frappe.db.delete("DefaultValue", {"parent": self.name})
        frappe.clear_cache(user=self.name)

    def before_rename(self, old: str, new: str, merge: bool = False) -> None:
        if old in STANDARD_USERS:
            frappe.throw(_("User {0} cannot be renamed").format(old))
        validate_email_address(new, True)

    def after_rename(self, old: str, new: str, merge: bool = False) -> None:
        frappe.db.set_value("User", new, "email", new)
        frappe.clear_cache(user=new)

    def append_roles(self, *roles: str) -> None:
        present = {row.role for row in self.roles}
        for role in roles:
            if role not in present:
                self.append("roles", {"role": role})

    def add_roles(self, *roles: str) -> None:
        self.append_roles(*roles)
        self.save()


@frappe.whitelist()
def generate_keys(user: str) -> dict[str, str]:
    """A new API secret (and key, when there is none yet) for the user; System Manager only."""
    frappe.only_for("System Manager")
    doc = frappe.get_doc("User", user)
    secret = frappe.generate_hash(length=15)
    if not doc.api_key:
        doc.api_key = frappe.generate_hash(length=15)
    doc.api_secret = secret
    doc.save()
    return {"api_key": doc.api_key, "api_secret": secret}


@frappe.whitelist(methods=["POST"])
def update_password(
    new_password: str, logout_all_sessions: int = 0, key: str | None = None, old_password: str | None = None
) -> None:
    """Changes the caller's own password; the old one is asked for. Keys by mail are left out."""
    from frappe.utils.password import check_password
    from frappe.utils.password import update_password as store

    check_password(frappe.session.user, old_password or "")
    if len(new_password) < 8:
        frappe.throw(_("The new password needs at least 8 characters"))
    store(frappe.session.user, new_password, logout_all_sessions=bool(logout_all_sessions))
    frappe.db.set_value("User", frappe.session.user, "last_password_reset_date", today())
