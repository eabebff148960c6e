"""Who logged in or out, from where, with which result."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_fullname, now


class ActivityLog(Document):
    def before_insert(self) -> None:
        self.full_name = get_fullname(self.user)
        self.communication_date = now()


def add_authentication_log(
    subject: str, user: str, operation: str = "Login", status: str = "Success"
) -> None:
    row = {
        "doctype": "Activity Log",
        "user": user,
        "status": status,
        "subject": subject,
        "operation": operation,
        "ip_address": frappe.local.request_ip,
    }
    frappe.get_doc(row).insert(ignore_permissions=True, ignore_links=True)
