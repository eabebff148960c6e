"""Lots, operations, inspections and movements as tables: by period, lot, supplier, material and equipment.

What a user may not read is not in it: the records are listed with his permissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import frappe
from med_trace.domain import genealogy
from med_trace.evidence.history import plain
from med_trace.ledger.fetch import fetch
from med_trace.ledger.links import children_of


@dataclass(frozen=True)
class Table:
    """A record's columns, and those of its rows; `at` is what a period is about. Labels by fieldname."""

    doctype: str
    at: str
    columns: dict[str, str]
    rows: str | None = None
    row_columns: dict[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        return [*self.columns.values(), *self.row_columns.values()]


TABLES = {
    "lots": Table(
        "Material Lot",
        "creation",
        {
            "name": "Lot",
            "item_code": "Item",
            "item_name": "Item Name",
            "kind": "Kind",
            "state": "State",
            "uom": "UoM",
            "quantity": "Quantity",
            "on_hand": "On hand",
            "shipped": "Shipped",
            "supplier": "Supplier",
            "supplier_lot": "Supplier lot",
            "heat_no": "Heat number",
            "material_grade": "Material grade",
            "certificate_no": "Certificate",
            "batch": "Batch",
            "manufacturing_date": "Manufacturing date",
            "received_date": "Received",
            "expiry_date": "Expiry date",
            "creation": "Created on",
        },
    ),
    "operations": Table(
        "Process Record",
        "started_at",
        {
            "name": "Record",
            "lot": "Lot",
            "item_code": "Item",
            "routing": "Routing",
            "operation_no": "No.",
            "operation_name": "Operation",
            "equipment": "Equipment",
            "tool": "Tool",
            "operator": "Operator",
            "started_at": "From",
            "finished_at": "To",
            "quantity_good": "Good",
            "quantity_scrap": "Scrap",
            "docstatus": "Document status",
        },
        "Process Parameter",
        {
            "parameter": "Parameter",
            "value": "Value",
            "minimum": "Lowest",
            "maximum": "Highest",
            "lower_limit": "Lower Limit",
            "upper_limit": "Upper Limit",
            "uom": "UoM",
            "judgement": "Judgement",
        },
    ),
    "inspections": Table(
        "Inspection Record",
        "inspected_at",
        {
            "name": "Record",
            "lot": "Lot",
            "item_code": "Item",
            "plan": "Inspection Plan",
            "stage": "Stage",
            "inspector": "Inspector",
            "inspected_at": "Time",
            "quantity": "Quantity",
            "ncr": "NCR",
            "docstatus": "Document status",
        },
        "Inspection Result",
        {
            "characteristic": "Characteristic",
            "sample_no": "Sample No",
            "serial_unit": "Serial Unit",
            "value": "Value",
            "attribute": "Attribute",
            "uom": "UoM",
            "verdict": "Verdict",
            "gauge": "Gauge",
        },
    ),
    "movements": Table(
        "Trace Event",
        "event_time",
        {
            "name": "Trace Event",
            "event_type": "Event Type",
            "event_time": "Time",
            "recorded_by": "User",
            "source_doctype": "Document type",
            "source_name": "Document",
            "consignee": "Consignee",
            "supplier": "Supplier",
            "reason": "Reason",
            "reverses": "Reverses",
        },
        "Trace Event Item",
        {
            "lot": "Lot",
            "action": "What",
            "serial_unit": "Serial Unit",
            "quantity": "Quantity",
            "uom": "UoM",
            "state_after": "State",
            "equipment": "Equipment",
            "tool": "Tool",
            "cavity": "Cavity",
        },
    ),
}


@dataclass(frozen=True)
class Wanted:
    """Which records; empty means any. `onward`: also what was made from the lots that are asked for."""

    from_time: datetime | None = None
    to_time: datetime | None = None
    lot: str | None = None
    supplier: str | None = None
    item: str | None = None
    equipment: str | None = None
    onward: bool = False


def rows_of(what: str, wanted: Wanted) -> list[list[Any]]:
    """The lines of a table, in the order of time; a record without rows has one line."""
    table = TABLES[what]
    lots = _lots(wanted)
    records = _records(table, wanted, lots)
    if not table.rows:
        return [_values(record, table.columns) for record in records]
    rows = _rows(table, records, lots)
    return [
        [*_values(record, table.columns), *_values(row, table.row_columns)]
        for record in records
        for row in rows.get(record["name"], [] if table.doctype == "Trace Event" else [{}])
    ]


def _values(row: dict[str, Any], columns: Iterable[str]) -> list[Any]:
    return [plain(row.get(column)) for column in columns]


def _lots(wanted: Wanted) -> set[str] | None:
    """The lots that lot, supplier and material ask for; None when none of them is given."""
    asked = {"name": wanted.lot, "supplier": wanted.supplier, "item_code": wanted.item}
    given = {column: value for column, value in asked.items() if value}
    if not given:
        return None
    lots = frappe.get_all("Material Lot", filters=given, pluck="name", limit_page_length=0)
    return set(genealogy.forward(lots, children_of).lots) if wanted.onward else set(lots)


def _records(table: Table, wanted: Wanted, lots: set[str] | None) -> list[dict[str, Any]]:
    filters: list[list[Any]] = []
    if wanted.from_time:
        filters.append([table.at, ">=", wanted.from_time])
    if wanted.to_time:
        filters.append([table.at, "<=", wanted.to_time])
    names = _names(table, wanted, lots)
    found: list[dict[str, Any]] = []
    for chunk in [None] if names is None else _chunks(sorted(names)):
        asked = [*filters, ["name", "in", chunk]] if chunk is not None else filters
        fields = [*table.columns, f"{table.at} as sorted_by"]
        found += frappe.get_list(table.doctype, filters=asked, fields=fields, limit_page_length=0)
    return sorted(found, key=lambda row: (str(row["sorted_by"] or ""), row["name"]))


def _names(table: Table, wanted: Wanted, lots: set[str] | None) -> set[str] | None:
    """The records that lots and equipment ask for; None for all."""
    by_lot = None if lots is None else _about_lots(table, lots)
    if not wanted.equipment:
        return by_lot
    by_equipment = _on_equipment(table, wanted.equipment)
    return by_equipment if by_lot is None else by_lot & by_equipment


def _about_lots(table: Table, lots: set[str]) -> set[str]:
    if table.doctype == "Material Lot":
        return lots
    if table.doctype == "Trace Event":
        return {row["parent"] for row in fetch("Trace Event Item", sorted(lots), ["parent"], by="lot")}
    return {row["name"] for row in fetch(table.doctype, sorted(lots), ["name"], by="lot")}


def _on_equipment(table: Table, equipment: str) -> set[str]:
    """Records of this machine; for lots and inspections, those of lots that ran on it."""
    if table.doctype == "Process Record":
        return _plucked("Process Record", {"equipment": equipment}, "name")
    if table.doctype == "Trace Event":
        return _plucked("Trace Event Item", {"equipment": equipment}, "parent")
    lots = _plucked("Process Record", {"equipment": equipment}, "lot")
    lots |= _plucked("Trace Event Item", {"equipment": equipment}, "lot")
    return _about_lots(table, lots)


def _plucked(doctype: str, filters: dict[str, str], column: str) -> set[str]:
    return set(frappe.get_all(doctype, filters=filters, pluck=column, limit_page_length=0))


def _rows(
    table: Table, records: Sequence[dict[str, Any]], lots: set[str] | None
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    names = [record["name"] for record in records]
    rows = fetch(table.rows or "", names, ["parent", "idx", *table.row_columns], by="parent")
    for row in sorted(rows, key=lambda row: row["idx"]):
        if table.doctype != "Trace Event" or lots is None or row["lot"] in lots:
            found.setdefault(row["parent"], []).append(row)
    return found


def _chunks(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[first : first + 2_000] for first in range(0, len(names), 2_000)]
