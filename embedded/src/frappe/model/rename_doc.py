"""Gives a document another name everywhere, or merges it into one that has that name already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _, bold
from frappe.model.delete_doc import REFERENCES
from frappe.model.dynamic_links import get_dynamic_links, get_link_fields
from frappe.model.naming import validate_name
from frappe.utils.data import sbool

if TYPE_CHECKING:
    from frappe.model.document import Document
    from frappe.model.meta import Meta

__all__ = ["get_link_fields", "rename_doc"]


def rename_doc(
    doctype: str | None = None,
    old: str | None = None,
    new: str | None = None,
    force: bool = False,
    merge: bool = False,
    ignore_permissions: bool = False,
    ignore_if_exists: bool = False,
    show_alert: bool = True,
    rebuild_search: bool = True,
    doc: Document | None = None,
    validate: bool = True,
) -> str:
    """The new name. `before_rename` may change it; `after_rename` runs on the document under it."""
    if not new or not (doc or (doctype and old)):
        raise frappe.FrappeTypeError("rename_doc() takes (doctype, old, new) or (doc=, new=)")
    old_doc = doc or frappe.get_doc(doctype, old)
    doctype, old = str(old_doc.doctype), old or str(old_doc.name)
    meta, merge = frappe.get_meta(doctype), bool(sbool(merge))
    if doctype == "DocType":
        frappe.throw(_("{0} not allowed to be renamed").format(_("DocType")))
    if validate:
        answer = old_doc.run_method("before_rename", old, new, merge) or {}
        new = (answer.get("new") or new) if isinstance(answer, dict) else answer
        new = validate_rename(
            doctype, old, new, meta, merge, bool(sbool(force)), ignore_permissions, ignore_if_exists
        )
    if not merge:
        rename_parent_and_child(doctype, old, new, meta)
    update_link_field_values(get_link_fields(doctype), old, new, doctype)
    rename_dynamic_links(doctype, old, new)
    _rename_references(doctype, old, new)
    _finish(doctype, old, new, merge)
    if show_alert:
        msg = _("Document renamed from {0} to {1}").format(bold(old), bold(new))
        frappe.msgprint(msg, alert=True, indicator="green")
    return new


def _finish(doctype: str, old: str, new: str, merge: bool) -> None:
    from frappe.utils.password import rename_password

    new_doc = frappe.get_doc(doctype, new)
    new_doc.run_method("after_rename", old, new, merge)
    if merge:
        new_doc.add_comment("Edit", _("merged {0} into {1}").format(bold(old), bold(new)))
        frappe.delete_doc(doctype, old)
    else:
        if new_doc.meta._of_type("Password"):
            rename_password(doctype, old, new)
        new_doc.add_comment("Edit", _("renamed from {0} to {1}").format(bold(old), bold(new)))
    new_doc.clear_cache()
    frappe.clear_document_cache(doctype, old)
    frappe.local.document_cache = {}
    if hasattr(frappe.db, "value_cache"):
        frappe.db.value_cache.clear()


def validate_rename(
    doctype: str,
    old: str,
    new: str,
    meta: Meta,
    merge: bool,
    force: bool = False,
    ignore_permissions: bool = False,
    ignore_if_exists: bool = False,
    save_point: bool = False,
    old_doc: Document | None = None,
) -> str:
    from frappe.permissions import has_permission

    if not frappe.db.exists(doctype, old):
        frappe.throw(_("Can't rename {0} to {1} because {0} doesn't exist.").format(bold(old), bold(new)))
    if old == new:
        frappe.throw(_("No changes made because old and new name are the same."))
    found = frappe.db.get_value(doctype, new, "name", for_update=True)
    if merge and not found:
        frappe.throw(_("{0} {1} does not exist, select a new target to merge").format(doctype, new))
    if found and found != new:
        found = None  # only the case of the name changes
    if found and not merge and not ignore_if_exists:
        frappe.throw(_("Another {0} with name {1} exists, select another name").format(doctype, new))
    if not (ignore_permissions or has_permission(doctype, "write", doc=old, raise_exception=False)):
        frappe.throw(_("You need write permission on {0} {1} to rename").format(doctype, old))
    if not (force or ignore_permissions or meta.allow_rename):
        frappe.throw(_("{0} not allowed to be renamed").format(_(doctype)))
    return validate_name(doctype, new)


def rename_parent_and_child(doctype: str, old: str, new: str, meta: Meta) -> None:
    frappe.db.sql(f"update `tab{doctype}` set `name`=%s where `name`=%s", (new, old))
    update_autoname_field(doctype, new, meta)
    update_child_docs(old, new, meta)


def update_autoname_field(doctype: str, new: str, meta: Meta) -> None:
    _start, specifier, fieldname = (meta.autoname or "").partition("field:")
    if specifier:
        frappe.db.sql(f"update `tab{doctype}` set `{fieldname}`=%s where `name`=%s", (new, new))


def update_child_docs(old: str, new: str, meta: Meta) -> None:
    for df in meta.get_table_fields():
        frappe.db.sql(
            f"update `tab{df.options}` set `parent`=%s where `parent`=%s and `parenttype`=%s",
            (new, old, meta.name),
        )


def update_link_field_values(link_fields: list[Any], old: str, new: str, doctype: str) -> None:
    for field in link_fields:
        if field["issingle"]:
            _rename_in_single(field["parent"], {field["fieldname"]: (old, new)})
        else:
            column = field["fieldname"]
            frappe.db.sql(f"update `tab{field['parent']}` set `{column}`=%s where `{column}`=%s", (new, old))


def rename_dynamic_links(doctype: str, old: str, new: str) -> None:
    for df in get_dynamic_links():
        if df.issingle:
            values = frappe.db.get_singles_dict(df.parent)
            if values.get(df.options) == doctype:
                _rename_in_single(df.parent, {df.fieldname: (old, new)})
        else:
            frappe.db.sql(
                f"update `tab{df.parent}` set `{df.fieldname}`=%s where `{df.options}`=%s and `{df.fieldname}`=%s",
                (new, doctype, old),
            )


def _rename_in_single(single: str, changes: dict[str, tuple[str, str]]) -> None:
    doc = frappe.get_doc(single)
    hit = [field for field, (old, _new) in changes.items() if doc.get(field) == old]
    for field in hit:
        doc.set(field, changes[field][1])
    if hit:
        doc.flags.ignore_mandatory = True
        doc.save(ignore_permissions=True)


def _rename_references(doctype: str, old: str, new: str) -> None:
    """Rows about the document whose name field is plain text: versions, files."""
    plain = {"Version": REFERENCES["Version"], "File": ("attached_to_doctype", "attached_to_name")}
    for table, (doctype_field, name_field) in plain.items():
        frappe.db.sql(
            f"update `tab{table}` set `{name_field}`=%s where `{doctype_field}`=%s and `{name_field}`=%s",
            (new, doctype, old),
        )
