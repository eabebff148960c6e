"""Saving and cancelling from a form."""

from typing import Any

import frappe
from frappe import _
from frappe.desk.form.load import get_docinfo, run_onload
from frappe.model.docstatus import DocStatus

STATUS_OF = {"Save": 0, "Submit": 1, "Update": 1, "Cancel": 2}
SAID = {"Save": "Saved", "Submit": "Submitted", "Update": "Updated", "Cancel": "Cancelled"}


@frappe.whitelist()
def savedocs(doc: str, action: str) -> None:
    """Saves, submits, updates or cancels the form's document; sends it back as it is then."""
    document = frappe.get_doc(frappe.parse_json(doc))
    set_local_name(document)
    document.docstatus = DocStatus(STATUS_OF[action])
    if document.docstatus.is_submitted():
        document.submit()
    else:
        document.save()
    run_onload(document)
    send_updated_docs(document)
    frappe.msgprint(_(SAID[action]), indicator="green", alert=True)


@frappe.whitelist()
def cancel(
    doctype: str | None = None,
    name: str | None = None,
    workflow_state_fieldname: str | None = None,
    workflow_state: str | None = None,
) -> None:
    document = frappe.get_doc(doctype, name)
    if workflow_state_fieldname and workflow_state:
        document.set(workflow_state_fieldname, workflow_state)
    document.cancel()
    send_updated_docs(document)
    frappe.msgprint(_("Cancelled"), indicator="red", alert=True)


def send_updated_docs(doc: Any) -> None:
    get_docinfo(doc)
    sent = doc.as_dict()
    if getattr(doc, "localname", None):
        sent["localname"] = doc.localname
    frappe.response.docs.append(sent)


def set_local_name(doc: Any) -> None:
    """A form's provisional names are not names; the answer tells which document came of which."""
    for row in (doc, *doc.get_all_children()):
        if doc.get("__islocal") or row.get("__islocal"):
            row.localname, row.name = row.name, None
    if doc.get("__newname"):
        doc.name = doc.get("__newname")
