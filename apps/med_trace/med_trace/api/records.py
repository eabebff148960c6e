"""Any DocType as a form: what this user may do with it, and what a new or amended record starts with. Thin."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_text, require_login, require_permission, shown
from med_trace.domain.errors import BadInput, NotFound
from med_trace.ledger.audit import reasons

RIGHTS = ("read", "write", "create", "delete", "submit", "cancel", "amend", "print", "export")
CANCELLED = 2


@frappe.whitelist()
@shown()
def about(doctype: str | None = None) -> dict[str, Any]:
    """What a form of this DocType needs to know besides its fields.

    Returns may {right: bool}, levels {read: [...], write: [...]} (permission levels of fields), workflow
    (null, or {field, states [{state, docstatus}]}), regulated (fields whose change needs a reason; "*": all).
    Raises PermissionError (403), NotFound (404).
    """
    doctype = _require_doctype(doctype)
    require_permission(doctype)
    meta = frappe.get_meta(doctype)
    return {
        "may": {right: bool(frappe.has_permission(doctype, right)) for right in RIGHTS},
        "levels": {
            kind: levels_of(meta, kind, frappe.session.user == "Administrator") for kind in ("read", "write")
        },
        "workflow": _workflow(doctype),
        "regulated": [rule.fieldname for rule in reasons.rules(doctype)],
    }


@frappe.whitelist()
@shown()
def new(doctype: str | None = None, amends: str | None = None) -> dict[str, Any]:
    """What a new record starts with: its defaults, or what a cancelled record said that it amends.

    Raises PermissionError (403), NotFound (404), BadInput (417) when `amends` is not cancelled or amended already.
    """
    doctype = _require_doctype(doctype)
    cancelled = as_text(amends, "amends")
    if not cancelled:
        require_permission(doctype, "create")
        return frappe.new_doc(doctype).as_dict()
    require_permission(doctype, "amend", doc=cancelled)
    document = frappe.get_doc(doctype, cancelled)
    if document.docstatus != CANCELLED:
        raise BadInput("{0} {1} is not cancelled; only a cancelled record is amended.", doctype, cancelled)
    later = frappe.db.get_value(doctype, {"amended_from": cancelled})
    if later:
        raise BadInput("{0} {1} was amended already: {2}.", doctype, cancelled, later)
    copy = frappe.copy_doc(document)
    copy.amended_from = cancelled
    return copy.as_dict()


@frappe.whitelist()
@shown()
def layouts(doctype: str | None = None) -> list[dict[str, Any]]:
    """The print layouts of this DocType beside the standard one: [{name, language}]. Raises PermissionError (403),
    NotFound (404).
    """
    doctype = _require_doctype(doctype)
    require_permission(doctype, "print")
    filters = {"doc_type": doctype, "disabled": 0, "print_format_type": "Jinja"}
    fields = ["name", "default_print_language as language"]
    return frappe.get_all("Print Format", filters=filters, fields=fields, order_by="name asc", limit=50)


@frappe.whitelist()
def types() -> list[dict[str, str]]:
    """Every DocType that this user may read as a list: [{name, module}]."""
    require_login()
    filters = {"istable": 0, "issingle": 0}
    found = frappe.get_all("DocType", filters=filters, fields=["name", "module"], order_by="name asc")
    return [one for one in found if frappe.has_permission(one.name, "read")]


def _require_doctype(doctype: Any) -> str:
    name = as_text(doctype, "doctype", required=True)
    if not frappe.db.exists("DocType", name):
        raise NotFound("There is no record type {0}.", name)
    return name


def levels_of(meta: Any, right: str, all_levels: bool) -> list[int]:
    """The permission levels of fields that this user may read or write; `all_levels`: whatever the rules say."""
    if all_levels:
        return sorted({0, *(int(field.permlevel or 0) for field in meta.fields)})
    roles = frappe.get_roles()
    return sorted(
        {int(row.permlevel or 0) for row in meta.permissions if row.get(right) and row.role in roles}
    )


def _workflow(doctype: str) -> dict[str, Any] | None:
    name = frappe.db.get_value("Workflow", {"document_type": doctype, "is_active": 1})
    if not name:
        return None
    workflow = frappe.get_cached_doc("Workflow", name)
    states = [{"state": row.state, "docstatus": int(row.doc_status or 0)} for row in workflow.states]
    return {"field": workflow.workflow_state_field, "states": states}
