"""What every command shares: the context with its sites, and the list that bench_helper reads."""

from __future__ import annotations

import cProfile
import pstats
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click

import frappe


def pass_context(f: Callable) -> Callable:
    """Gives a command `context` (sites, force, verbose) as its first argument."""

    @wraps(f)
    def _func(ctx: click.Context, *args: Any, **kwargs: Any) -> Any:
        context = frappe._dict(ctx.obj)
        if not context.sites:
            raise click.ClickException(
                "No site: give one with --site NAME, or set a default with `bench use NAME`"
            )
        return f(context, *args, **kwargs)

    return click.pass_context(_func)


def get_site(context: dict[str, Any], raise_err: bool = True) -> str | None:
    """The first site of the command line."""
    sites = context.get("sites")
    if sites:
        return str(sites[0])
    if raise_err:
        raise frappe.SiteNotSpecifiedError
    return None


@contextmanager
def on_site(site: str | None) -> Iterator[None]:
    """The site open as Administrator; closed again whatever happens."""
    if not site:
        raise frappe.SiteNotSpecifiedError
    frappe.init(site=site)
    try:
        frappe.connect()
        yield
    finally:
        frappe.destroy()


def get_commands() -> list[click.Command]:
    from frappe.commands.scheduler import commands as scheduler_commands
    from frappe.commands.site import commands as site_commands
    from frappe.commands.utils import commands as utils_commands

    found: list[click.Command] = [*scheduler_commands, *site_commands, *utils_commands]
    return found


commands = get_commands()
