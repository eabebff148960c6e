"""A notice to one user."""

import frappe
from frappe.model.document import Document


class NotificationLog(Document):
    """Shown to its user and to nobody else."""


def get_permission_query_conditions(for_user: str | None) -> str | None:
    user = for_user or frappe.session.user
    return None if user == "Administrator" else f"(`tabNotification Log`.for_user = {frappe.db.escape(user)})"


@frappe.whitelist()
def mark_as_read(docname: str) -> None:
    if docname:
        _mark({"name": str(docname), "for_user": frappe.session.user})


@frappe.whitelist()
def mark_all_as_read() -> None:
    _mark({"read": 0, "for_user": frappe.session.user})


def _mark(filters: dict[str, object]) -> None:
    for name in frappe.get_all("Notification Log", filters=filters, pluck="name"):
        frappe.db.set_value("Notification Log", name, "read", 1, update_modified=False)
