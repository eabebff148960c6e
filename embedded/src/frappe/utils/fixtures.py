"""Records that an app brings along: `<app>/fixtures/*.json` and the customisations of its modules."""

from __future__ import annotations

import os
from typing import Any

import frappe


def sync_fixtures(app: str | None = None) -> None:
    """Imports the fixtures of one app or of all installed apps; existing records are overwritten."""
    frappe.flags.in_fixtures = True
    try:
        for name in [app] if app else frappe.get_installed_apps():
            import_fixtures(name)
    finally:
        frappe.flags.in_fixtures = False


def import_fixtures(app: str) -> None:
    from frappe.modules.import_file import import_file_by_path

    folder = frappe.get_app_path(app, "fixtures")
    if not os.path.isdir(folder):
        return
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            frappe.flags.mute_emails = True
            import_file_by_path(
                os.path.join(folder, name), data_import=True, force=True, reset_permissions=True
            )
            frappe.flags.mute_emails = False


def export_fixtures(app: str | None = None) -> None:
    """Writes the records that `fixtures` in hooks.py names into the app's folder."""
    for name in [app] if app else frappe.get_installed_apps():
        for fixture in frappe.get_hooks("fixtures", app_name=name):
            _export(name, {"dt": fixture} if isinstance(fixture, str) else fixture)


def _export(app: str, fixture: dict[str, Any]) -> None:
    doctype = fixture.get("doctype") or fixture["dt"]
    filters, or_filters = fixture.get("filters"), fixture.get("or_filters")
    prefix = f"{fixture['prefix']}_" if fixture.get("prefix") else ""
    path = frappe.get_app_path(app, "fixtures", f"{prefix}{frappe.scrub(doctype)}.json")
    print(f"Exporting {doctype} app {app} filters {filters or or_filters}")
    names = frappe.get_all(
        doctype, filters=filters, or_filters=or_filters, pluck="name", order_by="idx asc, creation asc"
    )
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(frappe.as_json([_for_export(frappe.get_doc(doctype, name)) for name in names]))
        out.write("\n")


def _for_export(doc: Any) -> dict[str, Any]:
    """A record without what belongs to one site."""
    values: dict[str, Any] = doc.as_dict(no_nulls=False)
    for key in ("creation", "owner", "modified_by", "idx"):
        values.pop(key, None)
    for rows in (value for value in values.values() if isinstance(value, list)):
        for row in rows:
            for key in ("creation", "owner", "modified_by", "modified", "idx", "name", "docstatus"):
                row.pop(key, None)
    return values
