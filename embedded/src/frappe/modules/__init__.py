"""Modules of apps: where a DocType's files lie and how they are read in."""

from frappe.modules.utils import get_module_app, get_module_path, load_doctype_module, reload_doc, scrub

__all__ = ["get_module_app", "get_module_path", "load_doctype_module", "reload_doc", "scrub"]
