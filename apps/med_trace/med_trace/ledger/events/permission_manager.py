"""Frappe's permission manager writes rules past their documents: each step of it is told as a whole."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from med_trace.domain.audit_entry import Category, Kind
from med_trace.domain.differences import differences
from med_trace.ledger.audit.entries import append
from med_trace.ledger.audit.reasons import reason_of

RIGHTS = (
    *("select", "read", "write", "create", "delete", "submit", "cancel", "amend"),
    *("report", "export", "import", "share", "print", "email"),
)
ORIGINAL = "frappe.core.page.permission_manager.permission_manager"


@frappe.whitelist()
def add(parent: str, role: str, permlevel: int | str) -> Any:
    """As Frappe's, with an entry in the audit trail."""
    frappe.only_for("System Manager")
    with told(parent):
        return _original("add")(parent, role, permlevel)


@frappe.whitelist()
def update(
    doctype: str,
    role: str,
    permlevel: int | str,
    ptype: str,
    value: int | str | None = None,
    if_owner: int | str = 0,
) -> Any:
    """As Frappe's, with an entry in the audit trail."""
    frappe.only_for("System Manager")
    with told(doctype):
        return _original("update")(doctype, role, permlevel, ptype, value, if_owner)


@frappe.whitelist()
def remove(doctype: str, role: str, permlevel: int | str, if_owner: int | str = 0) -> Any:
    """As Frappe's, with an entry in the audit trail."""
    frappe.only_for("System Manager")
    with told(doctype):
        return _original("remove")(doctype, role, permlevel, if_owner)


@frappe.whitelist()
def reset(doctype: str) -> Any:
    """As Frappe's, with an entry in the audit trail."""
    frappe.only_for("System Manager")
    with told(doctype):
        return _original("reset")(doctype)


def _original(step: str) -> Callable[..., Any]:
    try:
        return frappe.get_attr(f"{ORIGINAL}.{step}")
    except ImportError:
        raise frappe.DoesNotExistError(f"{ORIGINAL}.{step}") from None


@contextmanager
def told(doctype: str) -> Iterator[None]:
    """One entry of the rules of a DocType before and after."""
    before = _rules(doctype)
    yield
    changes = differences(before, _rules(doctype))
    if changes:
        append(
            Kind.CHANGED,
            category=Category.PERMISSION,
            document_type="DocType",
            document_name=doctype,
            changes=changes,
            reason=reason_of(None),
        )


def _rules(doctype: str) -> dict[str, str]:
    """What each rule in force gives, by role and level: the site's own rules where there are any."""
    for table in ("Custom DocPerm", "DocPerm"):
        query = f"select * from `tab{table}` where parent = %s order by role, permlevel, if_owner, name"
        if rows := frappe.db.sql(query, doctype, as_dict=True):
            return {_name_of(row): ", ".join(right for right in RIGHTS if row.get(right)) for row in rows}
    return {}


def _name_of(rule: dict[str, Any]) -> str:
    return f"{rule['role']}, level {rule['permlevel']}{', only if owner' if rule['if_owner'] else ''}"
