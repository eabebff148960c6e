"""A notice that goes out when documents of a type are made, saved, submitted, cancelled or changed.

Left out: Slack, SMS, events by date, attached prints, properties that are set afterwards.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cast, nowdate, validate_email_address
from frappe.utils.jinja import validate_template
from frappe.utils.safe_exec import get_safe_globals

VALUE_CHANGE = "Value Change"


class Notification(Document):
    def validate(self) -> None:
        for template in (self.subject, self.message):
            validate_template(template)
        if self.event == VALUE_CHANGE and not self.value_changed:
            frappe.throw(_("Please specify which value field must be checked"))
        if frappe.get_meta(self.document_type).istable or self.document_type == "Email Queue":
            frappe.throw(
                _("Cannot set Notification with event {0} on Document Type {1}").format(
                    _(self.event), _(self.document_type)
                )
            )
        self._validate_condition()

    def _validate_condition(self) -> None:
        if not self.condition:
            return
        try:
            frappe.safe_eval(self.condition, None, get_context(frappe.new_doc(self.document_type)))
        except Exception:
            frappe.throw(_("The Condition '{0}' is invalid").format(self.condition))

    def on_update(self) -> None:
        frappe.clear_cache()

    on_trash = on_update

    def send(self, doc: Any) -> None:
        """To the recipients, by mail or as Notification Logs; a failure is logged and stops nothing."""
        context = {"doc": doc, "alert": self, "comments": None}
        try:
            addresses = self._addresses(doc)
            if addresses and self.channel == "Email":
                frappe.sendmail(
                    recipients=addresses,
                    subject=frappe.render_template(self.subject or "", context),
                    message=frappe.render_template(self.message or "", context),
                    reference_doctype=doc.doctype,
                    reference_name=doc.name,
                )
            if addresses and (self.channel == "System Notification" or self.send_system_notification):
                self._log(doc, context, addresses)
        except Exception:
            frappe.log_error("Failed to send Notification")

    def _addresses(self, doc: Any) -> list[str]:
        found: set[str] = set()
        for row in self.recipients:
            if row.condition and not frappe.safe_eval(row.condition, None, get_context(doc)):
                continue
            if row.receiver_by_document_field:
                value = str(doc.get(row.receiver_by_document_field) or "")
                if validate_email_address(value):
                    found |= set(value.replace(",", "\n").split("\n"))
            if row.receiver_by_role:
                found |= set(_emails_of(row.receiver_by_role))
        return sorted(found)

    def _log(self, doc: Any, context: dict[str, Any], addresses: list[str]) -> None:
        users = frappe.get_all("User", filters={"email": ["in", addresses], "enabled": 1}, pluck="name")
        for user in users:
            frappe.get_doc(
                {
                    "doctype": "Notification Log",
                    "type": "Alert",
                    "for_user": user,
                    "from_user": doc.modified_by or doc.owner,
                    "document_type": doc.doctype,
                    "document_name": doc.name,
                    "subject": frappe.render_template(self.subject or "", context),
                    "email_content": frappe.render_template(self.message or "", context),
                }
            ).insert(ignore_permissions=True)


def evaluate_alert(doc: Any, alert: str, event: str) -> None:
    """Sends the notice when its condition holds and, for a change of value, the value changed."""
    notice = frappe.get_doc("Notification", alert)
    try:
        if notice.condition and not frappe.safe_eval(notice.condition, None, get_context(doc)):
            return
        if event == VALUE_CHANGE and not _has_changed(doc, notice.value_changed):
            return
        if event != VALUE_CHANGE:
            doc.reload()
    except Exception as error:
        frappe.log_error("Error in Notification")
        frappe.throw(str(error), title=_("Error in Notification"))
    notice.send(doc)


def _has_changed(doc: Any, fieldname: str) -> bool:
    field, before = doc.meta.get_field(fieldname), doc.get_doc_before_save()
    if not field:
        return False
    return bool(
        cast(field.fieldtype, doc.get(fieldname)) != cast(field.fieldtype, before and before.get(fieldname))
    )


def get_context(doc: Any) -> dict[str, Any]:
    """What a condition knows."""
    return {"doc": doc, "nowdate": nowdate, "frappe": frappe._dict(utils=get_safe_globals()["frappe"].utils)}


def _emails_of(role: str) -> list[str]:
    users = frappe.get_all("Has Role", filters={"role": role, "parenttype": "User"}, pluck="parent")
    named = {"name": ["in", users], "enabled": 1}
    return [address for address in frappe.get_all("User", filters=named, pluck="email") if address]
