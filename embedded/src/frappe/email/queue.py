"""Mail: written to the Email Queue in the caller's transaction, sent by a job after its commit.

The mail server is the site's configuration (`mail_server`, `mail_port`, `use_tls`, `mail_login`, `mail_password`,
`auto_email_id`); Email Accounts are left out.
"""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint


def are_emails_muted() -> bool:
    return bool(frappe.flags.mute_emails or cint(frappe.conf.get("mute_emails")))


def sendmail(
    recipients: Any = None,
    sender: str = "",
    subject: str = "No Subject",
    message: str = "No Message",
    as_markdown: bool = False,
    delayed: bool = True,
    reference_doctype: str | None = None,
    reference_name: str | None = None,
    unsubscribe_method: Any = None,
    unsubscribe_params: Any = None,
    unsubscribe_message: Any = None,
    add_unsubscribe_link: int = 1,
    attachments: Any = None,
    content: str | None = None,
    doctype: str | None = None,
    name: str | None = None,
    reply_to: str | None = None,
    queue_separately: bool = False,
    cc: Any = None,
    bcc: Any = None,
    message_id: str | None = None,
    in_reply_to: str | None = None,
    send_after: Any = None,
    expose_recipients: Any = None,
    send_priority: int = 1,
    communication: str | None = None,
    retry: int = 1,
    now: Any = None,
    read_receipt: Any = None,
    is_notification: bool = False,
    inline_images: Any = None,
    template: str | None = None,
    args: Any = None,
    header: Any = None,
    print_letterhead: bool = False,
    with_container: bool = False,
    email_read_tracker_url: str | None = None,
) -> Any:
    """Queues a mail (HTML) to addresses; raises OutgoingEmailError on a site without a mail server."""
    if not frappe.conf.get("mail_server") and not are_emails_muted():
        frappe.throw(
            _("Please setup default Email Account from Settings > Email Account"), frappe.OutgoingEmailError
        )
    addresses = [recipients] if isinstance(recipients, str) else list(recipients or [])
    mail = _mail(addresses, sender, subject, content or message)
    queued = _queued(addresses, mail, doctype or reference_doctype, name or reference_name)
    if not are_emails_muted():
        frappe.enqueue("frappe.email.queue.send", queue="short", name=queued.name, enqueue_after_commit=True)
    return queued


def _mail(addresses: list[str], sender: str, subject: str, html: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender or frappe.conf.get("auto_email_id") or "notifications@example.com"
    mail["To"], mail["Subject"], mail["Message-Id"] = ", ".join(addresses), subject, make_msgid()
    mail.set_content(html, subtype="html")
    return mail


def _queued(addresses: list[str], mail: EmailMessage, doctype: str | None, name: str | None) -> Any:
    return frappe.get_doc(
        {
            "doctype": "Email Queue",
            "sender": mail["From"],
            "recipients": [{"recipient": address, "status": "Not Sent"} for address in addresses],
            "message": mail.as_string(),
            "message_id": mail["Message-Id"],
            "status": "Not Sent",
            "reference_doctype": doctype,
            "reference_name": name,
        }
    ).insert(ignore_permissions=True)


def send(name: str) -> None:
    """Hands one queued mail to the mail server; a failure is kept with it."""
    queued = frappe.get_doc("Email Queue", name)
    addresses = [row.recipient for row in queued.recipients]
    try:
        with smtplib.SMTP(
            frappe.conf.mail_server, cint(frappe.conf.get("mail_port")) or 25, timeout=30
        ) as server:
            if cint(frappe.conf.get("use_tls")):
                server.starttls()
            if frappe.conf.get("mail_login"):
                server.login(frappe.conf.mail_login, frappe.conf.get("mail_password") or "")
            server.sendmail(queued.sender, addresses, queued.message.encode("utf-8"))
    except (OSError, smtplib.SMTPException) as error:
        queued.update({"status": "Error", "error": str(error)})
    else:
        queued.status = "Sent"
    for row in queued.recipients:
        row.status = "Sent" if queued.status == "Sent" else "Not Sent"
    queued.save(ignore_permissions=True)
