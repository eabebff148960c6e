"""Customer: named by its name."""

from __future__ import annotations

from frappe.model.document import Document


class Customer(Document):
    def autoname(self) -> None:
        self.name = self.customer_name
