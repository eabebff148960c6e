"""Assigns documents to users: ToDo rows with a reference."""

from __future__ import annotations

from typing import Any

import frappe
import frappe.share
from frappe import _
from frappe.utils import nowdate, strip_html

DONE = ("Cancelled", "Closed")


def get(args: Any = None) -> list[Any]:
    """Who has the document now."""
    args = args or frappe.local.form_dict
    filters = {
        "reference_type": args.get("doctype"),
        "reference_name": args.get("name"),
        "status": ["not in", DONE],
    }
    return frappe.get_all("ToDo", fields=["allocated_to as owner", "name"], filters=filters, limit=5)


@frappe.whitelist()
def add(args: Any = None, *, ignore_permissions: bool = False) -> list[Any]:
    """Assigns a document: args are doctype, name, assign_to (list), description, priority, date."""
    args = frappe._dict(args or frappe.local.form_dict)
    doc = frappe.get_doc(args.doctype, args.name)
    if not ignore_permissions:
        doc.check_permission()
    for user in frappe.parse_json(args.assign_to):
        same = {
            "reference_type": doc.doctype,
            "reference_name": doc.name,
            "status": "Open",
            "allocated_to": user,
        }
        if frappe.get_all("ToDo", filters=same):
            frappe.msgprint(_("Already in the following Users ToDo list:{0}").format(f" {user}"), alert=True)
            continue
        _make_todo(doc, user, args)
        if not frappe.has_permission(doc.doctype, doc=doc, user=user):
            frappe.share.add(doc.doctype, doc.name, user)
    return get(args)


def _make_todo(doc: Any, user: str, args: Any) -> None:
    description = args.description or ""
    if not strip_html(description):
        description = _("Assignment for {0} {1}").format(doc.doctype, doc.name)
    frappe.get_doc(
        {
            "doctype": "ToDo",
            "allocated_to": user,
            "reference_type": doc.doctype,
            "reference_name": str(doc.name),
            "description": description,
            "priority": args.priority or "Medium",
            "status": "Open",
            "date": args.date or nowdate(),
            "assigned_by": args.assigned_by or frappe.session.user,
        }
    ).insert(ignore_permissions=True)


@frappe.whitelist()
def remove(doctype: str, name: str, assign_to: str, ignore_permissions: bool = False) -> list[Any]:
    """Takes the task from the user."""
    return set_status(doctype, name, "", assign_to, "Cancelled", ignore_permissions)


@frappe.whitelist()
def close(doctype: str, name: str, assign_to: str, ignore_permissions: bool = False) -> list[Any]:
    """Marks the user's own task as done."""
    if assign_to != frappe.session.user:
        frappe.throw(_("Only the assignee can complete this to-do."))
    return set_status(doctype, name, "", assign_to, "Closed", ignore_permissions)


def set_status(
    doctype: str,
    name: str,
    todo: str = "",
    assign_to: str | None = None,
    status: str = "Cancelled",
    ignore_permissions: bool = False,
) -> list[Any]:
    if not ignore_permissions:
        frappe.get_doc(doctype, name).check_permission()
    if not todo:
        mine = {"reference_type": doctype, "reference_name": name, "allocated_to": assign_to}
        todo = frappe.db.get_value("ToDo", {**mine, "status": ["!=", status]})
    if todo:
        doc = frappe.get_doc("ToDo", todo)
        doc.status = status
        doc.save(ignore_permissions=True)
    return get({"doctype": doctype, "name": name})


def clear(doctype: str, name: str, ignore_permissions: bool = False) -> bool:
    """Takes the task from everybody."""
    filters = {"reference_type": doctype, "reference_name": name, "status": ["not in", DONE]}
    users = frappe.get_all("ToDo", filters=filters, pluck="allocated_to")
    for user in users:
        set_status(doctype, name, "", user, "Cancelled", ignore_permissions)
    return bool(users)
