"""Keeps files on the site and makes them part of a record."""

from __future__ import annotations

from pathlib import Path

import frappe
from frappe.model.document import Document


def keep(path: Path) -> Document:
    """Put a file on the site, private; returns the File."""
    file = {"doctype": "File", "file_name": path.name, "is_private": 1, "content": path.read_bytes()}
    return frappe.get_doc(file).insert()


def attach(file: Document, doctype: str, name: str) -> None:
    """Make a kept file part of a record: who may read the record may read the file."""
    file.reload()
    file.update({"attached_to_doctype": doctype, "attached_to_name": name})
    file.save()
