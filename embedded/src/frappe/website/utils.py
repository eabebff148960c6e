"""Where a visitor lands."""

import frappe


def get_home_page() -> str:
    """The page behind "/": by hook; the list of apps for who is logged in, else the login."""
    pages = frappe.get_hooks("home_page")
    if pages:
        return str(pages[-1]).strip("/")
    return "login" if frappe.session.user == "Guest" else "apps"


def get_app_routes() -> list[dict[str, str]]:
    """What the apps offer on the page of apps (hook `add_to_apps_screen`)."""
    found = []
    for entry in frappe.get_hooks("add_to_apps_screen"):
        check = entry.get("has_permission")
        if not check or frappe.get_attr(check)():
            found.append({"title": entry.get("title") or entry["name"], "route": entry["route"]})
    return found


def is_local_path(path: str | None) -> bool:
    """Whether a redirect to it stays on this site."""
    return bool(path and path.startswith("/") and not path.startswith(("//", "/\\")))
