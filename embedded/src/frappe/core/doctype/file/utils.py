"""Names, hashes and places of files."""

import base64
import binascii
import hashlib
import os
import re
from typing import Any

import frappe
from frappe.utils import cint, get_files_path


def get_content_hash(content: bytes | str) -> str:
    """Tells equal contents; MD5 as Frappe stores it, no proof against forgery."""
    data = content.encode() if isinstance(content, str) else content
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def decode_file_content(content: bytes | str) -> bytes:
    """The bytes of base64 text, with or without a data-URL head."""
    text = content.decode() if isinstance(content, bytes) else content
    try:
        return base64.b64decode(text.split(",", 1)[-1])
    except binascii.Error:
        frappe.throw(frappe._("The file content is not valid base64"))


def clean_file_name(name: str) -> str:
    """Only the last part of a path, without control characters and leading dots."""
    name = re.sub(r"[\x00-\x1f\x7f<>\"|?*:]", "", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    stem, ext = os.path.splitext(name)
    return (stem[: 100 - len(ext)] + ext) or "file"


def generate_file_name(name: str, suffix: str | None = None, is_private: bool = False) -> str:
    """The name, or the name with the suffix where another file has it already."""
    if not os.path.exists(get_files_path(name, is_private=is_private)):
        return name
    return get_file_name(name, suffix)


def get_file_name(fname: str, optional_suffix: str | None = None) -> str:
    stem, ext = os.path.splitext(fname)
    return f"{stem}{optional_suffix or frappe.generate_hash(length=6)}{ext}"


def get_max_file_size() -> int:
    megabytes = cint(frappe.get_system_settings("max_file_size"))
    return cint(frappe.local.conf.get("max_file_size")) or megabytes * 1024 * 1024 or 25 * 1024 * 1024


def make_home_folder() -> None:
    """The two folders that every site has."""
    if frappe.db.exists("File", "Home"):
        return
    for row in (
        {"file_name": "Home", "is_home_folder": 1},
        {"file_name": "Attachments", "is_attachments_folder": 1, "folder": "Home"},
    ):
        frappe.get_doc({"doctype": "File", "is_folder": 1, **row}).insert(
            ignore_permissions=True, ignore_if_duplicate=True
        )


def find_file_by_url(path: str, name: str | None = None) -> Any:
    """The first File of this address that the user may download."""
    filters = {"file_url": path, **({"name": name} if name else {})}
    for found in frappe.get_all("File", filters, pluck="name"):
        doc = frappe.get_doc("File", found)
        if doc.is_downloadable():
            return doc
    return None


def attach_files_to_document(doc: Any, event: str | None = None) -> None:
    """A file named in an Attach field becomes an attachment of the document (hook, on_update)."""
    for field in doc.meta.get("fields", {"fieldtype": ["in", ["Attach", "Attach Image"]]}):
        value = doc.get(field.fieldname)
        if value and str(value).startswith(("/files", "/private/files")):
            _attach(doc, field.fieldname, value)


def _attach(doc: Any, fieldname: str, file_url: str) -> None:
    here = {
        "file_url": file_url,
        "attached_to_doctype": doc.doctype,
        "attached_to_name": doc.name,
    }
    if frappe.db.exists("File", here):
        return
    loose = frappe.db.exists("File", {"file_url": file_url, "attached_to_name": ["is", "not set"]})
    if loose:
        values = {
            "attached_to_name": doc.name,
            "attached_to_doctype": doc.doctype,
            "attached_to_field": fieldname,
        }
        frappe.db.set_value("File", loose, values)
        return
    row = {"doctype": "File", "attached_to_field": fieldname, "folder": "Home/Attachments", **here}
    try:
        frappe.get_doc(row).insert(ignore_permissions=True)  # the user may write the document itself
    except Exception:
        frappe.log_error("Error Attaching File", reference_doctype=doc.doctype, reference_name=doc.name)
