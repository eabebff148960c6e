"""Downloads of printed documents."""

from typing import Any

import frappe
from frappe.translate import print_language
from frappe.utils.print_utils import get_print


@frappe.whitelist()
def download_pdf(
    doctype: str,
    name: str,
    format: str | None = None,
    doc: Any = None,
    no_letterhead: Any = 0,
    language: str | None = None,
    letterhead: str | None = None,
) -> None:
    """A document as PDF, for whom may print it."""
    document = frappe.get_doc(doctype, name)
    document.check_permission("print")
    frappe.local.response.filename = f"{name.replace(' ', '-').replace('/', '-')}.pdf"
    with print_language(language):
        content = get_print(doctype, name, format, doc=document, as_pdf=True)
    frappe.local.response.filecontent = content
    frappe.local.response.type = "pdf"
