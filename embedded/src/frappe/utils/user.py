"""What kind of user somebody is."""

import frappe


def is_website_user(username: str | None = None) -> bool:
    return bool(frappe.db.get_value("User", username or frappe.session.user, "user_type") == "Website User")
