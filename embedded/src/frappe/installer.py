"""Makes a site, installs apps on it and removes them again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

import frappe

SITE_FOLDERS = (
    ("public", "files"),
    ("private", "files"),
    ("private", "backups"),
    ("logs",),
    ("locks",),
)


def _new_site(
    db_name: str | None,
    site: str,
    admin_password: str | None = None,
    verbose: bool = False,
    install_apps: list[str] | None = None,
    force: bool = False,
    db_type: str | None = None,
) -> None:
    """A new site with frappe and the given apps; the context of the site must be open."""
    from frappe.database import bootstrap_database, setup_database
    from frappe.utils.password import update_password
    from frappe.utils.scheduler import toggle_scheduler

    sites_path = frappe.local.sites_path
    make_site_dirs()
    make_conf(db_name=db_name, db_type=db_type)
    frappe.destroy()
    frappe.init(site=site, sites_path=sites_path)
    frappe.flags.in_install_db = True
    frappe.flags.new_site = True
    setup_database(force, verbose=verbose)
    bootstrap_database(verbose=verbose)
    frappe.connect()
    frappe.flags.in_install_db = False
    install_app("frappe", verbose=verbose)
    update_password("Administrator", admin_password or "admin")
    frappe.db.commit()
    for app in install_apps or []:
        if app != "frappe":
            install_app(app, verbose=verbose)
            frappe.db.commit()
    toggle_scheduler(True)
    frappe.db.commit()
    print(f"Site {site} has been made with {', '.join(frappe.get_installed_apps())}", flush=True)


def make_site_dirs() -> None:
    for folder in SITE_FOLDERS:
        os.makedirs(frappe.get_site_path(*folder), exist_ok=True)


def make_conf(
    db_name: str | None = None,
    db_password: str | None = None,
    site_config: dict[str, Any] | None = None,
    db_type: str | None = None,
) -> None:
    """Writes site_config.json unless it is there."""
    path = frappe.get_site_path("site_config.json")
    if os.path.exists(path):
        return
    config = dict(site_config or {"db_type": db_type or "sqlite"})
    if db_name:
        config["db_name"] = db_name
    _write_config(path, config)


def update_site_config(
    key: str, value: Any, validate: bool = True, site_config_path: str | None = None
) -> None:
    """Sets one value of site_config.json; the value "None" removes the key."""
    path = site_config_path or get_site_config_path()
    config: dict[str, Any] = {}
    if os.path.exists(path):
        with open(path) as source:
            config = json.load(source)
    if validate and value in ("0", "1"):
        value = int(value)
    if value == "None":
        config.pop(key, None)
    else:
        config[key] = value
    _write_config(path, config)
    if getattr(frappe.local, "conf", None) is not None:
        frappe.local.conf[key] = value


def _write_config(path: str, config: dict[str, Any]) -> None:
    with open(path + ".new", "w") as out:
        json.dump(config, out, indent=1, sort_keys=True)
        out.write("\n")
    os.replace(path + ".new", path)


def get_site_config_path() -> str:
    return str(frappe.get_site_path("site_config.json"))


def install_app(name: str, verbose: bool = False, set_as_patched: bool = True, force: bool = False) -> None:
    """Makes the app's DocTypes, runs its hooks and loads its fixtures."""
    from frappe.core.doctype.scheduled_job_type.scheduled_job_type import sync_jobs
    from frappe.model.sync import sync_for
    from frappe.modules.utils import sync_customizations
    from frappe.utils.fixtures import sync_fixtures

    if name not in frappe.get_all_apps():
        raise click.ClickException(f"App {name} is not in sites/apps.txt of this bench")
    if not force and name in frappe.get_installed_apps():
        click.secho(f"App {name} is already installed", fg="yellow")
        return
    with _in_install(name):
        hooks = frappe.get_hooks(app_name=name)
        for required in hooks.get("required_apps") or []:
            if required.split("/")[-1] not in frappe.get_installed_apps():
                install_app(required.split("/")[-1], verbose=verbose)
        print(f"Installing {name}...", flush=True)
        frappe.flags.in_install = name
        if name != "frappe":
            frappe.only_for("System Manager")
        _run_hooks(hooks, "before_install")
        if name != "frappe":
            add_module_defs(name, ignore_if_duplicate=force)
        sync_for(name, force=int(force), reset_permissions=True)
        if name == "frappe":
            add_module_defs(name, ignore_if_duplicate=True)
        add_to_installed_apps(name)
        if set_as_patched:
            set_all_patches_as_completed(name)
        frappe.clear_cache()
        _run_hooks(hooks, "after_install")
        sync_jobs()
        sync_fixtures(name)
        sync_customizations(name)
        _run_hooks(hooks, "after_sync")
    _run_hooks(frappe.get_hooks(), "after_app_install", name)


@contextmanager
def _in_install(name: str) -> Iterator[None]:
    frappe.flags.in_install = name
    frappe.flags.ignore_in_install = False
    frappe.clear_cache()
    try:
        yield
    finally:
        frappe.flags.in_install = None
        frappe.clear_cache()


def _run_hooks(hooks: dict[str, Any], event: str, *args: Any) -> None:
    for method in hooks.get(event) or []:
        frappe.get_attr(method)(*args)


def add_module_defs(app: str, ignore_if_duplicate: bool = False) -> None:
    for module in frappe.get_module_list(app):
        doc = frappe.new_doc("Module Def")
        doc.app_name, doc.module_name = app, module
        doc.insert(ignore_permissions=True, ignore_if_duplicate=ignore_if_duplicate)


def add_to_installed_apps(app_name: str) -> None:
    installed = frappe.get_installed_apps()
    if app_name not in installed:
        _set_installed_apps([*installed, app_name])
        init_singles()


def init_singles() -> None:
    """Gives each Single that has no values its defaults."""
    for single in frappe.get_all("DocType", filters={"issingle": 1}, pluck="name"):
        if not frappe.db.get_singles_dict(single):
            doc = frappe.new_doc(single)
            doc.flags.update({"ignore_mandatory": True, "ignore_validate": True, "ignore_links": True})
            doc.save(ignore_permissions=True)


def remove_from_installed_apps(app_name: str) -> None:
    installed = frappe.get_installed_apps()
    if app_name in installed:
        _set_installed_apps([app for app in installed if app != app_name])


def _set_installed_apps(apps: list[str]) -> None:
    frappe.db.set_global("installed_apps", json.dumps(apps))
    frappe.db.commit()
    frappe.clear_cache()


def set_all_patches_as_completed(app: str) -> None:
    """A fresh installation needs none of the patches: they are noted, not run."""
    from frappe.modules.patch_handler import get_patches_from_app, update_patch_log

    for patch in get_patches_from_app(app):
        update_patch_log(patch)


def remove_app(
    app_name: str, dry_run: bool = False, yes: bool = False, no_backup: bool = False, force: bool = False
) -> None:
    """Deletes the app's documents, DocTypes and modules, in one transaction per table."""
    from frappe.utils.backups import scheduled_backup

    if not force and app_name not in frappe.get_installed_apps():
        click.secho(f"App {app_name} is not installed on {frappe.local.site}", fg="yellow")
        return
    print(f"Uninstalling {app_name} from {frappe.local.site}...", flush=True)
    if not dry_run and not yes:
        click.confirm("All its documents will be deleted. Continue?", abort=True)
    if not dry_run and not no_backup:
        scheduled_backup(ignore_files=True, force=True)
    frappe.flags.in_uninstall = True
    hooks = frappe.get_hooks(app_name=app_name)
    if not dry_run:
        _run_hooks(frappe.get_hooks(), "before_app_uninstall", app_name)
        _run_hooks(hooks, "before_uninstall")
    modules = frappe.get_all("Module Def", filters={"app_name": app_name}, pluck="name")
    _delete_modules(modules, dry_run=dry_run)
    if not dry_run:
        remove_from_installed_apps(app_name)
        _run_hooks(hooks, "after_uninstall")
        _run_hooks(frappe.get_hooks(), "after_app_uninstall", app_name)
        _sync_jobs_of_rest()
        frappe.db.commit()
    click.secho(f"Uninstalled {app_name} from {frappe.local.site}", fg="green")
    frappe.flags.in_uninstall = False


def _sync_jobs_of_rest() -> None:
    from frappe.core.doctype.scheduled_job_type.scheduled_job_type import sync_jobs

    frappe.clear_cache()
    sync_jobs()


def _delete_modules(modules: list[str], dry_run: bool) -> None:
    links = _get_module_linked_doctypes()
    for module in modules:
        print(f"Deleting Module '{module}'")
        _delete_linked_documents(module, links, dry_run)
        _delete_linked_documents(module, {"DocType": "module"}, dry_run)
        if not dry_run:
            frappe.db.delete("Module Def", {"name": module})


def _delete_linked_documents(module: str, links: dict[str, str], dry_run: bool) -> None:
    for doctype, fieldname in links.items():
        for name in frappe.get_all(doctype, filters={fieldname: module}, pluck="name"):
            print(f"* removing {doctype} '{name}'...")
            if not dry_run:
                frappe.delete_doc(doctype, name, ignore_on_trash=True, force=True, ignore_missing=True)


def _get_module_linked_doctypes() -> dict[str, str]:
    """DocTypes with a Link to Module Def (Report, Custom Field, ...), except DocType itself."""
    filters = {"fieldtype": "Link", "options": "Module Def"}
    found = {
        row.parent: row.fieldname
        for row in frappe.get_all("DocField", filters=filters, fields=["parent", "fieldname"])
    }
    found.pop("DocType", None)
    for doctype in list(found):
        if frappe.get_meta(doctype).istable or frappe.get_meta(doctype).issingle:
            del found[doctype]
    return found
