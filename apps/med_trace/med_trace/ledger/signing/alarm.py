"""Tells the security role at once that somebody was locked out after wrong passwords (21 CFR 11.300(d))."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.auth import get_login_attempt_tracker
from frappe.utils import get_fullname, now_datetime

SECURITY_ROLE = "System Manager"


def tell_when_locked(user: str, ip_address: str | None) -> None:
    """After a failure: a notice and a mail to everyone with the security role, if it was one too many."""
    guesses = get_login_attempt_tracker(user, raise_locked_exception=False)
    if not guesses or guesses.is_user_allowed():
        return
    subject = _("{0} ({1}) was locked out after wrong passwords").format(get_fullname(user) or user, user)
    message = _(
        "From address {0}, at {1}. Ask the person; when it was somebody else, disable the user."
    ).format(ip_address or "-", now_datetime().strftime("%Y-%m-%d %H:%M:%S"))
    people = security_people()
    for person in people:
        _notify(person, user, subject, message)
    _mail(people, user, subject, message)


def security_people() -> list[str]:
    """Enabled users with the security role of Trace Settings."""
    role = frappe.db.get_single_value("Trace Settings", "security_role") or SECURITY_ROLE
    holders = frappe.get_all("Has Role", filters={"role": role, "parenttype": "User"}, pluck="parent")
    return frappe.get_all(
        "User", filters={"name": ["in", holders], "enabled": 1}, pluck="name", order_by="name asc"
    )


def _notify(person: str, user: str, subject: str, message: str) -> None:
    notice = frappe.new_doc("Notification Log")
    notice.update(
        {
            "subject": subject,
            "for_user": person,
            "type": "Alert",
            "email_content": message,
            "document_type": "User",
            "document_name": user,
        }
    )
    notice.insert(ignore_permissions=True)  # the system tells; whoever failed may write nothing here


def _mail(people: list[str], user: str, subject: str, message: str) -> None:
    addresses = [
        address for address in (frappe.db.get_value("User", one, "email") for one in people) if address
    ]
    if not addresses:
        return
    try:
        frappe.sendmail(
            recipients=addresses,
            subject=subject,
            message=message,
            reference_doctype="User",
            reference_name=user,
        )
    except frappe.OutgoingEmailError:  # the notice stands; a site without mail shows that it has none
        frappe.log_error(title="med_trace: no mail account for the lock-out notice", message=subject)
