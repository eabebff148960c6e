"""Commands that look into a site or serve it."""

from __future__ import annotations

import ast
import code
import json
from typing import Any

import click

import frappe
from frappe.commands import get_site, on_site, pass_context


@click.command("serve")
@click.option("--port", default=8000)
@click.option("--proxy", is_flag=True, default=False)
@click.option("--noreload", "no_reload", is_flag=True, default=False)
@click.option("--nothreading", "no_threading", is_flag=True, default=False)
@click.pass_context
def serve(
    context: click.Context,
    port: int,
    proxy: bool = False,
    no_reload: bool = False,
    no_threading: bool = False,
) -> None:
    """Start the web server"""
    import frappe.app

    frappe.app.serve(
        port=port,
        proxy=proxy,
        no_reload=no_reload,
        no_threading=no_threading,
        site=get_site(context.obj, raise_err=False),
        sites_path=".",
    )


@click.command("console")
@click.option("--autoreload", is_flag=True, default=False, help="Kept for scripts")
@pass_context
def console(context: dict[str, Any], autoreload: bool = False) -> None:
    """Start a Python console with the site open"""
    with on_site(get_site(context)):
        names: dict[str, Any] = {"frappe": frappe}
        for app in frappe.get_installed_apps():
            names[app] = __import__(app)
        banner = f"Apps in this namespace:\n{', '.join(names)}\n"
        code.interact(banner=banner, local=names, exitmsg="")


@click.command("execute")
@click.argument("method")
@click.option("--args", help="A list, as in Python")
@click.option("--kwargs", help="A dict, as in Python")
@pass_context
def execute(
    context: dict[str, Any],
    method: str,
    args: str | None = None,
    kwargs: str | None = None,
) -> None:
    """Call a function and print what it returns"""
    for site in context["sites"]:
        with on_site(site):
            answer = _callable(method)(*_arguments(args), **(ast.literal_eval(kwargs) if kwargs else {}))
            frappe.db.commit()
            if answer is not None:
                print(frappe.as_json(answer))


def _callable(path: str) -> Any:
    """A function of a module, or one behind an object: `frappe.db.count`."""
    try:
        return frappe.get_attr(path)
    except (ImportError, AttributeError):
        first, *rest = path.split(".")
        found = __import__(first)
        for name in rest:
            found = getattr(found, name)
        return found


def _arguments(given: str | None) -> list[Any]:
    if not given:
        return []
    try:
        value = ast.literal_eval(given)
    except (ValueError, SyntaxError):
        value = given
    return list(value) if isinstance(value, list | tuple) else [value]


@click.command("clear-cache")
@pass_context
def clear_cache(context: dict[str, Any]) -> None:
    """Forget what is cached"""
    for site in context["sites"]:
        with on_site(site):
            frappe.clear_cache()


@click.command("show-config")
@click.option("--format", "-f", type=click.Choice(["text", "json"]), default="text")
@pass_context
def show_config(context: dict[str, Any], format: str) -> None:
    """Print the configuration of the site"""
    found = {}
    for site in context["sites"]:
        frappe.init(site=site)
        found[site] = dict(frappe.local.conf)
        frappe.destroy()
    if format == "json":
        print(json.dumps(found))
        return
    for site, config in found.items():
        click.secho(f"Site {site}", fg="green")
        for key in sorted(config):
            print(f"{key:<28} {config[key]}")


@click.command("set-config")
@click.argument("key")
@click.argument("value")
@click.option("-g", "--global", "global_", is_flag=True, default=False, help="In common_site_config.json")
@click.option("-p", "--parse", is_flag=True, default=False, help="Read the value as Python")
@pass_context
def set_config(
    context: dict[str, Any], key: str, value: str, global_: bool = False, parse: bool = False
) -> None:
    """Write a value into the configuration of the site"""
    from frappe.installer import update_site_config

    found = ast.literal_eval(value) if parse else value
    if global_:
        update_site_config(key, found, validate=False, site_config_path="common_site_config.json")
        return
    for site in context["sites"]:
        frappe.init(site=site)
        update_site_config(key, found, validate=False)
        frappe.destroy()


@click.command("export-fixtures")
@click.option("--app", help="Only this app")
@pass_context
def export_fixtures(context: dict[str, Any], app: str | None = None) -> None:
    """Write the fixtures that the apps name in their hooks"""
    from frappe.utils.fixtures import export_fixtures

    for site in context["sites"]:
        with on_site(site):
            export_fixtures(app=app)


@click.command("version")
def get_version() -> None:
    """Print the versions of the apps of the bench"""
    for app in frappe.get_all_apps(sites_path="."):
        module = __import__(app)
        print(f"{app} {getattr(module, '__version__', '')}")


@click.command("build")
@click.option("--app", help="Kept for scripts: assets are served from the apps, nothing is built")
@click.option("--production", is_flag=True, default=False)
@click.option("--force", is_flag=True, default=False)
def build(app: str | None = None, production: bool = False, force: bool = False) -> None:
    """Nothing to build: assets are served from the apps"""
    click.echo("Assets are served from the apps; nothing to build.")


commands = [
    serve,
    console,
    execute,
    clear_cache,
    show_config,
    set_config,
    export_fixtures,
    get_version,
    build,
]
