"""Serial No: one piece of an item. Its place is set by the stock documents."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class SerialNo(Document):
    def validate(self) -> None:
        item = frappe.get_cached_doc("Item", self.item_code)
        self.item_name, self.item_group, self.description = item.item_name, item.item_group, item.description
        self.status = self.get("status") or ("Active" if self.warehouse else "Inactive")
