"""Process Records, and the Stock Entries that follow them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import flt
from med_trace.demo.papers.stock import Row, expiry_of, make_batch, moved, stock_entry
from med_trace.demo.plant import Plant
from med_trace.demo.users import OPERATOR, SUPERVISOR, acting_as
from med_trace.production.service import start_lot


def start(plant: Plant, item_code: str, number: str, days_ago: int) -> str:
    """A new lot that follows its routing, with ERPNext's batch of the same number."""
    with acting_as(SUPERVISOR):
        made = plant.at(days_ago, "00:00").date()
        batch = make_batch(item_code, number, made)
        expires = expiry_of(item_code, made)
        return start_lot(item_code, number, batch=batch, manufacturing_date=made, expiry_date=expires)


def run(
    lot: str,
    operation_no: int,
    equipment: str,
    started: datetime,
    finished: datetime,
    readings: Mapping[str, float | Mapping[str, Any]] | None = None,
    **fields: Any,
) -> str:
    """One operation of a lot's routing, recorded and submitted; returns the Process Record."""
    record = frappe.get_doc(
        {
            "doctype": "Process Record",
            "lot": lot,
            "operation_no": operation_no,
            "routing": frappe.db.get_value("Material Lot", lot, "routing"),
            "equipment": equipment,
            "operator": OPERATOR,
            "started_at": started,
            "finished_at": finished,
            "parameters": [_reading(name, value) for name, value in (readings or {}).items()],
            **fields,
        }
    )
    with acting_as(OPERATOR):
        record.insert()
        record.submit()
    return record.name


def _reading(parameter: str, value: float | Mapping[str, Any]) -> Row:
    return {"parameter": parameter, **(value if isinstance(value, Mapping) else {"value": value})}


def manufacture(plant: Plant, process_record: str, warehouse: str = "Work In Progress") -> str:
    """The Stock Entry that follows a Process Record which made pieces; returns its name."""
    record = frappe.get_doc("Process Record", process_record)
    item_code, batch = frappe.db.get_value("Material Lot", record.lot, ["item_code", "batch"])
    serials = [serial for row in record.outputs for serial in (row.serial_numbers or "").split()]
    made = moved(item_code, record.quantity_good, batch, serials, t_warehouse=plant.warehouse(warehouse))
    used = [
        moved(code, quantity, lot, s_warehouse=plant.warehouse(_place_of(lot)))
        for lot, code, quantity in _used(record)
    ]
    rows = [*used, {**made, "is_finished_item": 1}]
    return stock_entry(plant, "Manufacture", rows, record.finished_at, mt_process_record=record.name)


def use_up(plant: Plant, process_record: str) -> str:
    """The Stock Entry for what a later operation used up."""
    record = frappe.get_doc("Process Record", process_record)
    rows = [
        moved(code, quantity, lot, s_warehouse=plant.warehouse(_place_of(lot)))
        for lot, code, quantity in _used(record)
    ]
    return stock_entry(plant, "Material Issue", rows, record.finished_at, mt_process_record=record.name)


def _used(record: Document) -> list[tuple[str, str, float]]:
    totals: dict[str, float] = {}
    for row in record.materials:
        totals[row.lot] = totals.get(row.lot, 0.0) + flt(row.quantity)
    return [(lot, frappe.db.get_value("Material Lot", lot, "item_code"), qty) for lot, qty in totals.items()]


def _place_of(lot: str) -> str:
    """Where the plant keeps material of this kind."""
    kind, supplier = frappe.db.get_value("Material Lot", lot, ["kind", "supplier"])
    return "Stores" if supplier or kind == "Raw" else "Work In Progress"
