"""Runs the method that a request names; uploads; methods of documents."""

import inspect
from mimetypes import guess_type
from typing import Any

from werkzeug.wrappers import Response

import frappe
from frappe import _, is_whitelisted, ping
from frappe.utils import cint

ALLOWED_MIMETYPES = (
    "image/png",
    "image/jpeg",
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "text/plain",
    "text/csv",
)


def handle() -> Any:
    """Runs the command of the form; what it returns is the answer's `message`."""
    cmd = frappe.local.form_dict.cmd
    if cmd == "login":  # done while the session was opened
        return None
    data = execute_cmd(cmd)
    if isinstance(data, Response):
        return data
    if data is not None:
        frappe.response["message"] = data
    return None


def execute_cmd(cmd: str, from_async: bool = False) -> Any:
    overrides = (frappe.get_hooks("override_whitelisted_methods") or {}).get(cmd, [])
    cmd = overrides[-1] if overrides else cmd
    try:
        method = get_attr(cmd)
    except Exception as error:
        frappe.throw(_("Failed to get method for command {0} with {1}").format(cmd, error))
    if method is not run_doc_method:
        is_whitelisted(method)
        is_valid_http_method(method)
    return frappe.call(method, **frappe.form_dict)


def get_attr(cmd: str) -> Any:
    return frappe.get_attr(cmd) if "." in cmd else globals()[cmd]


def is_valid_http_method(method: Any) -> None:
    if frappe.flags.in_safe_exec:
        return
    if frappe.local.request.method not in frappe.allowed_http_methods_for_whitelisted_func[method]:
        throw_permission_error()


def throw_permission_error() -> None:
    frappe.throw(_("Not permitted"), frappe.PermissionError)


@frappe.whitelist(allow_guest=True)
def logout() -> None:
    frappe.local.login_manager.logout()


@frappe.whitelist(allow_guest=True)
def upload_file() -> Any:
    """Keeps the file of a multipart form (or the address of one) as a File, attached where the form says."""
    ignore_permissions = _guest_may_upload()
    form, files = frappe.form_dict, frappe.local.request.files
    if form.get("doctype"):
        check_write_permission(form.doctype, form.get("docname"))
    filename, content = form.get("file_name"), None
    if "file" in files:
        filename, content = files["file"].filename, files["file"].stream.read()
        _check_type(filename)
    if form.get("method"):
        frappe.local.uploaded_file, frappe.local.uploaded_filename = content, filename
        method = frappe.get_attr(form.method)
        is_whitelisted(method)
        return method()
    return frappe.get_doc(
        {
            "doctype": "File",
            "attached_to_doctype": form.get("doctype"),
            "attached_to_name": form.get("docname"),
            "attached_to_field": form.get("fieldname"),
            "folder": form.get("folder") or "Home",
            "file_name": filename,
            "file_url": form.get("file_url"),
            "is_private": cint(form.get("is_private")),
            "content": content,
        }
    ).save(ignore_permissions=ignore_permissions)


def _guest_may_upload() -> bool:
    if frappe.session.user != "Guest":
        return False
    if not cint(frappe.get_system_settings("allow_guests_to_upload_files")):
        raise frappe.PermissionError
    return True


def _check_type(filename: str | None) -> None:
    """Users without the desk may bring documents and pictures only."""
    if (
        frappe.session.user != "Guest"
        and frappe.db.get_value("User", frappe.session.user, "user_type") == "System User"
    ):
        return
    if guess_type(filename or "")[0] not in ALLOWED_MIMETYPES:
        frappe.throw(_("You can only upload JPG, PNG, PDF, TXT, CSV or Microsoft documents."))


def check_write_permission(doctype: str | None = None, name: str | None = None) -> None:
    """A new document that is not saved yet needs the right to write its DocType."""
    if doctype and name and frappe.db.exists(doctype, name):
        frappe.get_doc(doctype, name).check_permission("write")
    elif doctype:
        frappe.has_permission(doctype, "write", throw=True)


@frappe.whitelist(allow_guest=True)
def download_file(file_url: str) -> None:
    from frappe.core.doctype.file.file import download_file as download

    download(file_url)


@frappe.whitelist()
def run_doc_method(
    method: str,
    docs: Any = None,
    dt: str | None = None,
    dn: str | None = None,
    arg: Any = None,
    args: Any = None,
) -> None:
    """Runs a whitelisted method of a saved document (dt, dn) or of one as the form holds it (docs)."""
    doc = frappe.get_doc(dt, dn or dt) if dt else _document_of_form(docs)
    if not doc or not doc.has_permission("read"):
        throw_permission_error()
    try:
        args = frappe.parse_json(args if args is not None else arg)
    except ValueError:
        pass
    function = getattr(doc, method)
    function = getattr(function, "__func__", function)
    is_whitelisted(function)
    is_valid_http_method(function)
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    if not names:
        answer = doc.run_method(method)
    elif "args" in names or not isinstance(args, dict):
        answer = doc.run_method(method, args)
    else:
        answer = doc.run_method(method, **args)
    frappe.response.docs.append(doc)
    if answer is not None:
        frappe.response["message"] = answer


def _document_of_form(docs: Any) -> Any:
    doc = frappe.get_doc(frappe.parse_json(docs))
    doc._original_modified = doc.modified
    doc.check_if_latest()
    return doc


__all__ = ["execute_cmd", "handle", "logout", "ping", "run_doc_method", "upload_file"]
