"""Reads a JSON file of documents into the database. DocTypes only when their file has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import frappe
from frappe.utils.data import get_datetime

DOCTYPE_TABLES = {
    "fields": "DocField",
    "permissions": "DocPerm",
    "actions": "DocType Action",
    "links": "DocType Link",
    "states": "DocType State",
}


def import_file_by_path(
    path: str,
    force: bool = False,
    data_import: bool = False,
    pre_process: Callable[..., Any] | None = None,
    ignore_version: bool | None = None,
    reset_permissions: bool = False,
) -> bool:
    """Imports the documents of a file; False when all of them are as they were."""
    try:
        docs, digest = read_doc_from_file(path)
    except OSError:
        print(f"{path} missing")
        return False
    changed = False
    for doc in docs if isinstance(docs, list) else [docs]:
        if doc["doctype"] == "DocType":
            changed |= import_doctype(doc, digest, force)
            continue
        if not force and not data_import and not is_changed(doc):
            continue
        import_doc(doc, data_import, pre_process, ignore_version, reset_permissions, path)
        changed = True
    return changed


def read_doc_from_file(path: str) -> tuple[Any, str]:
    with open(path, encoding="utf-8") as source:
        text = source.read()
    return json.loads(text), hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def is_changed(doc: dict[str, Any]) -> bool:
    """Whether the file's document is another than the stored one, by its time stamp."""
    stored = frappe.db.get_value(doc["doctype"], doc.get("name"), "modified")
    return not stored or get_datetime(doc.get("modified")) != get_datetime(stored)


def import_doctype(doc: dict[str, Any], digest: str, force: bool = False) -> bool:
    """Stores a DocType's definition and brings its table up to date."""
    name = doc["name"]
    if not force and frappe.db.get_value("DocType", name, "migration_hash") == digest:
        return False
    frappe.db.delete("DocType", {"name": name})
    for table in DOCTYPE_TABLES.values():
        frappe.db.delete(table, {"parent": name, "parenttype": "DocType"})
    values = {key: value for key, value in doc.items() if key not in DOCTYPE_TABLES}
    definition = frappe.get_doc({**values, "migration_hash": digest})
    definition.db_insert()
    for fieldname, table in DOCTYPE_TABLES.items():
        _insert_rows(definition, fieldname, table, doc.get(fieldname) or [])
    frappe.clear_cache(doctype=name)
    frappe.get_doc("DocType", name).run_method("on_update")
    return True


def _insert_rows(definition: Any, fieldname: str, table: str, rows: list[dict[str, Any]]) -> None:
    for idx, row in enumerate(rows, start=1):
        child = frappe.get_doc({**row, "doctype": table})
        child.update(
            {
                "name": None,
                "parent": definition.name,
                "parenttype": "DocType",
                "parentfield": fieldname,
                "idx": idx,
                "creation": definition.creation,
                "modified": definition.modified,
                "owner": definition.owner,
                "modified_by": definition.modified_by,
            }
        )
        child.db_insert()


def import_doc(
    docdict: dict[str, Any],
    data_import: bool = False,
    pre_process: Callable[..., Any] | None = None,
    ignore_version: bool | None = None,
    reset_permissions: bool = False,
    path: str | None = None,
) -> Any:
    """Stores a document under its own name in place of the one that is there."""
    before = frappe.flags.in_import
    frappe.flags.in_import = True
    try:
        doc = frappe.get_doc({**docdict, "__islocal": 1})
        doc.run_method("before_import")
        doc.flags.ignore_version = ignore_version
        if pre_process:
            pre_process(doc)
        if doc.name and frappe.db.exists(doc.doctype, doc.name):
            frappe.delete_doc(doc.doctype, doc.name, force=True, for_reload=True)
        doc.flags.ignore_links = True
        if not data_import:
            doc.flags.ignore_validate = True
            doc.flags.ignore_permissions = True
            doc.flags.ignore_mandatory = True
        stamp = docdict.get("modified")
        doc.insert()
        if stamp and not doc.meta.issingle:
            frappe.db.set_value(doc.doctype, doc.name, "modified", stamp, update_modified=False)
        return doc
    finally:
        frappe.flags.in_import = before
