"""Commands that make, change, save and remove sites."""

from __future__ import annotations

import getpass
import os
import shutil
import sys
from typing import Any

import click

import frappe
from frappe.commands import get_site, on_site, pass_context


@click.command("new-site")
@click.argument("site")
@click.option("--db-name", help="Kept for scripts written for MariaDB; the database is <site>/site.db")
@click.option("--db-type", default="sqlite", type=click.Choice(["sqlite"]))
@click.option("--admin-password", help="Administrator password of the new site")
@click.option("--verbose", is_flag=True, default=False)
@click.option("--force", is_flag=True, default=False, help="Replace the site if it is there")
@click.option("--install-app", multiple=True, help="Install this app after the site is made")
@click.option("--set-default", is_flag=True, default=False, help="Make it the default site of the bench")
def new_site(
    site: str,
    db_name: str | None = None,
    db_type: str = "sqlite",
    admin_password: str | None = None,
    verbose: bool = False,
    force: bool = False,
    install_app: tuple[str, ...] = (),
    set_default: bool = False,
) -> None:
    """Create a new site"""
    from frappe.installer import _new_site

    if os.path.exists(os.path.join(site, "site_config.json")) and not force:
        raise click.ClickException(f"Site {site} already exists; --force replaces it")
    frappe.init(site=site, new_site=True)
    try:
        _new_site(
            db_name,
            site,
            admin_password=admin_password or _ask_password(),
            verbose=verbose,
            install_apps=list(install_app),
            force=force,
            db_type=db_type,
        )
    finally:
        frappe.destroy()
    if set_default:
        _use(site)


def _ask_password() -> str:
    configured = frappe.get_common_site_config(".").get("admin_password")
    if configured or not sys.stdin.isatty():
        return str(configured or "admin")
    return getpass.getpass("Set Administrator password: ")


@click.command("install-app")
@click.argument("apps", nargs=-1, required=True)
@click.option("--force", is_flag=True, default=False)
@pass_context
def install_app(context: dict[str, Any], apps: tuple[str, ...], force: bool = False) -> None:
    """Install apps on the site"""
    from frappe.installer import install_app as _install_app

    for site in context["sites"]:
        with on_site(site):
            for app in apps:
                _install_app(app, verbose=context["verbose"], force=force)
                frappe.db.commit()


@click.command("uninstall-app")
@click.argument("app")
@click.option("--yes", "-y", is_flag=True, default=False, help="Do not ask")
@click.option("--dry-run", is_flag=True, default=False, help="Only list what would be deleted")
@click.option("--no-backup", is_flag=True, default=False, help="Do not back up the site before")
@click.option("--force", is_flag=True, default=False)
@pass_context
def uninstall(
    context: dict[str, Any], app: str, dry_run: bool, yes: bool, no_backup: bool, force: bool
) -> None:
    """Remove an app and all its data from the site"""
    from frappe.installer import remove_app

    for site in context["sites"]:
        with on_site(site):
            remove_app(app_name=app, dry_run=dry_run, yes=yes, no_backup=no_backup, force=force)


@click.command("list-apps")
@click.option("--format", "-f", type=click.Choice(["text", "json"]), default="text")
@pass_context
def list_apps(context: dict[str, Any], format: str) -> None:
    """List the installed apps of the site"""
    import json

    found: dict[str, list[str]] = {}
    for site in context["sites"]:
        with on_site(site):
            found[site] = frappe.get_installed_apps()
            if format == "text":
                for app in found[site]:
                    print(f"{app:<12} {frappe.get_attr(app + '.__version__')}")
    if format == "json":
        print(json.dumps(found))


@click.command("migrate")
@click.option("--skip-failing", is_flag=True, help="Go on after a patch that fails")
@click.option("--skip-search-index", is_flag=True, help="Kept for scripts; there is no search index")
@pass_context
def migrate(context: dict[str, Any], skip_failing: bool = False, skip_search_index: bool = False) -> None:
    """Run patches, sync schema, fixtures and translations"""
    from frappe.migrate import SiteMigration

    for site in context["sites"]:
        click.secho(f"Migrating {site}", fg="green")
        SiteMigration(skip_failing=skip_failing, skip_search_index=skip_search_index).run(site=site)


@click.command("run-patch")
@click.argument("module")
@click.option("--force", is_flag=True)
@pass_context
def run_patch(context: dict[str, Any], module: str, force: bool) -> None:
    """Run one patch"""
    from frappe.modules.patch_handler import run_single

    for site in context["sites"]:
        with on_site(site):
            run_single(module, force=force or context["force"])


@click.command("backup")
@click.option("--with-files", is_flag=True, default=False, help="Take the files too")
@click.option("--backup-path", help="Folder of the backup; default <site>/private/backups")
@click.option("--compress", is_flag=True, default=False, help="Compress the files")
@click.option("--verbose", is_flag=True, default=False)
@pass_context
def backup(
    context: dict[str, Any],
    with_files: bool = False,
    backup_path: str | None = None,
    compress: bool = False,
    verbose: bool = False,
) -> None:
    """Back up the database, and with --with-files the files"""
    from frappe.utils.backups import scheduled_backup

    for site in context["sites"]:
        with on_site(site):
            done = scheduled_backup(
                ignore_files=not with_files,
                backup_path=backup_path and os.path.abspath(backup_path),
                compress=compress,
                force=True,
                verbose=verbose,
            )
            click.secho(f"Backup of {site}", fg="green")
            done.print_summary()


@click.command("restore")
@click.argument("sql-file-path")
@click.option("--admin-password", help="Set this Administrator password afterwards")
@click.option("--with-public-files", help="Also restore the public files from this archive")
@click.option("--with-private-files", help="Also restore the private files from this archive")
@click.option("--force", is_flag=True, default=False, help="Restore although the site has newer data")
@pass_context
def restore(
    context: dict[str, Any],
    sql_file_path: str,
    admin_password: str | None = None,
    with_public_files: str | None = None,
    with_private_files: str | None = None,
    force: bool = False,
) -> None:
    """Replace the site's database, and files, by those of a backup"""
    from frappe.utils.backups import restore_database, restore_files
    from frappe.utils.password import update_password

    site = str(get_site(context))
    frappe.init(site=site)
    restore_database(sql_file_path)
    for archive in filter(None, (with_public_files, with_private_files)):
        restore_files(archive)
    frappe.destroy()
    with on_site(site):
        if admin_password:
            update_password("Administrator", admin_password)
            frappe.db.commit()
        frappe.clear_cache()
    click.secho(f"Site {site} has been restored", fg="green")


@click.command("reinstall")
@click.option("--admin-password", help="Administrator password of the new site")
@click.option("--yes", is_flag=True, default=False, help="Do not ask")
@pass_context
def reinstall(context: dict[str, Any], admin_password: str | None = None, yes: bool = False) -> None:
    """Make the site anew with the same apps; all its data is lost"""
    from frappe.installer import _new_site

    site = str(get_site(context))
    if not yes:
        click.confirm(f"All data of {site} will be lost. Go on?", abort=True)
    with on_site(site):
        installed = frappe.get_installed_apps()
    frappe.init(site=site)
    password = admin_password or _ask_password()
    _new_site(None, site, admin_password=password, install_apps=installed, force=True)
    frappe.destroy()


@click.command("drop-site")
@click.argument("site")
@click.option("--archived-sites-path", help="Where the folder of the site is kept; default archived/sites")
@click.option("--no-backup", is_flag=True, default=False)
@click.option("--force", is_flag=True, default=False)
def drop_site(
    site: str, archived_sites_path: str | None = None, no_backup: bool = False, force: bool = False
) -> None:
    """Remove a site; its folder is kept in the archive"""
    from frappe.database import drop_user_and_database
    from frappe.utils.backups import scheduled_backup

    with on_site(site):
        if not no_backup:
            scheduled_backup(ignore_files=False, force=True)
        database = frappe.conf.db_name
    frappe.init(site=site)
    drop_user_and_database(database)
    frappe.destroy()
    archive = archived_sites_path or os.path.join("..", "archived", "sites")
    os.makedirs(archive, exist_ok=True)
    shutil.move(site, _free_path(os.path.join(archive, site)))
    click.secho(f"Site {site} has been removed; its folder is in {archive}", fg="green")


def _free_path(path: str) -> str:
    number, free = 0, path
    while os.path.exists(free):
        number += 1
        free = f"{path}{number}"
    return free


@click.command("use")
@click.argument("site")
def use(site: str) -> None:
    """Make a site the default of the bench"""
    _use(site)


def _use(site: str) -> None:
    from frappe.installer import update_site_config

    if not os.path.exists(os.path.join(site, "site_config.json")):
        raise click.ClickException(f"Site {site} does not exist")
    update_site_config("default_site", site, validate=False, site_config_path="common_site_config.json")
    click.echo(f"Current site set to {site}")


@click.command("set-admin-password")
@click.argument("admin-password", required=False)
@click.option("--logout-all-sessions", is_flag=True, default=False)
@pass_context
def set_admin_password(
    context: dict[str, Any], admin_password: str | None = None, logout_all_sessions: bool = False
) -> None:
    """Set the password of Administrator"""
    _set_password(context, "Administrator", admin_password, logout_all_sessions)


@click.command("set-password")
@click.argument("user")
@click.argument("password", required=False)
@click.option("--logout-all-sessions", is_flag=True, default=False)
@pass_context
def set_password(
    context: dict[str, Any], user: str, password: str | None = None, logout_all_sessions: bool = False
) -> None:
    """Set the password of a user"""
    _set_password(context, user, password, logout_all_sessions)


def _set_password(context: dict[str, Any], user: str, password: str | None, logout: bool) -> None:
    from frappe.utils.password import update_password

    for site in context["sites"]:
        with on_site(site):
            if not frappe.db.exists("User", user):
                raise click.ClickException(f"User {user} does not exist")
            update_password(
                user, password or getpass.getpass(f"Password of {user}: "), logout_all_sessions=logout
            )
            frappe.db.commit()


@click.command("add-user")
@click.argument("email")
@click.option("--first-name")
@click.option("--last-name")
@click.option("--password")
@click.option("--user-type", default="System User")
@click.option("--add-role", multiple=True)
@click.option("--send-welcome-email", is_flag=True, default=False)
@pass_context
def add_user(
    context: dict[str, Any],
    email: str,
    first_name: str | None,
    last_name: str | None,
    password: str | None,
    user_type: str,
    add_role: tuple[str, ...],
    send_welcome_email: bool,
) -> None:
    """Add a user to the site"""
    for site in context["sites"]:
        with on_site(site):
            values = {
                "email": email,
                "first_name": first_name or email.split("@")[0],
                "last_name": last_name,
                "new_password": password,
                "user_type": user_type,
                "enabled": 1,
                "send_welcome_email": int(send_welcome_email),
                "roles": [{"role": role} for role in add_role],
            }
            frappe.get_doc({"doctype": "User", **values}).insert()
            frappe.db.commit()


commands = [
    new_site,
    install_app,
    uninstall,
    list_apps,
    migrate,
    run_patch,
    backup,
    restore,
    reinstall,
    drop_site,
    use,
    set_admin_password,
    set_password,
    add_user,
]
