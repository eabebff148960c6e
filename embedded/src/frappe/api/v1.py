"""/api/method and /api/resource."""

from typing import Any

from werkzeug.routing import Rule

import frappe
from frappe.utils import sbool


def handle_rpc_call(method: str) -> Any:
    from frappe.handler import handle

    frappe.form_dict.cmd = method.split("/")[0]
    return handle()


def document_list(doctype: str) -> Any:
    form = frappe.form_dict
    if form.get("fields"):
        form["fields"] = frappe.parse_json(form["fields"])
    form.setdefault("limit_page_length", form.limit or 20)
    for flag in ("as_dict", "debug"):
        if form.get(flag) is not None:
            form[flag] = sbool(form[flag])
    return frappe.call(frappe.client.get_list, doctype, **form)


def create_doc(doctype: str) -> Any:
    data = get_request_form_data()
    data.pop("doctype", None)
    return frappe.new_doc(doctype, **data).insert()


def read_doc(doctype: str, name: str) -> Any:
    if frappe.form_dict.get("run_method"):
        return execute_doc_method(doctype, name)
    doc = frappe.get_doc(doctype, name)
    if not doc.has_permission("read"):
        raise frappe.PermissionError
    doc.apply_fieldlevel_read_permissions()
    return doc


def update_doc(doctype: str, name: str) -> Any:
    data = get_request_form_data()
    doc = frappe.get_doc(doctype, name, for_update=True)
    data.pop("flags", None)
    doc.update(data)
    doc.save()
    if doc.get("parenttype"):
        frappe.get_doc(doc.parenttype, doc.parent).save()
    return doc


def delete_doc(doctype: str, name: str) -> str:
    frappe.delete_doc(doctype, name, ignore_missing=False)
    frappe.response.http_status_code = 202
    return "ok"


def execute_doc_method(doctype: str, name: str, method: str | None = None) -> Any:
    """A whitelisted method of the document; by POST it needs write permission."""
    method = method or frappe.form_dict.pop("run_method")
    doc = frappe.get_doc(doctype, name)
    doc.is_whitelisted(method)
    doc.check_permission("read" if frappe.local.request.method == "GET" else "write")
    return doc.run_method(method, **frappe.form_dict)


def get_request_form_data() -> Any:
    """The document's values: the JSON body, the `data` argument, or the form itself."""
    data = frappe.form_dict.get("data")
    if data is None:
        data = frappe.safe_decode(frappe.local.request.get_data())
    try:
        return frappe.parse_json(data)
    except ValueError:
        return frappe.form_dict


url_rules = [
    Rule("/method/<path:method>", endpoint=handle_rpc_call),
    Rule("/resource/<doctype>", methods=["GET"], endpoint=document_list),
    Rule("/resource/<doctype>", methods=["POST"], endpoint=create_doc),
    Rule("/resource/<doctype>/<path:name>", methods=["GET"], endpoint=read_doc),
    Rule("/resource/<doctype>/<path:name>", methods=["PUT"], endpoint=update_doc),
    Rule("/resource/<doctype>/<path:name>", methods=["DELETE"], endpoint=delete_doc),
    Rule("/resource/<doctype>/<path:name>", methods=["POST"], endpoint=execute_doc_method),
]
