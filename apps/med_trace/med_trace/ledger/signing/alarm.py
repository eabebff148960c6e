"""Tells the security role at once that somebody was locked out after wrong passwords (21 CFR 11.300(d))."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.auth import get_login_attempt_tracker
from frappe.utils import get_fullname, now_datetime
from frappe.utils.background_jobs import enqueue

SECURITY_ROLE = "System Manager"


def tell_at_the_limit(user: str | None, address: str | None) -> None:
    """After a failure: a notice and a mail to everyone with the security role, if it was the last one allowed.

    The account, or the address that tried many accounts, is locked by the next one.
    """
    if user and _is_at_limit(user):
        about = f"{get_fullname(user) or user} ({user})"
    elif address and _is_at_limit(address):
        about = address
    else:
        return
    subject = _("Wrong passwords: {0} has reached the limit and is locked out").format(about)
    message = _(
        "From address {0}, at {1}. Ask the person; when it was somebody else, disable the user."
    ).format(address or "-", now_datetime().strftime("%Y-%m-%d %H:%M:%S"))
    people = security_people()
    for person in people:
        _notify(person, user, subject, message)
    enqueue(
        "med_trace.ledger.signing.alarm.mail",
        queue="short",
        enqueue_after_commit=True,
        people=people,
        user=user,
        subject=subject,
        text=message,
    )


def _is_at_limit(key: str) -> bool:
    guesses = get_login_attempt_tracker(key, raise_locked_exception=False)
    return bool(guesses) and (guesses.login_failed_count or 0) == guesses.max_failed_logins


def security_people() -> list[str]:
    """Enabled users with the security role of Trace Settings."""
    role = frappe.db.get_single_value("Trace Settings", "security_role") or SECURITY_ROLE
    holders = frappe.get_all("Has Role", filters={"role": role, "parenttype": "User"}, pluck="parent")
    return frappe.get_all(
        "User", filters={"name": ["in", holders], "enabled": 1}, pluck="name", order_by="name asc"
    )


def _notify(person: str, user: str | None, subject: str, message: str) -> None:
    notice = frappe.new_doc("Notification Log")
    notice.update(
        {
            "subject": subject,
            "for_user": person,
            "type": "Alert",
            "email_content": message,
            "document_type": "User" if user else None,
            "document_name": user,
        }
    )
    notice.insert(ignore_permissions=True)  # the system tells; whoever failed may write nothing here


def mail(people: list[str], user: str | None, subject: str, text: str) -> None:
    """The same by mail, in a job: whatever is wrong with the mail, the notices stand and the answer is given."""
    addresses = [
        address for address in (frappe.db.get_value("User", one, "email") for one in people) if address
    ]
    if addresses:
        frappe.sendmail(
            recipients=addresses,
            subject=subject,
            message=text,
            reference_doctype="User" if user else None,
            reference_name=user,
        )
