"""frappe.client: documents for programs, each with the caller's permissions."""

import json
from typing import Any

import frappe
from frappe import _
from frappe.model import child_table_fields, default_fields
from frappe.utils import get_safe_filters


@frappe.whitelist()
def get_list(
    doctype: str,
    fields: Any = None,
    filters: Any = None,
    group_by: Any = None,
    order_by: Any = None,
    limit_start: Any = None,
    limit_page_length: Any = 20,
    parent: str | None = None,
    debug: bool = False,
    as_dict: bool = True,
    or_filters: Any = None,
) -> Any:
    """Rows of a DocType: `fields`, `filters`, `order_by`, paging by `limit_start` and `limit_page_length`."""
    from frappe.desk.reportview import validate_args

    if frappe.is_table(doctype):
        check_parent_permission(parent, doctype)
    args = frappe._dict(
        doctype=doctype,
        parent_doctype=parent,
        fields=fields,
        filters=filters,
        or_filters=or_filters,
        group_by=group_by,
        order_by=order_by,
        limit_start=limit_start,
        limit_page_length=limit_page_length,
        debug=debug,
        as_list=not as_dict,
    )
    validate_args(args)
    return frappe.get_list(**args)


@frappe.whitelist()
def get_count(doctype: str, filters: Any = None, debug: bool = False, cache: bool = False) -> int:
    """Number of rows; the caller needs to read the DocType."""
    frappe.has_permission(doctype, "read", throw=True)
    return int(frappe.db.count(doctype, get_safe_filters(filters), debug, cache))


@frappe.whitelist()
def get(doctype: str, name: Any = None, filters: Any = None, parent: str | None = None) -> Any:
    """One document by its name or by filters."""
    if frappe.is_table(doctype):
        check_parent_permission(parent, doctype)
    filters = get_safe_filters(filters)
    doc = frappe.get_doc(doctype, name or filters) if name or filters else frappe.get_doc(doctype)
    doc.check_permission()
    doc.apply_fieldlevel_read_permissions()
    return doc.as_dict()


@frappe.whitelist()
def get_value(
    doctype: str,
    fieldname: Any,
    filters: Any = None,
    as_dict: Any = True,
    debug: bool = False,
    parent: str | None = None,
) -> Any:
    """Fields of the first row that meets the filters."""
    if frappe.is_table(doctype):
        check_parent_permission(parent, doctype)
    if not frappe.has_permission(doctype, parent_doctype=parent):
        frappe.throw(_("No permission for {0}").format(_(doctype)), frappe.PermissionError)
    filters = get_safe_filters(filters) or None
    if isinstance(filters, str):
        filters = {"name": filters}
    fields = _fields(fieldname)
    if frappe.get_meta(doctype).issingle:
        value = frappe.db.get_values_from_single(fields, filters, doctype, as_dict=as_dict, debug=debug)
    else:
        value = get_list(
            doctype,
            filters=filters,
            fields=fields,
            debug=debug,
            limit_page_length=1,
            parent=parent,
            as_dict=as_dict,
        )
    if as_dict:
        return value[0] if value else {}
    if not value:
        return None
    return value[0] if len(fields) > 1 else value[0][0]


def _fields(fieldname: Any) -> list[str]:
    try:
        fields = frappe.parse_json(fieldname)
    except (TypeError, ValueError):
        return [fieldname]
    return fields if isinstance(fields, list) else [fieldname]


@frappe.whitelist()
def get_single_value(doctype: str, field: str) -> Any:
    if not frappe.has_permission(doctype):
        frappe.throw(_("No permission for {0}").format(_(doctype)), frappe.PermissionError)
    return frappe.db.get_single_value(doctype, field)


@frappe.whitelist(methods=["POST", "PUT"])
def set_value(doctype: str, name: str, fieldname: Any, value: Any = None) -> Any:
    """Sets one field, or the fields of a dict, and saves the document."""
    if isinstance(fieldname, str) and fieldname in (*default_fields, *child_table_fields):
        frappe.throw(_("Cannot edit standard fields"))
    values = {fieldname: value} if value and isinstance(fieldname, str) else _values(fieldname)
    if frappe.get_meta(doctype).istable:
        row = frappe.db.get_value(doctype, name, ["parenttype", "parent"], as_dict=True)
        doc = frappe.get_doc(row.parenttype, row.parent)
        doc.getone({"doctype": doctype, "name": name}).update(values)
    else:
        doc = frappe.get_doc(doctype, name)
        doc.update(values)
    doc.save()
    return doc.as_dict()


def _values(fieldname: Any) -> Any:
    if isinstance(fieldname, dict):
        return fieldname
    if not isinstance(fieldname, str):
        raise frappe.InvalidArgument("fieldname")
    try:
        return json.loads(fieldname)
    except ValueError:
        return {fieldname: ""}


@frappe.whitelist(methods=["POST", "PUT"])
def insert(doc: Any = None) -> Any:
    return insert_doc(frappe.parse_json(doc)).as_dict()


@frappe.whitelist(methods=["POST", "PUT"])
def insert_many(docs: Any = None) -> list[str]:
    docs = frappe.parse_json(docs)
    if not isinstance(docs, list):
        raise frappe.InvalidArgument("docs")
    if len(docs) > 200:
        frappe.throw(_("Only 200 inserts allowed in one request"))
    return [insert_doc(doc).name for doc in docs]


def insert_doc(doc: Any) -> Any:
    """The new document; for a child row its parent, saved with the row appended."""
    if not isinstance(doc, dict):
        raise frappe.InvalidArgument("doc")
    doc = frappe._dict(doc)
    if not frappe.is_table(doc.doctype):
        return frappe.get_doc(doc).insert()
    if not (doc.parenttype and doc.parent and doc.parentfield):
        frappe.throw(_("Parenttype, Parent and Parentfield are required to insert a child record"))
    parent = frappe.get_doc(doc.parenttype, doc.parent)
    parent.append(doc.parentfield, doc)
    parent.save()
    return parent


@frappe.whitelist(methods=["POST", "PUT"])
def save(doc: Any) -> Any:
    saved = frappe.get_doc(frappe.parse_json(doc))
    saved.save()
    return saved.as_dict()


@frappe.whitelist(methods=["POST", "PUT"])
def rename_doc(doctype: str, old_name: str, new_name: str, merge: Any = False) -> str:
    return str(frappe.rename_doc(doctype, old_name, new_name, merge=merge))


@frappe.whitelist(methods=["POST", "PUT"])
def submit(doc: Any) -> Any:
    submitted = frappe.get_doc(frappe.parse_json(doc))
    submitted.submit()
    return submitted.as_dict()


@frappe.whitelist(methods=["POST", "PUT"])
def cancel(doctype: str, name: str) -> Any:
    wrapper = frappe.get_doc(doctype, name)
    wrapper.cancel()
    return wrapper.as_dict()


@frappe.whitelist(methods=["DELETE", "POST"])
def delete(doctype: str, name: str) -> None:
    if not frappe.is_table(doctype):
        frappe.delete_doc(doctype, name, ignore_missing=False)
        return
    row = frappe.db.get_value(doctype, name, ["parenttype", "parent", "parentfield"], as_dict=True)
    if not row:
        raise frappe.DoesNotExistError
    parent = frappe.get_doc(row.parenttype, row.parent)
    parent.set(row.parentfield, [child for child in parent.get(row.parentfield) if child.name != name])
    parent.save()


@frappe.whitelist(methods=["POST", "PUT"])
def bulk_update(docs: str) -> dict[str, Any]:
    """Updates each document on its own; tells which failed and why."""
    failed = []
    for doc in frappe.parse_json(docs):
        doc.pop("flags", None)
        try:
            existing = frappe.get_doc(doc["doctype"], doc["docname"])
            existing.update(doc)
            existing.save()
        except Exception:
            failed.append({"doc": doc, "exc": frappe.utils.get_traceback()})
    return {"failed_docs": failed}


@frappe.whitelist()
def has_permission(doctype: str, docname: str, perm_type: str = "read") -> dict[str, Any]:
    frappe.get_meta(doctype)
    return {"has_permission": frappe.has_permission(doctype, perm_type.lower(), docname)}


@frappe.whitelist()
def get_doc_permissions(doctype: str, docname: str) -> dict[str, Any]:
    from frappe.permissions import get_doc_permissions as permissions_of

    return {"permissions": permissions_of(frappe.get_doc(doctype, docname))}


@frappe.whitelist()
def is_document_amended(doctype: str, docname: str) -> Any:
    if not frappe.has_permission(doctype) or not frappe.get_meta(doctype).has_field("amended_from"):
        return False
    return frappe.db.exists(doctype, {"amended_from": docname})


@frappe.whitelist()
def validate_link(doctype: str, docname: str, fields: Any = None) -> Any:
    """The name as stored and the asked fields of a link's target; name None when it does not exist."""
    if not (frappe.has_permission(doctype, "select") or frappe.has_permission(doctype, "read")):
        frappe.throw(
            _("You do not have Read or Select Permissions for {}").format(frappe.bold(doctype)),
            frappe.PermissionError,
        )
    values = frappe._dict(name=frappe.db.get_value(doctype, docname, cache=True))
    fields = frappe.parse_json(fields)
    if values.name and fields:
        values.update(get_value(doctype, fields, values.name))
    return values


def check_parent_permission(parent: str | None, child_doctype: str | None) -> None:
    """Child rows are read with the permission on the parent DocType that the caller names."""
    if parent:
        tables = [field.options for field in frappe.get_meta(parent).get_table_fields()]
        if (not child_doctype or child_doctype in tables) and frappe.has_permission(parent):
            return
    raise frappe.PermissionError
