"""What every document that moves stock does: fill its rows, post them on submit, take them back on cancel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import frappe
from erpnext.stock import serial_batch_bundle, stock_ledger
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, nowdate, nowtime


class BatchExpiredError(frappe.ValidationError):
    """The batch may not be used any more on the day of posting."""


@dataclass(frozen=True)
class StockLine:
    """One movement of one row: `qty` in the stock unit, negative when stock goes out."""

    row: Any
    warehouse: str
    qty: float
    rate: float = 0.0
    serials: str | None = None
    bundle_field: str | None = "serial_and_batch_bundle"


class StockController(Document):
    """Controllers say which lines they post (`stock_lines`); the rest is the same for all."""

    def stock_lines(self) -> list[StockLine]:
        return []

    def before_validate(self) -> None:
        if not self.get("set_posting_time") and self.docstatus == 0:
            self.posting_date, self.posting_time = nowdate(), nowtime()
        for row in self.items:
            self.fill_row(row)

    def fill_row(self, row: Any) -> None:
        """Name, units and stock quantity from the item."""
        item = frappe.get_cached_doc("Item", row.item_code)
        for field in ("item_name", "description", "item_group"):
            if not row.get(field):
                row.set(field, item.get(field))
        row.stock_uom = item.stock_uom
        row.uom = row.uom or item.stock_uom
        row.conversion_factor = _conversion_factor(item, row)
        quantity_field = "transfer_qty" if row.meta.has_field("transfer_qty") else "stock_qty"
        row.set(quantity_field, flt(row.qty) * row.conversion_factor)
        if row.meta.has_field("use_serial_batch_fields"):
            row.use_serial_batch_fields = 0 if row.serial_and_batch_bundle and not row.batch_no else 1

    def validate_serialized_batch(self) -> None:
        """The batch on a row belongs to its item and has not expired."""
        for row in self.items:
            batch = frappe.db.get_value("Batch", row.batch_no, ["item", "expiry_date"], as_dict=True)
            if not row.batch_no or not batch:
                continue
            if batch.item != row.item_code:
                frappe.throw(
                    _("Row #{0}: The batch {1} does not belong to item {2}").format(
                        row.idx, row.batch_no, row.item_code
                    )
                )
            posting_date: Any = getdate(self.posting_date)
            expired = batch.expiry_date and posting_date > getdate(batch.expiry_date)
            if expired and flt(row.qty) > 0:
                frappe.throw(
                    _("Row #{0}: The batch {1} has already expired.").format(row.idx, row.batch_no),
                    BatchExpiredError,
                )

    def update_stock_ledger(self) -> None:
        for line in self.stock_lines():
            if frappe.get_cached_value("Item", line.row.item_code, "is_stock_item"):
                bundle = serial_batch_bundle.post(self, line)
                stock_ledger.post(self, line, bundle)

    def reverse_stock_ledger(self) -> None:
        self.ignore_linked_doctypes = ("Stock Ledger Entry", "Serial and Batch Bundle")
        serial_batch_bundle.refuse_later_use(self)
        stock_ledger.reverse(self)
        serial_batch_bundle.delink(self)


def _conversion_factor(item: Any, row: Any) -> float:
    if row.uom == item.stock_uom:
        return 1.0
    if flt(row.conversion_factor):
        return flt(row.conversion_factor)
    for unit in item.get("uoms") or []:
        if unit.uom == row.uom:
            return flt(unit.conversion_factor)
    frappe.throw(_("Row {0}: UOM Conversion Factor is mandatory").format(row.idx))
    return 0.0
