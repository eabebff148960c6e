"""Stock Entry: goods move inside the house, are used up or are made."""

from __future__ import annotations

from typing import Any

import frappe
from erpnext.controllers.stock_controller import StockController, StockLine
from erpnext.stock.stock_ledger import balance_of
from frappe import _
from frappe.utils import flt

NEEDS_SOURCE = (
    "Material Issue",
    "Material Transfer",
    "Send to Subcontractor",
    "Material Transfer for Manufacture",
    "Material Consumption for Manufacture",
)
NEEDS_TARGET = (
    "Material Receipt",
    "Material Transfer",
    "Send to Subcontractor",
    "Material Transfer for Manufacture",
)
MAKES = ("Manufacture", "Repack")


class FinishedGoodError(frappe.ValidationError):
    """Not exactly one row is the finished item."""


class StockEntry(StockController):
    def before_validate(self) -> None:
        self.set_purpose()
        super().before_validate()

    def set_purpose(self) -> None:
        if self.stock_entry_type:
            self.purpose = frappe.get_cached_value("Stock Entry Type", self.stock_entry_type, "purpose")

    def validate(self) -> None:
        for row in self.items:
            self.set_warehouses(row)
        self.validate_serialized_batch()
        if self.purpose in MAKES:
            self.validate_finished_goods()
        self.set_rates()

    def set_warehouses(self, row: Any) -> None:
        """Takes the document's warehouses and refuses a row that lacks the one its purpose needs."""
        if self.purpose in NEEDS_SOURCE:
            row.s_warehouse = row.s_warehouse or self.from_warehouse
        if self.purpose in NEEDS_TARGET:
            row.t_warehouse = row.t_warehouse or self.to_warehouse
        if self.purpose in MAKES and not (row.s_warehouse or row.t_warehouse):
            makes = row.is_finished_item or row.is_scrap_item
            row.set(
                "t_warehouse" if makes else "s_warehouse", self.to_warehouse if makes else self.from_warehouse
            )
        needed = (
            self.purpose in NEEDS_SOURCE and not row.s_warehouse,
            self.purpose in NEEDS_TARGET and not row.t_warehouse,
        )
        if needed[0]:
            frappe.throw(_("Source warehouse is mandatory for row {0}").format(row.idx))
        if needed[1]:
            frappe.throw(_("Target warehouse is mandatory for row {0}").format(row.idx))
        if not (row.s_warehouse or row.t_warehouse):
            frappe.throw(_("At least one warehouse is mandatory"))
        if row.s_warehouse == row.t_warehouse:
            frappe.throw(_("Source and target warehouse cannot be same for row {0}").format(row.idx))

    def validate_finished_goods(self) -> None:
        finished = [row for row in self.items if row.is_finished_item]
        if not finished:
            frappe.throw(_("There must be atleast 1 Finished Good in this Stock Entry"), FinishedGoodError)
        if self.purpose == "Manufacture" and len({row.item_code for row in finished}) > 1:
            frappe.throw(_("Multiple items cannot be marked as finished item"), FinishedGoodError)
        if self.purpose == "Manufacture" and not self.get("fg_completed_qty"):
            self.fg_completed_qty = sum(flt(row.transfer_qty) for row in finished)

    def set_rates(self) -> None:
        """What goes out takes the warehouse's rate; what is made shares the cost of what went in."""
        for row in self.items:
            if row.s_warehouse:
                row.actual_qty, row.basic_rate = balance_of(row.item_code, row.s_warehouse)
        used = sum(flt(row.basic_rate) * flt(row.transfer_qty) for row in self.items if row.s_warehouse)
        made = [row for row in self.items if row.is_finished_item and not row.s_warehouse]
        quantity = sum(flt(row.transfer_qty) for row in made)
        for row in made:
            row.basic_rate = used / quantity if quantity else 0
        for row in self.items:
            row.basic_amount = row.amount = flt(row.basic_rate) * flt(row.transfer_qty)
            row.valuation_rate = row.basic_rate
        self.total_outgoing_value = used
        self.total_incoming_value = sum(flt(row.amount) for row in self.items if row.t_warehouse)
        self.value_difference = self.total_incoming_value - self.total_outgoing_value

    def stock_lines(self) -> list[StockLine]:
        """First everything that leaves, then everything that arrives."""
        out = [
            StockLine(row, row.s_warehouse, -flt(row.transfer_qty), flt(row.basic_rate))
            for row in self.items
            if row.s_warehouse
        ]
        arrived = [
            StockLine(
                row,
                row.t_warehouse,
                flt(row.transfer_qty),
                flt(row.basic_rate),
                bundle_field=None if row.s_warehouse else "serial_and_batch_bundle",
            )
            for row in self.items
            if row.t_warehouse
        ]
        return out + arrived

    def on_submit(self) -> None:
        self.update_stock_ledger()
        self.update_work_order()

    def on_cancel(self) -> None:
        self.reverse_stock_ledger()
        self.update_work_order()

    def update_work_order(self) -> None:
        if self.work_order:
            frappe.get_doc("Work Order", self.work_order).update_progress()

    def get_items(self) -> None:
        """Rows from the bill of materials for `fg_completed_qty`."""
        bom = frappe.get_doc("BOM", self.bom_no)
        share = flt(self.fg_completed_qty) / flt(bom.quantity)
        self.set("items", [])
        for part in bom.items:
            self.append(
                "items",
                {
                    "item_code": part.item_code,
                    "qty": flt(part.qty) * share,
                    "uom": part.uom,
                    "conversion_factor": part.conversion_factor,
                    "s_warehouse": part.source_warehouse or self.from_warehouse,
                    "t_warehouse": self.to_warehouse if self.purpose not in MAKES else None,
                },
            )
        if self.purpose in MAKES:
            made = {"item_code": bom.item, "qty": self.fg_completed_qty, "uom": bom.uom, "bom_no": bom.name}
            self.append("items", {**made, "t_warehouse": self.to_warehouse, "is_finished_item": 1})
