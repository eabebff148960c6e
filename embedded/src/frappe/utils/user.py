"""Users as lists: who is a system user, who holds a role."""

import frappe


def is_website_user(username: str | None = None) -> bool:
    return bool(frappe.db.get_value("User", username or frappe.session.user, "user_type") == "Website User")


def is_system_user(username: str | None = None) -> str | None:
    found: str | None = frappe.db.get_value(
        "User", {"email": username or frappe.session.user, "enabled": 1, "user_type": "System User"}
    )
    return found


def get_users_with_role(role: str) -> list[str]:
    """Enabled users that hold the role, without Administrator."""
    names = frappe.get_all("Has Role", {"role": role, "parenttype": "User"}, pluck="parent", distinct=True)
    filters = {"name": ["in", [name for name in names if name != "Administrator"]], "enabled": 1}
    return list(frappe.get_all("User", filters, pluck="name"))


def add_role(user: str, role: str) -> None:
    frappe.get_doc("User", user).add_roles(role)
