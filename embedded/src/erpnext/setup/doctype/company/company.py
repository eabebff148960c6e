"""Company: owns warehouses; a new one gets those that stock documents expect."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

WAREHOUSES = {"Stores": "", "Work In Progress": "", "Finished Goods": "", "Goods In Transit": "Transit"}


class Company(Document):
    def on_update(self) -> None:
        if not frappe.db.exists("Warehouse", {"company": self.name}):
            self.create_default_warehouses()
        if not frappe.db.get_default("company"):
            frappe.db.set_default("company", self.name)

    def create_default_warehouses(self) -> None:
        root = frappe.get_doc(
            {
                "doctype": "Warehouse",
                "warehouse_name": _("All Warehouses"),
                "is_group": 1,
                "company": self.name,
            }
        ).insert(ignore_permissions=True)
        for name, kind in WAREHOUSES.items():
            values = {"warehouse_name": _(name), "company": self.name, "parent_warehouse": root.name}
            frappe.get_doc({"doctype": "Warehouse", **values, "warehouse_type": kind or None}).insert(
                ignore_permissions=True
            )
