"""How long a browser may keep the public page of a label: long enough to go back to it, too short to hide a recall."""

from __future__ import annotations

from typing import Any

import frappe

PUBLIC = "/01/"
FOR_A_MINUTE = "private, max-age=60"
NEVER = "no-store"


def after_request(response: Any = None, request: Any = None) -> None:
    """Sets Cache-Control of the page's answers. Whoever is logged in is shown more: that is not kept."""
    if response is None or request is None or not request.path.startswith(PUBLIC):
        return
    is_public = response.status_code == 200 and frappe.session.user == "Guest"
    response.headers["Cache-Control"] = FOR_A_MINUTE if is_public else NEVER
    response.vary.update(("Accept-Language", "Cookie"))
