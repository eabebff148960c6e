"""From a DocType or module name to its app, folder and code; customisations that apps bring along."""

from __future__ import annotations

import importlib
import json
import os
from types import ModuleType
from typing import Any

import frappe
from frappe import _
from frappe._hooks import get_module_path
from frappe._tools import scrub


def get_module_app(module: str) -> str:
    """The app that a module belongs to; DoesNotExistError for an unknown module."""
    if frappe.local.module_app is None:
        frappe.setup_module_map()
    app = frappe.local.module_app.get(scrub(module))
    if app is None:
        frappe.throw(_("Module {} not found").format(module), frappe.DoesNotExistError)
    return app


def load_doctype_module(doctype: str, module: str, prefix: str = "", suffix: str = "") -> ModuleType:
    """The Python module of a DocType; ImportError when there is none."""
    name = scrub(doctype)
    try:
        app = get_module_app(module)
        return importlib.import_module(f"{app}.{scrub(module)}.doctype.{name}.{prefix}{name}{suffix}")
    except ImportError as error:
        raise ImportError(
            f"Module import failed for {doctype}, the DocType you're trying to open might be deleted.\nError: {error}"
        ) from error


def reload_doc(
    module: str,
    dt: str | None = None,
    dn: str | None = None,
    force: bool = False,
    reset_permissions: bool = False,
) -> Any:
    """Imports one file of a module again: reload_doc("stock", "doctype", "item")."""
    from frappe.modules.import_file import import_file_by_path

    folder = os.path.join(get_module_path(scrub(module)), scrub(dt or ""), scrub(dn or ""))
    path = os.path.join(folder, f"{scrub(dn or '')}.json")
    return import_file_by_path(path, force=force or True, reset_permissions=reset_permissions)


def sync_customizations(app: str | None = None) -> None:
    """Reads `<app>/<module>/custom/*.json` of the app, or of all."""
    apps = [app] if app else frappe.get_installed_apps()
    for name in apps:
        for module in frappe.get_module_list(name):
            folder = frappe.get_app_path(name, scrub(module), "custom")
            if not os.path.isdir(folder):
                continue
            for filename in sorted(os.listdir(folder)):
                if filename.endswith(".json"):
                    with open(os.path.join(folder, filename)) as source:
                        sync_customizations_for_doctype(json.load(source), folder, filename)


def sync_customizations_for_doctype(data: dict[str, Any], folder: str, filename: str = "") -> None:
    """Custom fields that an app keeps for another app's DocType."""
    doctype = data["doctype"]
    if not frappe.db.exists("DocType", doctype):
        print(_("DocType {0} does not exist.").format(doctype))
        return
    for row in data.get("custom_fields") or ():
        _sync_custom_field(row)
    frappe.clear_cache(doctype=doctype)
    frappe.db.updatedb(doctype)


def _sync_custom_field(row: dict[str, Any]) -> None:
    name = frappe.db.get_value("Custom Field", {"dt": row["dt"], "fieldname": row["fieldname"]})
    if name:
        field = frappe.get_doc("Custom Field", name)
        field.flags.ignore_validate = True
        field.update({key: value for key, value in row.items() if key not in _STAMPS})
        field.db_update()
        return
    field = frappe.get_doc({**row, "doctype": "Custom Field"})
    field.name = f"{row['dt']}-{row['fieldname']}"
    field.db_insert()


_STAMPS = ("name", "creation", "modified", "modified_by", "owner", "docstatus")
