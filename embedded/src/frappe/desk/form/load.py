"""A document as a form needs it: the document, its DocType, and what happened to it."""

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_user_info


@frappe.whitelist()
def getdoc(doctype: str, name: str, user: str | None = None) -> None:
    """Puts the document into `docs` and its circumstances into `docinfo`."""
    if not (doctype and name):
        raise frappe.InvalidArgument("doctype and name required!")
    try:
        doc = frappe.get_doc(doctype, name)
    except frappe.DoesNotExistError:
        frappe.clear_last_message()
        return
    doc.check_permission("read")
    run_onload(doc)
    doc.apply_fieldlevel_read_permissions()
    get_docinfo(doc)
    set_link_titles(doc)
    frappe.response.docs.append(doc)


@frappe.whitelist()
def getdoctype(doctype: str, with_parent: bool = False, cached_timestamp: Any = None) -> Any:
    """Puts the DocType and those of its tables into `docs`."""
    docs = get_meta_bundle(doctype)
    frappe.response["user_settings"] = get_user_settings(doctype)
    if cached_timestamp and str(docs[0].get("modified")) == str(cached_timestamp):
        return "use_cache"
    frappe.response.docs.extend(docs)
    return None


def get_meta_bundle(doctype: str) -> list[Any]:
    meta = frappe.get_meta(doctype)
    tables = [frappe.get_meta(field.options) for field in meta.get_table_fields()]
    return [entry.as_dict(no_nulls=True) for entry in (meta, *tables)]


def get_user_settings(doctype: str) -> str:
    return "{}"


def run_onload(doc: Any) -> None:
    doc.set("__onload", frappe._dict())
    doc.run_method("onload")


@frappe.whitelist()
def get_docinfo(doc: Any = None, doctype: str | None = None, name: str | None = None) -> Any:
    """Attachments, comments, versions, shares, assignments, tags and permissions of a document."""
    from frappe.permissions import get_doc_permissions

    if not isinstance(doc, Document):  # what a form sends as `doc` says nothing about who may read it
        doc = frappe.get_doc(doctype, name)
        doc.check_permission("read")
    comments = _comments(doc)
    info = frappe._dict(
        doctype=doc.doctype,
        name=doc.name,
        user_info={},
        comments=[row for row in comments if row.comment_type == "Comment"],
        assignments=[],
        attachment_logs=[row for row in comments if row.comment_type in ("Attachment", "Attachment Removed")],
        workflow_logs=[row for row in comments if row.comment_type == "Workflow"],
        attachments=get_attachments(doc.doctype, doc.name),
        communications=[],
        versions=_versions(doc),
        permissions=get_doc_permissions(doc),
        shared=_shares(doc),
        views=[],
        tags=doc.get("_user_tags") or "",
    )
    people = {
        doc.owner,
        doc.modified_by,
        *(row.owner for row in comments),
        *(row.owner for row in info.versions),
    }
    add_user_info([name for name in people if name], info.user_info)
    frappe.response["docinfo"] = info
    return info


def _comments(doc: Any) -> list[Any]:
    fields = ["name", "creation", "content", "owner", "comment_type", "comment_email", "comment_by"]
    filters = {"reference_doctype": doc.doctype, "reference_name": doc.name}
    return list(frappe.get_all("Comment", filters, fields, order_by="creation asc"))


def _versions(doc: Any) -> list[Any]:
    filters = {"ref_doctype": doc.doctype, "docname": doc.name}
    fields = ["name", "owner", "creation", "data"]
    return list(frappe.get_all("Version", filters, fields, order_by="creation desc", limit=10))


def _shares(doc: Any) -> list[Any]:
    fields = ["user", "read", "write", "submit", "share", "everyone", "owner", "creation"]
    return list(frappe.get_all("DocShare", {"share_doctype": doc.doctype, "share_name": doc.name}, fields))


def get_attachments(dt: str, dn: str) -> list[Any]:
    return list(
        frappe.get_all(
            "File",
            fields=["name", "file_name", "file_url", "is_private"],
            filters={"attached_to_name": str(dn), "attached_to_doctype": dt},
        )
    )


def set_link_titles(doc: Any) -> None:
    """Titles of linked documents whose DocType shows titles in links."""
    titles = {}
    for field in doc.meta.get_link_fields():
        value = doc.get(field.fieldname)
        meta = frappe.get_meta(field.options) if value and field.options else None
        if meta and meta.get("show_title_field_in_link") and meta.title_field:
            titles[f"{field.options}::{value}"] = frappe.db.get_value(
                field.options, value, meta.title_field, cache=True
            )
    frappe.response["_link_titles"] = titles
