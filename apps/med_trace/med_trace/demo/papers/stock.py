"""Stock Entries and batches, and what every document that moves stock has in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import frappe
from frappe.utils import flt
from med_trace.demo.plant import Plant
from med_trace.demo.users import OPERATOR, WAREHOUSE, acting_as

Row = dict[str, Any]


def stock_entry(
    plant: Plant, purpose: str, rows: Iterable[Row], at: datetime, by: str = OPERATOR, **fields: Any
) -> str:
    """A Stock Entry, submitted; returns its name."""
    entry = frappe.get_doc(
        {
            "doctype": "Stock Entry",
            "stock_entry_type": purpose,
            "purpose": purpose,
            "company": plant.company,
            **posted_at(at),
            "items": list(rows),
            **fields,
        }
    )
    with acting_as(by):
        entry.insert()
        entry.submit()
    return entry.name


def remove(plant: Plant, lot: str, quantity: float, at: datetime, place: str, **why: Any) -> str:
    """Take something out of stock by a Material Issue: `mt_issue_as` Scrap or Sample, or `mt_ncr`."""
    item_code, batch = frappe.db.get_value("Material Lot", lot, ["item_code", "batch"])
    row = moved(item_code, quantity, batch, s_warehouse=plant.warehouse(place))
    return stock_entry(plant, "Material Issue", [row], at, WAREHOUSE, **why)


def transfer(
    plant: Plant,
    lot: str,
    quantity: float,
    source: str,
    target: str,
    at: datetime,
    serials: Sequence[str] = (),
) -> str:
    """Carry pieces of a lot from one warehouse to another."""
    item_code, batch = frappe.db.get_value("Material Lot", lot, ["item_code", "batch"])
    places = {"s_warehouse": plant.warehouse(source), "t_warehouse": plant.warehouse(target)}
    row = moved(item_code, quantity, batch, serials, **places)
    return stock_entry(plant, "Material Transfer", [row], at, WAREHOUSE)


def moved(item_code: str, quantity: float, batch: str, serials: Sequence[str] = (), **places: str) -> Row:
    """A row of a document that moves stock: item, quantity, batch, serial numbers, and from or to where."""
    return {
        "item_code": item_code,
        "qty": flt(quantity),
        "use_serial_batch_fields": 1,
        "batch_no": batch,
        "serial_no": "\n".join(serials),
        "basic_rate": rate_of(item_code),
        **places,
    }


def make_batch(item_code: str, number: str, made: date, expires: date | None = None) -> str:
    """ERPNext's batch for one of our lots; it expires at the end of the item's shelf life unless told otherwise."""
    batch = {"doctype": "Batch", "batch_id": number, "item": item_code, "manufacturing_date": made}
    return frappe.get_doc({**batch, "expiry_date": expires or expiry_of(item_code, made)}).insert().name


def expiry_of(item_code: str, made: date) -> date | None:
    """The end of the item's shelf life; None for one that has none."""
    days = frappe.get_cached_value("Item", item_code, "shelf_life_in_days")
    return made + timedelta(days=int(days)) if days else None


def rate_of(item_code: str) -> float:
    """What one unit costs in the demo's books."""
    return flt(frappe.get_cached_value("Item", item_code, "valuation_rate"))


def named(doctype: str, title: str) -> str:
    """The name of a partner by its title: sites name partners in their own ways."""
    return frappe.db.get_value(doctype, {f"{doctype.lower()}_name": title})


def posted_at(at: datetime) -> Row:
    """When a document of ERPNext took effect, as its fields say it."""
    return {
        "set_posting_time": 1,
        "posting_date": at.date().isoformat(),
        "posting_time": at.time().isoformat(),
    }
