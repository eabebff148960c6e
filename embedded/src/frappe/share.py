"""Documents that one user opens to another: DocShare rows."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

RIGHTS = ("read", "write", "submit", "share")


@frappe.whitelist()
def add(
    doctype: str,
    name: str,
    user: str | None = None,
    read: int = 1,
    write: int = 0,
    submit: int = 0,
    share: int = 0,
    everyone: int = 0,
    notify: int = 0,
    flags: dict[str, Any] | None = None,
) -> Any:
    """Shares a document with a user, or with everyone."""
    user = user or (None if cint(everyone) else frappe.session.user)
    if not (flags or {}).get("ignore_share_permission"):
        check_share_permission(doctype, name)
    known = get_share_name(doctype, name, user, everyone)
    doc = frappe.get_doc("DocShare", known) if known else frappe.new_doc("DocShare")
    doc.update({"user": user, "share_doctype": doctype, "share_name": name, "everyone": cint(everyone)})
    doc.update({"read": 1, "write": cint(write), "submit": cint(submit), "share": cint(share)})
    doc.save(ignore_permissions=True)
    return doc


def remove(doctype: str, name: str, user: str, flags: Any = None) -> None:
    known = get_share_name(doctype, name, user, 0)
    if known:
        frappe.delete_doc("DocShare", known, flags=flags, ignore_permissions=True)


def get_shared(
    doctype: str,
    user: str | None = None,
    rights: list[str] | None = None,
    *,
    filters: Any = None,
    limit: int | None = None,
) -> list[str]:
    """Names of documents shared with the user with all these rights (read)."""
    user = user or frappe.session.user
    found = [
        ["share_doctype", "=", doctype],
        *([right, "=", 1] for right in rights or ["read"]),
        *(filters or []),
    ]
    either: list[Any] = [["user", "=", user]]
    if user != "Guest":
        either.append(["everyone", "=", 1])
    return frappe.get_all(
        "DocShare",
        filters=found,
        or_filters=either,
        pluck="share_name",
        order_by=None,
        limit_page_length=limit,
    )


def get_share_name(doctype: str, name: str, user: str | None, everyone: int) -> Any:
    whom = {"everyone": 1} if cint(everyone) else {"user": user}
    return frappe.db.get_value("DocShare", {"share_doctype": doctype, "share_name": name, **whom})


def check_share_permission(doctype: str, name: str) -> None:
    if not frappe.has_permission(doctype, ptype="share", doc=name):
        frappe.throw(_("No permission to {0} {1} {2}").format("share", doctype, name), frappe.PermissionError)
