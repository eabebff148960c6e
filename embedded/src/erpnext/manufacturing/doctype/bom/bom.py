"""BOM: what one quantity of an item is made of."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.utils import flt


class BOM(Document):
    def autoname(self) -> None:
        self.name = make_autoname(f"BOM-{self.item}-.###", "BOM")

    def validate(self) -> None:
        item = frappe.get_cached_doc("Item", self.item)
        self.item_name, self.description, self.uom = item.item_name, item.description, item.stock_uom
        self.currency = self.get("currency") or frappe.get_cached_value(
            "Company", self.company, "default_currency"
        )
        if flt(self.quantity) <= 0:
            frappe.throw(_("Quantity should be greater than 0"))
        for row in self.items:
            if row.item_code == self.item:
                frappe.throw(_("BOM recursion: {0} cannot be child of {1}").format(row.item_code, self.item))
            self.fill_row(row)
        self.raw_material_cost = self.total_cost = sum(flt(row.amount) for row in self.items)

    def fill_row(self, row: Document) -> None:
        part = frappe.get_cached_doc("Item", row.item_code)
        row.item_name, row.stock_uom = part.item_name, part.stock_uom
        row.uom, row.conversion_factor = row.uom or part.stock_uom, flt(row.conversion_factor) or 1.0
        row.stock_qty = flt(row.qty) * row.conversion_factor
        row.qty_consumed_per_unit = row.stock_qty / flt(self.quantity)
        row.rate = row.base_rate = flt(row.rate)
        row.amount = row.base_amount = row.rate * flt(row.qty)
        row.is_stock_item = part.is_stock_item

    def on_submit(self) -> None:
        if self.is_default:
            frappe.db.set_value("Item", self.item, "default_bom", self.name)
