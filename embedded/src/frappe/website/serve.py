"""Pages: `www/<route>.html` of the apps with their `get_context`, route rules from hooks."""

import importlib
import os
import re
from typing import Any
from urllib.parse import quote

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

import frappe
from frappe.utils.jinja import get_jenv
from frappe.website.utils import get_home_page, is_local_path

SAFE_SCRIPT = re.compile(r"^[\w-]+\.js$")
SAFE_ROUTE = re.compile(r"^[\w-]+(?:/[\w-]+)*$")


def get_response(path: str | None = None, http_status_code: int = 200) -> Response:
    """The page of this address; the login for a guest who may not see it; "not found" otherwise."""
    try:
        return _response(path, http_status_code)
    except frappe.Redirect as error:
        location = frappe.flags.redirect_location or frappe.local.flags.redirect_location
        return redirect(location, code=error.args[0] if error.args else 301)
    except frappe.PermissionError:
        if frappe.session.user != "Guest":
            raise
        return redirect(f"/login?redirect-to={quote(frappe.local.request.path)}", code=302)


def _response(path: str | None, status: int) -> Response:
    route = (frappe.local.request.path if path is None else path).strip("/ ")
    script = find_script(route)
    if script:
        return Response(script, mimetype="text/javascript")
    page = find_page(resolve_route(route or get_home_page()))
    if not page:
        page, status = find_page("404"), 404
    assert page is not None
    app, template, found = page
    context = build_context(app, template, found)
    html = str(get_jenv().get_template(f"{app}/{template}").render(context))
    return Response(html, status=context.http_status_code or status, mimetype="text/html")


def resolve_route(route: str) -> str:
    """The page that a rule of `website_route_rules` names for this address; its parts become arguments."""
    rules = [
        Rule("/" + rule["from_route"].strip("/"), endpoint=rule["to_route"])
        for rule in frappe.get_hooks("website_route_rules")
        if rule.get("from_route") and rule.get("to_route")
    ]
    try:
        target, arguments = Map(rules, strict_slashes=False).bind("localhost").match("/" + route)
    except NotFound:
        return route
    frappe.form_dict.update(arguments)
    return str(target).strip("/")


def find_page(route: str) -> tuple[str, str, str] | None:
    """App, template and route of a page; apps installed later come first."""
    if not SAFE_ROUTE.match(route):
        return None
    for app in reversed(frappe.get_installed_apps()):
        for name in (f"www/{route}.html", f"www/{route}/index.html"):
            if os.path.isfile(frappe.get_app_path(app, *name.split("/"))):
                return app, name, route
    return None


def find_script(route: str) -> str | None:
    """`www/<name>.js` of an app, as it is: a service worker has to come from above its pages."""
    if not SAFE_SCRIPT.match(route):
        return None
    for app in reversed(frappe.get_installed_apps()):
        path = frappe.get_app_path(app, "www", route)
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as source:
                return source.read()
    return None


def build_context(app: str, template: str, route: str) -> Any:
    context = frappe._dict(
        route=route,
        path=route,
        lang=frappe.local.lang,
        title=None,
        site_name=frappe.get_hooks("app_title", ["Frappe"])[-1],
        user=frappe.session.user,
        full_name=frappe.utils.get_fullname(),
        csrf_token=frappe.session.data.get("csrf_token") or "",
    )
    context.update(frappe.local.response.pop("context", None) or {})
    module = _module(app, template)
    if hasattr(module, "get_context"):
        context.update(module.get_context(context) or {})
    return context


def _module(app: str, template: str) -> Any:
    """The Python file beside the template, when there is one."""
    name = template.removesuffix(".html").replace("-", "_")
    if not os.path.isfile(frappe.get_app_path(app, *f"{name}.py".split("/"))):
        return None
    return importlib.import_module(f"{app}.{name.replace('/', '.')}")


def redirect_target() -> str | None:
    """The local address that the visitor wanted before he logged in."""
    wanted = frappe.form_dict.get("redirect-to")
    return wanted if is_local_path(wanted) else None
