"""Supplier: named by its name."""

from __future__ import annotations

from frappe.model.document import Document


class Supplier(Document):
    def autoname(self) -> None:
        self.name = self.supplier_name
