"""Deletes a document with its rows and traces, unless something refers to it."""

from __future__ import annotations

from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.model.docstatus import DocStatus
from frappe.model.dynamic_links import get_dynamic_links, get_link_fields
from frappe.model.naming import revert_series_if_last
from frappe.utils.data import cint

# DocTypes that say something about a document: DocType -> (its DocType field, its name field).
REFERENCES = {
    "ToDo": ("reference_type", "reference_name"),
    "DocShare": ("share_doctype", "share_name"),
    "Version": ("ref_doctype", "docname"),
    "Comment": ("reference_doctype", "reference_name"),
    "Workflow Action": ("reference_doctype", "reference_name"),
}


def delete_doc(
    doctype: str | None = None,
    name: Any = None,
    force: bool | int = 0,
    ignore_doctypes: list[str] | None = None,
    for_reload: bool = False,
    ignore_permissions: bool = False,
    flags: Any = None,
    ignore_on_trash: bool = False,
    ignore_missing: bool = True,
    delete_permanently: bool = False,
) -> Any:
    """False when there was nothing to delete and that may be; LinkExistsError when it is referred to."""
    doctype = doctype or frappe.form_dict.get("dt")
    names = name or frappe.form_dict.get("dn") or []
    frappe.get_meta(doctype)  # a DocType, whatever the caller named
    for each in names if isinstance(names, list | tuple) else [names]:
        if not frappe.db.exists(doctype, each):
            if not ignore_missing:
                raise frappe.DoesNotExistError
            return False
        if doctype == "DocType":
            _delete_doctype(each, flags, ignore_permissions)
            continue
        doc = frappe.get_doc(doctype, each, for_update=True)
        if not for_reload:
            _before_delete(doc, flags, ignore_permissions, ignore_on_trash, bool(force))
        _delete(doc, ignore_doctypes or [], for_reload)
        if not (delete_permanently or for_reload):
            add_to_deleted_document(doc)
    return None


def _before_delete(
    doc: Any, flags: Any, ignore_permissions: bool, ignore_on_trash: bool, force: bool
) -> None:
    update_flags(doc, flags, ignore_permissions)
    check_permission_and_not_submitted(doc)
    if not ignore_on_trash:
        doc.run_method("on_trash")
        doc.flags.in_delete = True
        doc.run_method("on_change")
    if force:
        return
    try:
        check_if_doc_is_linked(doc)
        check_if_doc_is_dynamically_linked(doc)
    except frappe.LinkExistsError:
        if doc.meta.has_field("enabled") or doc.meta.has_field("disabled"):
            frappe.throw(
                _("You can disable this {0} instead of deleting it.").format(_(doc.doctype)),
                frappe.LinkExistsError,
            )
        raise


def _delete(doc: Any, ignore_doctypes: list[str], for_reload: bool) -> None:
    from frappe.utils.password import delete_all_passwords_for

    if doc.meta._of_type("Password") and not for_reload:
        delete_all_passwords_for(doc.doctype, doc.name)
    update_naming_series(doc)
    delete_from_table(doc.doctype, doc.name, ignore_doctypes, doc)
    doc.run_method("after_delete")
    if not for_reload:
        _delete_files(doc)
        delete_dynamic_links(doc.doctype, doc.name)
    doc.clear_cache()


def _delete_files(doc: Any) -> None:
    filters = {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name}
    for name in frappe.get_all("File", filters, pluck="name") if frappe.db.table_exists("File") else ():
        frappe.delete_doc("File", name, ignore_permissions=True, force=True)


def _delete_doctype(name: str, flags: Any, ignore_permissions: bool) -> None:
    """A DocType goes with its definition and its table."""
    doc = frappe.get_doc("DocType", name)
    update_flags(doc, flags, ignore_permissions)
    check_permission_and_not_submitted(doc)
    doc.run_method("on_trash")
    frappe.db.delete("Custom Field", {"dt": name})
    frappe.db.delete("Property Setter", {"doc_type": name})
    for table in ("DocField", "DocPerm", "DocType Action", "DocType Link", "DocType State"):
        frappe.db.delete(table, {"parent": name, "parenttype": "DocType"})
    frappe.db.delete("DocType", {"name": name})
    if doc.issingle:
        frappe.db.delete("Singles", {"doctype": name})
    else:
        frappe.db.sql_ddl(f"drop table if exists `tab{name}`")
    frappe.clear_cache(doctype=name)


def update_flags(doc: Any, flags: Any = None, ignore_permissions: bool = False) -> None:
    if ignore_permissions:
        flags = {**(flags or {}), "ignore_permissions": ignore_permissions}
    if flags:
        doc.flags.update(flags)


def check_permission_and_not_submitted(doc: Any) -> None:
    standard = doc.doctype == "DocType" and not doc.custom
    free = doc.flags.ignore_permissions or frappe.session.user == "Administrator"
    if not free and (standard or not doc.has_permission("delete")):
        frappe.msgprint(
            _("User not allowed to delete {0}: {1}").format(doc.doctype, doc.name),
            raise_exception=frappe.PermissionError,
        )
    if doc.meta.is_submittable and doc.docstatus.is_submitted():
        frappe.msgprint(
            _("{0} {1}: Submitted Record cannot be deleted. You must {2} Cancel {3} it first.").format(
                _(doc.doctype), doc.name, "", ""
            ),
            raise_exception=True,
        )


def update_naming_series(doc: Any) -> None:
    """Gives a series number back when it was the last."""
    autoname = doc.meta.autoname
    if not autoname:
        return
    if autoname.startswith("naming_series:") and doc.get("naming_series"):
        revert_series_if_last(doc.naming_series, doc.name, doc)
    elif autoname.split(":", 1)[0].lower() not in ("prompt", "field", "hash", "autoincrement"):
        revert_series_if_last(autoname, doc.name, doc)


def delete_from_table(doctype: str, name: str, ignore_doctypes: list[str], doc: Any) -> None:
    if doctype == name:
        frappe.db.delete("Singles", {"doctype": name})
    else:
        frappe.db.delete(doctype, {"name": name})
    children = {df.options for df in (doc.meta if doc else frappe.get_meta(doctype)).get_table_fields()}
    for child in children - set(ignore_doctypes):
        frappe.db.delete(child, {"parent": name, "parenttype": doctype})


# -- who refers to it -------------------------------------------------------


def _ignored(doc: Any, method: str) -> set[str]:
    ignored = set(frappe.get_hooks("ignore_links_on_delete")) if method == "Delete" else set()
    if method == "Cancel":
        ignored.update(doc.get("ignore_linked_doctypes") or ())
    return ignored


def check_if_doc_is_linked(doc: Any, method: str = "Delete") -> None:
    """LinkExistsError when a Link field holds the document (method Cancel: of a submitted one)."""
    ignored = _ignored(doc, method)
    for link in get_link_fields(doc.doctype):
        if link.parent in ignored or (link.fieldname == "amended_from" and method == "Cancel"):
            continue
        if link.issingle:
            if frappe.db.get_single_value(link.parent, link.fieldname) == doc.name:
                raise_link_exists_exception(doc, link.parent, link.parent)
            continue
        columns = ["name", "docstatus", *(("parent", "parenttype") if link.istable else ())]
        for row in frappe.db.get_values(link.parent, {link.fieldname: doc.name}, columns, as_dict=True):
            _refuse_if_binding(doc, link, row, method, ignored)


def _refuse_if_binding(doc: Any, link: Any, row: Any, method: str, ignored: set[str]) -> None:
    doctype = row.parenttype if row.get("parent") else link.parent
    name = row.get("parent") or row.name
    if doctype in ignored or (method == "Cancel" and not DocStatus(cint(row.docstatus)).is_submitted()):
        return
    if link.parent == doc.doctype and name == doc.name:
        return
    raise_link_exists_exception(doc, doctype, name)


def check_if_doc_is_dynamically_linked(doc: Any, method: str = "Delete") -> None:
    """As above for Dynamic Link fields."""
    always_ignored = set(frappe.get_hooks("ignore_links_on_delete"))
    ignored = always_ignored | _ignored(doc, method)
    for df in get_dynamic_links():
        if df.parent in ignored:
            continue
        if df.issingle:
            values = frappe.db.get_singles_dict(df.parent)
            here = values.get(df.options) == doc.doctype and values.get(df.fieldname) == doc.name
            if here and method == "Delete":
                raise_link_exists_exception(doc, df.parent, df.parent)
            continue
        columns = ["name", "docstatus", *(("parent", "parenttype", "idx") if df.istable else ())]
        filters = {df.options: doc.doctype, df.fieldname: doc.name}
        for row in frappe.db.get_values(df.parent, filters, columns, as_dict=True):
            if method == "Cancel" and not DocStatus(cint(row.docstatus)).is_submitted():
                continue
            doctype = row.parenttype if df.istable else df.parent
            if doctype in ignored:
                continue
            position = f"at Row: {row.idx}" if df.istable else ""
            raise_link_exists_exception(doc, doctype, row.get("parent") or row.name, position)


def raise_link_exists_exception(
    doc: Any, reference_doctype: str, reference_docname: str, row: str = ""
) -> NoReturn:
    from frappe.utils import get_link_to_form

    shown = "" if reference_doctype == reference_docname else _(reference_doctype)
    frappe.throw(
        _("Cannot delete or cancel because {0} {1} is linked with {2} {3} {4}").format(
            _(doc.doctype),
            get_link_to_form(doc.doctype, doc.name),
            shown,
            get_link_to_form(reference_doctype, reference_docname),
            row,
        ),
        frappe.LinkExistsError,
    )


# -- traces -----------------------------------------------------------------


def delete_dynamic_links(doctype: str, name: str) -> None:
    """Comments, versions, shares and to-dos of the document."""
    for reference, (doctype_field, name_field) in REFERENCES.items():
        if frappe.db.table_exists(reference):
            delete_references(reference, doctype, name, doctype_field, name_field)


def delete_references(
    doctype: str,
    reference_doctype: str,
    reference_name: str,
    reference_doctype_field: str = "reference_doctype",
    reference_name_field: str = "reference_name",
) -> None:
    frappe.db.delete(
        doctype, {reference_doctype_field: reference_doctype, reference_name_field: reference_name}
    )


def add_to_deleted_document(doc: Any) -> None:
    """Keeps the document's values where they can be looked up."""
    if doc.doctype == "Deleted Document" or frappe.flags.in_install:
        return
    frappe.get_doc(
        {
            "doctype": "Deleted Document",
            "deleted_doctype": doc.doctype,
            "deleted_name": doc.name,
            "data": doc.as_json(),
            "owner": frappe.session.user,
        }
    ).db_insert()
