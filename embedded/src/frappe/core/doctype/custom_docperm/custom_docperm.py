"""A rule that replaces the DocType's own."""

import frappe
from frappe.model.document import Document


class CustomDocPerm(Document):
    def on_update(self) -> None:
        frappe.clear_cache(doctype=self.parent)

    on_trash = on_update
