"""Work Order: the task to make a quantity of an item; its stock entries report the progress."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt


class WorkOrder(Document):
    def validate(self) -> None:
        item = frappe.get_cached_doc("Item", self.production_item)
        self.item_name, self.stock_uom = item.item_name, item.stock_uom
        self.has_batch_no, self.has_serial_no = item.has_batch_no, item.has_serial_no
        if flt(self.qty) <= 0:
            frappe.throw(_("Quantity to Manufacture must be greater than 0."))
        if self.docstatus == 0:
            self.status = "Draft"
        if not self.required_items:
            self.set_required_items()

    def set_required_items(self) -> None:
        bom = frappe.get_doc("BOM", self.bom_no)
        for part in bom.items:
            self.append(
                "required_items",
                {
                    "item_code": part.item_code,
                    "item_name": part.item_name,
                    "required_qty": flt(part.stock_qty) * flt(self.qty) / flt(bom.quantity),
                    "source_warehouse": part.source_warehouse or self.source_warehouse,
                    "include_item_in_manufacturing": 1,
                },
            )

    def on_submit(self) -> None:
        self.db_set("status", "Not Started")

    def on_cancel(self) -> None:
        if frappe.db.exists("Stock Entry", {"work_order": self.name, "docstatus": 1}):
            frappe.throw(_("Cannot cancel because submitted Stock Entry exists"))
        self.db_set("status", "Cancelled")

    def update_progress(self) -> None:
        """Quantities and status as the submitted stock entries say."""
        made = self._sum("fg_completed_qty", ("Manufacture",))
        moved = self._sum("fg_completed_qty", ("Material Transfer for Manufacture",))
        self.db_set({"produced_qty": made, "material_transferred_for_manufacturing": moved})
        status = "Not Started"
        if made >= flt(self.qty):
            status = "Completed"
        elif made or moved:
            status = "In Process"
        self.db_set("status", status)

    def _sum(self, field: str, purposes: tuple[str, ...]) -> float:
        filters = {"work_order": self.name, "docstatus": 1, "purpose": ["in", purposes]}
        return sum(flt(value) for value in frappe.get_all("Stock Entry", filters=filters, pluck=field))


@frappe.whitelist()
def make_stock_entry(work_order_id: str, purpose: str, qty: float | None = None) -> dict[str, Any]:
    """The draft of a stock entry for this work order, as a dict."""
    order = frappe.get_doc("Work Order", work_order_id)
    entry = frappe.new_doc("Stock Entry")
    entry.update(
        {
            "purpose": purpose,
            "stock_entry_type": purpose,
            "work_order": order.name,
            "company": order.company,
            "from_bom": 1,
            "bom_no": order.bom_no,
            "use_multi_level_bom": order.use_multi_level_bom,
            "fg_completed_qty": flt(qty) or flt(order.qty) - flt(order.produced_qty),
            "from_warehouse": order.source_warehouse if order.skip_transfer else order.wip_warehouse,
            "to_warehouse": order.fg_warehouse if purpose == "Manufacture" else order.wip_warehouse,
        }
    )
    if purpose != "Manufacture":
        entry.from_warehouse = order.source_warehouse
    entry.get_items()
    return entry.as_dict()
