"""Templates: one sandboxed environment per context, filled with what a template may call."""

from collections.abc import Mapping
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    DebugUndefined,
    FileSystemLoader,
    PrefixLoader,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment

import frappe
from frappe import _


def get_jenv() -> SandboxedEnvironment:
    """The environment of this context."""
    if not getattr(frappe.local, "jenv", None):
        from frappe.utils.safe_exec import get_safe_globals

        jenv = SandboxedEnvironment(loader=get_jloader(), undefined=DebugUndefined)
        jenv.filters.update(FILTERS)
        jenv.globals.update(get_safe_globals())
        frappe.local.jenv = jenv
    return frappe.local.jenv


def get_jloader() -> BaseLoader:
    """Templates by path: "<app>/…" of one app, or a path inside any app's package, later apps first."""
    apps = list(reversed(frappe.get_installed_apps()))
    folders = {app: FileSystemLoader(frappe.get_app_path(app)) for app in apps}
    return ChoiceLoader([PrefixLoader(folders), *folders.values()])


def get_template(path: str) -> Any:
    return get_jenv().get_template(path)


def render_template(
    template: str,
    context: Mapping[str, Any] | None = None,
    is_path: bool | None = None,
    safe_render: bool = True,
) -> str:
    """The filled template. A one-line text that ends in .html is the path of one."""
    context = context or {}
    if is_path or guess_is_path(template):
        return str(get_template(template).render(context))
    if safe_render and ".__" in template:
        frappe.throw(_("Illegal template"))
    try:
        return str(get_jenv().from_string(template).render(context))
    except TemplateError as error:
        text = frappe.utils.escape_html(str(error))
        frappe.throw(f"<pre>{text}</pre>", title=_("Jinja Template Error"))


def validate_template(html: str | None) -> None:
    """Raises ValidationError, with the line, for what is no template."""
    try:
        get_jenv().from_string(html or "")
    except TemplateSyntaxError as error:
        frappe.throw(f"Syntax error in template as line {error.lineno}: {error.message}")


def guess_is_path(template: str) -> bool:
    return (
        "\n" not in template
        and "{" not in template
        and template.lower().endswith((".html", ".txt", ".md", ".svg"))
    )


FILTERS: dict[str, Any] = {
    "json": lambda value, **options: frappe.as_json(value, **options).replace(
        "<", "\\u003c"
    ),  # fits a <script>
    "len": len,
    "int": lambda value: frappe.utils.cint(value),
    "str": lambda value: frappe.utils.cstr(value),
    "flt": lambda value, *precision: frappe.utils.flt(value, *precision),
    "abs_url": lambda value: frappe.utils.get_url(value),
}
