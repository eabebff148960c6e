"""Receipts, deliveries and invoices: amounts, parties, returns. One class, since buying and selling mirror each other."""

from __future__ import annotations

from typing import Any

import frappe
from erpnext.controllers.stock_controller import StockController, StockLine
from frappe import _
from frappe.contacts.doctype.address.address import get_address_display, get_default_address
from frappe.utils import flt

TINY = 1e-6


class TradeController(StockController):
    party_type = ""
    inward = True  # whether a positive quantity comes in
    return_field = ""  # field of a return's row that names the row it returns

    @property
    def posts_stock(self) -> bool:
        return True

    def before_validate(self) -> None:
        super().before_validate()
        self.set_party()
        self.set_amounts()

    def validate(self) -> None:
        if not self.posts_stock:
            return
        for row in self.items:
            row.warehouse = row.warehouse or self.get("set_warehouse")
            if not row.warehouse and frappe.get_cached_value("Item", row.item_code, "is_stock_item"):
                frappe.throw(
                    _("Row #{0}: Warehouse is mandatory for item {1}").format(row.idx, row.item_code)
                )
        self.validate_serialized_batch()
        if self.is_return:
            self.validate_return()

    def on_submit(self) -> None:
        if self.posts_stock:
            self.update_stock_ledger()
        self.update_returned(self.return_against)
        self.db_set("status", "To Bill" if self.meta.has_field("per_billed") else "Submitted")

    def on_cancel(self) -> None:
        if self.posts_stock:
            self.reverse_stock_ledger()
        self.update_returned(self.return_against)
        self.db_set("status", "Cancelled")

    # -- rows

    def fill_row(self, row: Any) -> None:
        super().fill_row(row)
        if row.meta.has_field("received_qty"):
            row.received_qty = flt(row.qty) + flt(row.get("rejected_qty"))
        if row.meta.has_field("received_stock_qty"):
            row.received_stock_qty = flt(row.received_qty) * row.conversion_factor
        rate = flt(row.rate) or flt(row.price_list_rate)
        amount = rate * flt(row.qty)
        for field in ("rate", "base_rate", "net_rate", "base_net_rate", "valuation_rate", "incoming_rate"):
            if row.meta.has_field(field):
                row.set(field, rate)
        for field in ("amount", "base_amount", "net_amount", "base_net_amount"):
            row.set(field, amount)

    def stock_lines(self) -> list[StockLine]:
        sign = 1 if self.inward else -1
        lines = []
        for row in self.items:
            rate = flt(row.rate) / (row.conversion_factor or 1)
            if row.stock_qty:
                lines.append(StockLine(row, row.warehouse, sign * row.stock_qty, rate))
            rejected = flt(row.get("rejected_qty")) * row.conversion_factor
            if rejected:
                warehouse = row.rejected_warehouse or self.get("rejected_warehouse")
                if not warehouse:
                    frappe.throw(_("Row #{0}: Rejected Warehouse is mandatory").format(row.idx))
                field = "rejected_serial_and_batch_bundle"
                lines.append(StockLine(row, warehouse, rejected, rate, row.rejected_serial_no or "", field))
        return lines

    # -- head

    def set_party(self) -> None:
        field = self.party_type.lower()
        party = frappe.get_cached_doc(self.party_type, self.get(field)) if self.get(field) else None
        if party:
            self.set(f"{field}_name", party.get(f"{field}_name"))
            self.title = self.get(f"{field}_name")
        self.currency = self.get("currency") or frappe.get_cached_value(
            "Company", self.company, "default_currency"
        )
        self.conversion_rate = flt(self.get("conversion_rate")) or 1.0
        self.set_addresses()

    def set_addresses(self) -> None:
        """Addresses of the party, unless others were chosen, and their text."""
        party = self.get(self.party_type.lower())
        pairs = {
            "supplier_address": "address_display",
            "customer_address": "address_display",
            "shipping_address_name": "shipping_address",
        }
        for field, display in pairs.items():
            if not self.meta.has_field(field):
                continue
            if not self.get(field) and party:
                kind = "is_shipping_address" if field.startswith("shipping") else "is_primary_address"
                self.set(field, get_default_address(self.party_type, party, kind))
            if self.get(field):
                self.set(display, get_address_display(self.get(field)))

    def set_amounts(self) -> None:
        total = sum(flt(row.amount) for row in self.items)
        self.total_qty = sum(flt(row.qty) for row in self.items)
        for field in (
            "total",
            "base_total",
            "net_total",
            "base_net_total",
            "grand_total",
            "base_grand_total",
        ):
            self.set(field, total)

    # -- returns

    def validate_return(self) -> None:
        """Against a submitted document, rows negative and not more than went the other way."""
        if any(flt(row.qty) > 0 for row in self.items):
            frappe.throw(_("Quantities of a return must be negative"))
        if not self.return_against:
            return
        against = frappe.get_doc(self.doctype, self.return_against)
        if against.docstatus != 1 or against.get(self.party_type.lower()) != self.get(
            self.party_type.lower()
        ):
            frappe.throw(_("{0} {1} cannot be returned").format(_(str(self.doctype)), self.return_against))
        given = {row.name: row for row in against.items}
        for row in self.items:
            source = given.get(row.get(self.return_field))
            if source is None:
                source = next((known for known in against.items if known.item_code == row.item_code), None)
            if source is None:
                frappe.throw(_("Row #{0}: {1} is not in {2}").format(row.idx, row.item_code, against.name))
            left = flt(source.qty) - flt(source.get("returned_qty"))
            if abs(flt(row.qty)) > left + TINY:
                frappe.throw(
                    _("Row #{0}: Cannot return more than {1} for Item {2}").format(
                        row.idx, left, row.item_code
                    )
                )

    def update_returned(self, name: str | None) -> None:
        """`returned_qty` of the rows that this return belongs to."""
        if not name or not self.is_return or not self.meta.has_field("per_returned"):
            return
        against = frappe.get_doc(self.doctype, name)
        child = against.items[0].doctype
        for row in against.items:
            filters = {self.return_field: row.name, "docstatus": 1}
            quantities = frappe.get_all(child, filters=filters, pluck="qty")
            row.db_set("returned_qty", -sum(flt(quantity) for quantity in quantities), update_modified=False)
        sent = sum(flt(row.qty) for row in against.items)
        back = sum(flt(row.returned_qty) for row in against.items)
        against.db_set("per_returned", 100 * back / sent if sent else 0, update_modified=False)
