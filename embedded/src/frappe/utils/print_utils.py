"""Printing from code: HTML, PDF, attachments."""

from typing import Any

import frappe
from frappe.utils import cstr


def get_print(
    doctype: str | None = None,
    name: str | None = None,
    print_format: str | None = None,
    style: str | None = None,
    as_pdf: bool = False,
    doc: Any = None,
    output: Any = None,
    no_letterhead: int = 0,
    password: str | None = None,
    pdf_options: Any = None,
    letterhead: str | None = None,
) -> Any:
    """A document as printed: HTML, or the bytes of a PDF."""
    from frappe.www.printview import get_print_format_doc, get_rendered_template

    doc = doc or frappe.get_doc(doctype, name)
    template = get_print_format_doc(print_format, doc.meta)
    html = get_rendered_template(doc, print_format=template, no_letterhead=no_letterhead)
    page = _page(html, doc.get_title() or doc.name)
    return get_pdf(page) if as_pdf else page


def _page(html: str, title: Any) -> str:
    css = frappe.read_file(frappe.get_app_path("frappe", "public", "css", "print.css"))
    head = f"<meta charset='utf-8'><title>{frappe.utils.escape_html(cstr(title))}</title><style>{css}</style>"
    return (
        f"<!DOCTYPE html><html><head>{head}</head><body><div class='print-format'>{html}</div></body></html>"
    )


def get_pdf(html: str, options: Any = None, output: Any = None) -> bytes:
    """The page as PDF. Nothing is fetched, neither from other hosts nor from the disk."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    return bytes(HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",))).write_pdf())
