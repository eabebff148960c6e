"""Brings the site's DocTypes, reports and print formats up to what the apps' files say."""

from __future__ import annotations

import os

import frappe
from frappe.modules.import_file import import_file_by_path

DOCUMENT_TYPES = ("doctype", "report", "print_format", "workspace")
# These describe all others, so they come first, in this order.
FIRST = (
    "core/docfield core/docperm core/doctype_action core/doctype_link core/doctype_state core/defaultvalue "
    "core/doctype core/module_def core/role core/has_role custom/custom_field custom/property_setter "
    "core/custom_docperm core/user"
).split()


def sync_all(force: bool | int = 0, reset_permissions: bool = False) -> None:
    """All installed apps in their order."""
    for app in frappe.get_installed_apps():
        sync_for(app, force, reset_permissions=reset_permissions)
    frappe.clear_cache()


def sync_for(app_name: str, force: bool | int = 0, reset_permissions: bool = False) -> None:
    """One app: its DocTypes first, then the documents that lie in its modules."""
    for path in get_files(app_name):
        import_file_by_path(path, force=bool(force), ignore_version=True, reset_permissions=reset_permissions)
    frappe.clear_cache()


def get_files(app_name: str) -> list[str]:
    """JSON files of the app in the order in which they are read."""
    places = [place.split("/") for place in FIRST]
    first = [
        frappe.get_app_path("frappe", module, "doctype", name, f"{name}.json") for module, name in places
    ]
    files = first if app_name == "frappe" else []
    for module in frappe.get_module_list(app_name):
        files.extend(get_doc_files(frappe.get_app_path(app_name, frappe.scrub(module))))
    order = {path: position for position, path in enumerate(dict.fromkeys(files))}
    is_doctype = f"{os.sep}doctype{os.sep}"
    return sorted(order, key=lambda path: (is_doctype not in path, order[path]))


def get_doc_files(start_path: str) -> list[str]:
    found = []
    for kind in DOCUMENT_TYPES:
        folder = os.path.join(start_path, kind)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name, f"{name}.json")
            if os.path.exists(path):
                found.append(path)
    return found
