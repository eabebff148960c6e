"""Warehouse: a place for stock, named with its company's abbreviation."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class Warehouse(Document):
    def autoname(self) -> None:
        suffix = f" - {frappe.get_cached_value('Company', self.company, 'abbr')}"
        self.name = (
            self.warehouse_name if self.warehouse_name.endswith(suffix) else self.warehouse_name + suffix
        )
