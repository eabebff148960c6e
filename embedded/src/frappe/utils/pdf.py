"""HTML to PDF."""

from frappe.utils.print_utils import get_pdf

__all__ = ["get_pdf"]
