"""Frappe's permission manager writes rules past their documents: each step of it is told as a whole."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import frappe
from med_trace.domain.audit_entry import Category, Kind
from med_trace.domain.differences import differences
from med_trace.ledger.audit.entries import append
from med_trace.ledger.audit.reasons import reason_of
from med_trace.ledger.audit.state import row_values

ORIGINAL = "frappe.core.page.permission_manager.permission_manager"


@frappe.whitelist()
def add(parent: str, role: str, permlevel: int | str) -> Any:
    """As Frappe's, with an entry in the audit trail."""
    frappe.only_for("System Manager")
    with _told(parent):
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
    with _told(doctype):
        return _original("update")(doctype, role, permlevel, ptype, value, if_owner)


@frappe.whitelist()
def remove(doctype: str, role: str, permlevel: int | str, if_owner: int | str = 0) -> Any:
    """As Frappe's, with an entry in the audit trail."""
    frappe.only_for("System Manager")
    with _told(doctype):
        return _original("remove")(doctype, role, permlevel, if_owner)


@frappe.whitelist()
def reset(doctype: str) -> Any:
    """As Frappe's, with an entry in the audit trail."""
    frappe.only_for("System Manager")
    with _told(doctype):
        return _original("reset")(doctype)


def _original(step: str) -> Callable[..., Any]:
    try:
        return frappe.get_attr(f"{ORIGINAL}.{step}")
    except ImportError:
        raise frappe.DoesNotExistError(f"{ORIGINAL}.{step}") from None


@contextmanager
def _told(doctype: str):
    before = _rules(doctype)
    yield
    changes = differences({"permissions": before}, {"permissions": _rules(doctype)})
    if changes:
        append(
            Kind.CHANGED,
            category=Category.PERMISSION,
            document_type="DocType",
            document_name=doctype,
            changes=changes,
            reason=reason_of(None),
        )


def _rules(doctype: str) -> list[dict[str, Any]]:
    """The rules in force, by role and level: the site's own where there are any."""
    for table in ("Custom DocPerm", "DocPerm"):
        query = f"select * from `tab{table}` where parent = %s order by role, permlevel, if_owner, name"
        if rows := frappe.db.sql(query, doctype, as_dict=True):
            return [_rule(row) for row in rows]
    return []


def _rule(row: dict[str, Any]) -> dict[str, Any]:
    """Called by role and level, so that a rule that becomes the site's own is still the same."""
    values = row_values("DocPerm", row)
    values.pop("idx", None)
    key = f"{row['role']}, level {row['permlevel']}{', only if owner' if row['if_owner'] else ''}"
    return {**values, "name": key, "rule": key}
