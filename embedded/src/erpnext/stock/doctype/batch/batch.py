"""Batch: pieces of one item that were made or bought together."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.utils import add_days


class Batch(Document):
    def autoname(self) -> None:
        """The given id, or the next of the item's series, or a random one."""
        if not self.get("batch_id"):
            series = frappe.db.get_value("Item", self.item, "batch_number_series")
            self.batch_id = (
                make_autoname(series, "Batch") if series else frappe.generate_hash(length=7).upper()
            )
        self.name = self.batch_id

    def validate(self) -> None:
        item = frappe.get_cached_doc("Item", self.item)
        if not item.has_batch_no:
            frappe.throw(_("The item {0} cannot have Batch").format(self.item))
        self.item_name, self.stock_uom = item.item_name, item.stock_uom
        if (
            item.has_expiry_date
            and item.shelf_life_in_days
            and self.manufacturing_date
            and not self.get("expiry_date")
        ):
            self.expiry_date = add_days(self.manufacturing_date, item.shelf_life_in_days)
        if self.is_new() and item.has_expiry_date and not self.expiry_date:
            frappe.throw(_("Expiry date is mandatory for selected item"), title=_("Missing Values"))
