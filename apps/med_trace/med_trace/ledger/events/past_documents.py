"""Routes of Frappe that write passwords, User Permissions and customizations past their documents; each is as it was,
with entries in the audit trail. Adds nothing else.
"""

from typing import Any

import frappe
from med_trace.domain.audit_entry import Category, Kind
from med_trace.ledger.audit import past, scope
from med_trace.ledger.audit.entries import append

GONE = 410  # Frappe's answer to a link that is used or too old


@frappe.whitelist(allow_guest=True, methods=["POST"])
def update_password(
    new_password: str, logout_all_sessions: int = 0, key: str | None = None, old_password: str | None = None
) -> Any:
    """As Frappe's: somebody's own password, by the old one or by the key of a mail."""
    answer = _original("user.user.update_password")(new_password, logout_all_sessions, key, old_password)
    if frappe.local.response.get("http_status_code") != GONE:
        append(  # whoever came by a key is logged in now
            Kind.CHANGED,
            category=Category.PERMISSION,
            document_type="User",
            document_name=frappe.session.user,
            changes=[{"field": "password", "new": scope.HIDDEN}],
        )
    return answer


@frappe.whitelist()
def clear_user_permissions(user: str, for_doctype: str) -> Any:
    """As Frappe's: a user is restricted to none of these any more."""
    frappe.only_for("System Manager")
    with past.told({"User Permission": {"user": user, "allow": for_doctype}}):
        return _original("user_permission.user_permission.clear_user_permissions")(user, for_doctype)


@frappe.whitelist()
def add_user_permissions(data: dict | str) -> Any:
    """As Frappe's: a user is restricted to a record, everywhere or in some record types."""
    frappe.only_for("System Manager")
    asked = frappe._dict(frappe.parse_json(data))
    with past.told({"User Permission": {"user": asked.user, "allow": asked.doctype}}):
        return _original("user_permission.user_permission.add_user_permissions")(data)


def _original(path: str) -> Any:
    try:
        return frappe.get_attr(f"frappe.core.doctype.{path}")
    except (ImportError, AttributeError):
        raise frappe.DoesNotExistError(path) from None
