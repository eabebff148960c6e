"""Stock Ledger Entries: one per movement, never changed; a cancellation appends the reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import flt, get_datetime

if TYPE_CHECKING:
    from erpnext.controllers.stock_controller import StockLine

TINY = 1e-6


class NegativeStockError(frappe.ValidationError):
    """More would leave a warehouse than is in it."""


def post(doc: Any, line: StockLine, bundle: str | None) -> None:
    """Posts one line through the document API, so that hooks on Stock Ledger Entry run."""
    entry = _new_entry(doc, line.row.item_code, line.warehouse, line.qty)
    balance, value = balance_of(line.row.item_code, line.warehouse)
    after = balance + line.qty
    if after < -TINY and not frappe.get_cached_value("Item", line.row.item_code, "allow_negative_stock"):
        _refuse(line.row.item_code, line.warehouse, -after, doc)
    rate = line.rate if line.qty > 0 else value
    entry.update(
        {
            "voucher_detail_no": line.row.name,
            "serial_and_batch_bundle": bundle,
            "has_batch_no": int(bool(line.row.get("batch_no"))),
            "has_serial_no": int(bool(line.row.get("serial_no"))),
            "qty_after_transaction": after,
            "incoming_rate": rate if line.qty > 0 else 0,
            "outgoing_rate": value if line.qty < 0 else 0,
            "valuation_rate": (balance * value + line.qty * rate) / after if after > TINY else rate,
        }
    )
    _submit(entry)


def reverse(doc: Any) -> None:
    """Appends the reverse of every live entry of the document and marks both as cancelled."""
    fields = ["name", "item_code", "warehouse", "actual_qty", "voucher_detail_no", "serial_and_batch_bundle"]
    filters = {"voucher_type": doc.doctype, "voucher_no": doc.name, "is_cancelled": 0}
    entries = frappe.get_all(
        "Stock Ledger Entry", filters=filters, fields=fields, order_by="creation desc, name desc"
    )
    for old in entries:
        frappe.db.set_value("Stock Ledger Entry", old.name, "is_cancelled", 1)
        entry = _new_entry(doc, old.item_code, old.warehouse, -flt(old.actual_qty))
        entry.update({"voucher_detail_no": old.voucher_detail_no, "is_cancelled": 1})
        entry.serial_and_batch_bundle = old.serial_and_batch_bundle
        _submit(entry)
    for item_code, warehouse in {(entry.item_code, entry.warehouse) for entry in entries}:
        balance = balance_of(item_code, warehouse)[0]
        if balance < -TINY and not frappe.get_cached_value("Item", item_code, "allow_negative_stock"):
            _refuse(item_code, warehouse, -balance, doc)


def balance_of(item_code: str, warehouse: str) -> tuple[float, float]:
    """Quantity now in the warehouse and its valuation rate."""
    quantity = frappe.db.sql(
        "select sum(actual_qty) from `tabStock Ledger Entry`"
        " where item_code = %s and warehouse = %s and is_cancelled = 0 and docstatus = 1",
        (item_code, warehouse),
    )[0][0]
    filters = {"item_code": item_code, "warehouse": warehouse, "is_cancelled": 0}
    rates = frappe.get_all(
        "Stock Ledger Entry", filters=filters, pluck="valuation_rate", order_by="creation desc", limit=1
    )
    return flt(quantity), flt(rates[0]) if rates else 0.0


def _new_entry(doc: Any, item_code: str, warehouse: str, quantity: float) -> Any:
    entry = frappe.new_doc("Stock Ledger Entry")
    entry.update(
        {
            "item_code": item_code,
            "warehouse": warehouse,
            "actual_qty": quantity,
            "posting_date": doc.posting_date,
            "posting_time": doc.posting_time,
            "posting_datetime": get_datetime(f"{doc.posting_date} {doc.posting_time}"),
            "voucher_type": doc.doctype,
            "voucher_no": doc.name,
            "company": doc.company,
            "stock_uom": frappe.get_cached_value("Item", item_code, "stock_uom"),
        }
    )
    return entry


def _submit(entry: Any) -> None:
    entry.flags.ignore_permissions = True  # the voucher's own permission was checked
    entry.flags.ignore_links = True
    entry.submit()


def _refuse(item_code: str, warehouse: str, missing: float, doc: Any) -> None:
    frappe.throw(
        _("{0} units of {1} needed in {2} to complete this transaction: {3} {4}.").format(
            flt(missing, 6), item_code, warehouse, _(doc.doctype), doc.name
        ),
        NegativeStockError,
        title=_("Insufficient Stock"),
    )
