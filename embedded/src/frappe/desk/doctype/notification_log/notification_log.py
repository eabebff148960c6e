"""A notice to one user."""

import frappe
from frappe.model.document import Document


class NotificationLog(Document):
    """Shown to its user and to nobody else."""


def get_permission_query_conditions(for_user: str | None) -> str | None:
    user = for_user or frappe.session.user
    return None if user == "Administrator" else f"(`tabNotification Log`.for_user = {frappe.db.escape(user)})"
