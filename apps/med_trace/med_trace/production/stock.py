"""What ERPNext has in stock of a lot, and documents that take it out and bring it in: stock and ledger stay one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from med_trace.domain.errors import BadInput
from med_trace.domain.gate import plain
from med_trace.receiving.stock_lines import to_decimal

StockRow = dict[str, Any]


def stock_of(batch: str | None, serial: str | None = None) -> dict[str, Decimal]:
    """What ERPNext has of a batch, or of one serial number, by warehouse; empty where it has none."""
    column, value = ("serial_no", serial) if serial else ("batch_no", batch)
    rows = frappe.db.sql(
        "select entry.warehouse, sum(entry.qty) from `tabSerial and Batch Entry` entry"
        " join `tabSerial and Batch Bundle` bundle on bundle.name = entry.parent"
        f" where bundle.docstatus = 1 and bundle.is_cancelled = 0 and entry.{column} = %s"
        " group by entry.warehouse order by entry.warehouse",
        (value or "",),
    )
    found = {place: to_decimal(quantity) for place, quantity in rows if place}
    return {place: quantity for place, quantity in found.items() if quantity > 0}


def rows_out(lot: str, quantity: Decimal, there: Mapping[str, Decimal]) -> list[StockRow]:
    """The rows that take a quantity of a lot out of what is `there`, by warehouse. Raises BadInput for more than that."""
    item, batch = frappe.db.get_value("Material Lot", lot, ["item_code", "batch"])
    rows, left = [], quantity
    for place, stock in there.items():
        taken = min(left, stock)
        if taken > 0:
            rows.append(moved(item, taken, batch, s_warehouse=place))
            left -= taken
    if left > 0:
        raise BadInput(
            "Lot {0}: {1} are wanted, {2} of it are in ERPNext's stock.",
            *(lot, plain(quantity), plain(quantity - left)),
            field="quantity",
        )
    return rows


def moved(item: str, quantity: Decimal, batch: str | None, **fields: str) -> StockRow:
    """A row of a Stock Entry; `fields` say from or to where, and which serial number."""
    return {
        "item_code": item,
        "qty": float(quantity),
        "use_serial_batch_fields": 1,
        "batch_no": batch,
        "allow_zero_valuation_rate": 1,
        **fields,
    }


def book(
    purpose: str, rows: Sequence[StockRow], reason: str | None, time: datetime | None = None, **fields: Any
) -> str:
    """Submit a Stock Entry; returns its name. Raises PermissionError for whom ERPNext lets book none."""
    require_may_book("Stock Entry")
    when = {"set_posting_time": 1, "posting_date": time.date(), "posting_time": time.time()} if time else {}
    entry = frappe.get_doc(
        {
            "doctype": "Stock Entry",
            "stock_entry_type": frappe.db.get_value("Stock Entry Type", {"purpose": purpose}) or purpose,
            "purpose": purpose,
            "company": frappe.db.get_value("Warehouse", rows[0]["s_warehouse"], "company"),
            "remarks": reason,
            "items": list(rows),
            **when,
            **fields,
        }
    )
    entry.flags.trace_reason = reason
    entry.insert()
    entry.submit()
    return str(entry.name)


def require_may_book(doctype: str) -> None:
    """Raise frappe.PermissionError, with what to do, unless ERPNext's own rights let this user submit the document."""
    if not frappe.has_permission(doctype, "submit"):
        message = _(
            "This is in ERPNext's stock and is moved by a {0}. Ask for a role that submits one (Stock User)."
        )
        frappe.throw(message.format(_(doctype)), frappe.PermissionError)
