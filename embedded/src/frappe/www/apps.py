"""The page of apps: where a user without a home page lands."""

from typing import Any

import frappe
from frappe import _
from frappe.sessions import get_csrf_token
from frappe.website.utils import get_app_routes


def get_context(context: Any) -> Any:
    if frappe.session.user == "Guest":
        raise frappe.PermissionError
    context.title = _("Apps")
    context.apps = get_app_routes()
    context.csrf_token = get_csrf_token()
    return context
