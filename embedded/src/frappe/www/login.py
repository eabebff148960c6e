"""The login page; who is logged in already goes on."""

from typing import Any

import frappe
from frappe import _
from frappe.website.serve import redirect_target
from frappe.website.utils import get_home_page


def get_context(context: Any) -> Any:
    target = redirect_target()
    if frappe.session.user != "Guest":
        frappe.local.flags.redirect_location = target or "/" + get_home_page()
        raise frappe.Redirect(302)
    context.title = _("Log in")
    context.redirect_to = target or ""
    return context
