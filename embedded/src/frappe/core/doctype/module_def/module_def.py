"""A module of an app."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class ModuleDef(Document):
    def on_update(self) -> None:
        frappe.clear_cache()
        frappe.setup_module_map()
