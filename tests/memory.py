"""What a test process remembers of the site, and forgetting it when rows are taken back."""

from __future__ import annotations

import os


def forget() -> None:
    """As Administrator, in English, without what this process remembers of rows that were taken back."""
    import frappe

    frappe.set_user("Administrator")
    frappe.local.lang = "en"
    frappe.local.message_log = []
    frappe.local.document_cache = {}
    getattr(frappe.local, "request_cache", {}).clear()
    frappe.local.dynamic_link_map = None
    frappe.db.value_cache.clear()
    if os.environ.get("MED_TRACE_BENCH"):  # the embedded runtime forgets what is rolled back
        frappe.clear_cache()
