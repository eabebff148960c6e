"""A private file is attached by who may read it: naming its address gives nobody a right to it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import frappe
from frappe import _

PRIVATE = "/private/files/"
ATTACHED = ("Attach", "Attach Image")


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None) -> bool | None:
    """A File row without content of its own: refused for a private file that the user cannot read by another row."""
    if ptype not in ("create", "write") or doc.is_folder or doc.get("content"):
        return None
    named = [address for address in (doc.file_url, doc.file_name) if _is_private(address)]
    return None if all(_is_readable(address, user) for address in named) else False


def validate(doc: Any, method: str | None = None) -> None:
    """A document's Attach fields, its rows' too: what is new in them must be readable."""
    before = doc.get_doc_before_save()
    known = set(_attached(before)) if before else set()
    for address in set(_attached(doc)) - known:
        if _is_private(address) and not _is_readable(address, frappe.session.user):
            frappe.throw(
                _("File {0} is not yours to attach. Upload your own copy.").format(address),
                frappe.PermissionError,
            )


def _attached(doc: Any) -> Iterator[str]:
    for field in doc.meta.fields:
        value = doc.get(field.fieldname)
        if value and field.fieldtype in ATTACHED:
            yield str(value)
        elif value and field.fieldtype == "Table":
            for row in value:
                yield from _attached(row)


def _is_private(address: str | None) -> bool:
    return PRIVATE in _plain(address)


def _plain(address: str | None) -> str:
    """The path behind an address, however it is written."""
    path = urlsplit(str(address or "").replace("\\", "/")).path
    while path != (path := unquote(path)):
        pass
    return posixpath.normpath("/" + path.lstrip("/"))


def _is_readable(address: str, user: str | None) -> bool:
    url = PRIVATE + _plain(address).partition(PRIVATE)[2]
    rows = frappe.get_all("File", {"file_url": url}, pluck="name")
    return user == "Administrator" or any(
        frappe.has_permission("File", "read", doc=name, user=user) for name in rows
    )
