"""Receives what `bench` does not know itself: `python -m frappe.utils.bench_helper frappe migrate`.

Gathers the commands of every app of the bench into one group. Knows no command by name.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import traceback
from typing import Any

import click

import frappe


def main() -> None:
    make_apps_importable()
    commands: dict[str, click.Command] = dict(get_app_groups())
    commands["get-frappe-commands"] = get_frappe_commands
    commands["get-frappe-help"] = get_frappe_help
    try:
        click.Group(commands=commands)(prog_name="bench")
    except frappe.IncorrectSitePath as error:
        sys.exit(
            f"{error.description}. The sites of this bench: {', '.join(frappe.utils.get_sites()) or 'none yet'}"
        )


def make_apps_importable() -> None:
    """Apps that lie in `apps/` of the bench without being installed into env."""
    for app in get_apps():
        folder = os.path.abspath(os.path.join("..", "apps", app))
        if os.path.isdir(folder) and importlib.util.find_spec(app) is None:
            sys.path.append(folder)


def get_app_groups() -> dict[str, click.Group]:
    """One group, `frappe`, with the commands of all apps."""
    commands: dict[str, click.Command] = {}
    for app in get_apps():
        commands.update(get_app_commands(app))
    return {"frappe": get_app_group("frappe", commands)}


def get_app_group(app: str, commands: dict[str, click.Command] | None = None) -> click.Group:
    found = get_app_commands(app) if commands is None else commands
    return click.group(name=app, commands=found)(app_group)


@click.option("--site")
@click.option("--verbose", is_flag=True, default=False, help="Verbose")
@click.option("--force", is_flag=True, default=False, help="Force")
@click.pass_context
def app_group(ctx: click.Context, site: str = "", force: bool = False, verbose: bool = False) -> None:
    ctx.obj = {"sites": get_sites(site), "force": force, "verbose": verbose}
    if ctx.info_name == "frappe":
        ctx.info_name = ""


def get_sites(site_arg: str) -> list[str]:
    """The site of `--site`, every site for `all`, otherwise the bench's current or default site."""
    if site_arg == "all":
        return frappe.utils.get_sites()
    chosen = site_arg or os.environ.get("FRAPPE_SITE") or _current_site()
    return [chosen] if chosen else []


def _current_site() -> str | None:
    if os.path.exists("currentsite.txt"):
        with open("currentsite.txt") as source:
            return source.read().strip() or None
    site = frappe.get_common_site_config(".").get("default_site")
    return str(site) if site else None


def get_apps() -> list[str]:
    return frappe.get_all_apps(with_internal_apps=False, sites_path=".")


def get_app_commands(app: str) -> dict[str, click.Command]:
    """The list `commands` of `<app>.commands`; an app that cannot be imported is told, not fatal."""
    try:
        module = importlib.import_module(f"{app}.commands")
    except ModuleNotFoundError as error:
        if error.name not in (app, f"{app}.commands"):
            _tell(app)
        return {}
    except Exception:
        _tell(app)
        return {}
    listed: list[click.Command] = getattr(module, "commands", [])
    return {command.name: command for command in listed if command.name}


def _tell(app: str) -> None:
    click.secho(f"The commands of {app} are not available:\n{traceback.format_exc()}", fg="yellow", err=True)


@click.command("get-frappe-commands")
def get_frappe_commands() -> None:
    """Prints the names of all commands as JSON; bench asks for it."""
    commands: list[str] = []
    for app in get_apps():
        commands.extend(get_app_commands(app))
    print(json.dumps(commands))


@click.command("get-frappe-help")
def get_frappe_help() -> None:
    """Prints the help of all commands; bench shows it below its own."""
    group: Any = get_app_groups()["frappe"]
    print(click.Context(group).get_help())


if __name__ == "__main__":
    main()
