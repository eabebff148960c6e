"""Users as lists: who is a system user, who holds a role."""

from typing import Any

import frappe


def is_website_user(username: str | None = None) -> bool:
    return bool(frappe.db.get_value("User", username or frappe.session.user, "user_type") == "Website User")


def is_system_user(username: str | None = None) -> str | None:
    found: str | None = frappe.db.get_value(
        "User", {"email": username or frappe.session.user, "enabled": 1, "user_type": "System User"}
    )
    return found


def get_user_fullname(user: str) -> str:
    return frappe.db.get_value("User", user, "full_name") or ""


def get_fullname_and_avatar(user: str) -> Any:
    row = frappe.db.get_value("User", user, ["full_name", "user_image"], as_dict=True) or frappe._dict()
    return frappe._dict(fullname=row.full_name, avatar=row.user_image, name=user)


def get_users_with_role(role: str) -> list[str]:
    """Enabled users that hold the role, without Administrator."""
    names = frappe.get_all("Has Role", {"role": role, "parenttype": "User"}, pluck="parent", distinct=True)
    filters = {"name": ["in", [name for name in names if name != "Administrator"]], "enabled": 1}
    return list(frappe.get_all("User", filters, pluck="name"))


def get_system_managers(only_name: bool = False) -> list[str]:
    names = get_users_with_role("System Manager")
    return names if only_name else [frappe.utils.get_formatted_email(name) for name in names]


def add_role(user: str, role: str) -> None:
    frappe.get_doc("User", user).add_roles(role)


def get_enabled_system_users() -> list[Any]:
    return list(
        frappe.get_all(
            "User",
            fields=["name", "email", "language"],
            filters={
                "user_type": "System User",
                "enabled": 1,
                "name": ["not in", ["Administrator", "Guest"]],
            },
        )
    )
