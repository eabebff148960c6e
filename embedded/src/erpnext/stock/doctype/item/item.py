"""Item: what is bought, made and sold, and whether its batches and pieces are kept apart."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


class Item(Document):
    def validate(self) -> None:
        self.item_name = self.get("item_name") or self.item_code
        self.description = self.get("description") or self.item_name
        if (self.has_batch_no or self.has_serial_no) and not self.is_stock_item:
            frappe.throw(_("'Has Serial No' can not be 'Yes' for non-stock item"))
        if not any(row.uom == self.stock_uom for row in self.uoms):
            self.append("uoms", {"uom": self.stock_uom, "conversion_factor": 1})
        self.validate_tracking_is_not_changed()

    def validate_tracking_is_not_changed(self) -> None:
        """With stock movements, batch and serial tracking stay as they are."""
        before = self.get_doc_before_save()
        if not before:
            return
        for field in ("has_batch_no", "has_serial_no", "is_stock_item", "stock_uom"):
            if before.get(field) != self.get(field) and frappe.db.exists(
                "Stock Ledger Entry", {"item_code": self.name, "is_cancelled": 0}
            ):
                label = self.meta.get_label(field)
                frappe.throw(
                    _(
                        "As there are existing transactions against item {0}, you can not change the value of {1}"
                    ).format(self.name, frappe.bold(_(label)))
                )
