"""Error Log rows."""

from typing import Any

import frappe


def log_error(
    title: str | None = None,
    message: str | None = None,
    reference_doctype: str | None = None,
    reference_name: str | None = None,
    *,
    defer_insert: bool = False,
) -> Any:
    """Keeps the message, or the current trace, as an Error Log row; returns the row."""
    trace = frappe.get_traceback()
    if message and title and "\n" in title:
        title, message = message, title
    text = frappe.as_unicode(message or trace or title)
    row = frappe.get_doc(
        {
            "doctype": "Error Log",
            "error": text,
            "method": str(title or "Error")[:140],
            "reference_doctype": reference_doctype,
            "reference_name": reference_name,
        }
    )
    if not getattr(frappe.local, "db", None) or frappe.flags.read_only:
        return row
    return row.insert(ignore_permissions=True)


def log_error_snapshot(exception: BaseException) -> None:
    """An unexpected error of a request, kept after its transaction was rolled back."""
    log_error(title=f"{type(exception).__name__}: {exception}"[:140])
