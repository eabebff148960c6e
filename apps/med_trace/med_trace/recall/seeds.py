"""Finds the rows of the ledger at which a scope starts: what brought the cause into lots. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import frappe
from med_trace.domain.scope import INTO_ACTIONS, Criterion, CriterionKind, RecordedRow, is_touched
from med_trace.ledger.rows import rows_matching

_LOT_COLUMN = {
    CriterionKind.LOT: "name",
    CriterionKind.SUPPLIER_LOT: "supplier_lot",
    CriterionKind.HEAT_NUMBER: "heat_no",
    CriterionKind.SUPPLIER: "supplier",
    CriterionKind.ITEM: "item_code",
}
_ROW_COLUMN = {
    CriterionKind.SERIAL: "serial_unit",
    CriterionKind.EQUIPMENT: "equipment",
    CriterionKind.TOOL: "tool",
    CriterionKind.CAVITY: "cavity",
    CriterionKind.OPERATOR: "operator",
}


def seed_rows(criteria: Sequence[Criterion], until: int | None = None) -> list[RecordedRow]:
    """The rows that brought into lots what the criteria describe."""
    one_of: dict[str, Sequence[str]] = {"action": sorted(INTO_ACTIONS)}
    criteria = [unit for one in criteria for unit in _by_unit_names(one)]
    for kind, column in _ROW_COLUMN.items():
        if kind is CriterionKind.CAVITY and any(one.kind is CriterionKind.TOOL for one in criteria):
            continue  # rows of that tool that name no cavity count too
        values = [one.value for one in criteria if one.kind is kind]
        if values:
            one_of[column] = values
    lots = _lots_of(criteria)
    if lots is not None:
        one_of["lot"] = lots
    conditions, bound = _window(criteria)
    records = _records_of(criteria)
    if records is not None:
        conditions.append("event.process_record in %(records)s")
        bound["records"] = tuple(records) or ("",)
    rows = rows_matching(one_of, conditions, bound, until)
    return [row for row in rows if is_touched(row, [one for one in criteria if one.kind not in _LOT_COLUMN])]


def unknown(criteria: Sequence[Criterion]) -> list[Criterion]:
    """The criteria whose value nothing in the system has: mistyped, or never recorded."""
    return [one for one in criteria if one.kind is not CriterionKind.TIME_WINDOW and not _is_known(one)]


def _is_known(criterion: Criterion) -> bool:
    kind, value = criterion.kind, criterion.value
    if kind in _LOT_COLUMN:
        return bool(frappe.db.exists("Material Lot", {_LOT_COLUMN[kind]: value}))
    if kind is CriterionKind.PARAMETER:
        return bool(frappe.db.exists("Process Parameter", {"parameter": value}))
    units = _by_unit_names(criterion)
    return any(frappe.db.exists("Trace Event Item", {_ROW_COLUMN[kind]: unit.value}) for unit in units)


def _by_unit_names(criterion: Criterion) -> list[Criterion]:
    """A serial number as the names of all units that carry it, of whichever item."""
    if criterion.kind is not CriterionKind.SERIAL:
        return [criterion]
    units = frappe.get_all(
        "Serial Unit", or_filters={"name": criterion.value, "serial_no": criterion.value}, pluck="name"
    )
    return [replace(criterion, value=unit) for unit in units] or [criterion]


def _lots_of(criteria: Sequence[Criterion]) -> list[str] | None:
    """Lots whose own facts meet the criteria; None where no criterion is about them."""
    filters = {
        column: ["in", [one.value for one in criteria if one.kind is kind]]
        for kind, column in _LOT_COLUMN.items()
        if any(one.kind is kind for one in criteria)
    }
    return frappe.get_all("Material Lot", filters, pluck="name", limit_page_length=0) if filters else None


def _window(criteria: Sequence[Criterion]) -> tuple[list[str], dict[str, Any]]:
    """Narrows the query to the widest window; `is_touched` decides row by row."""
    windows = [one for one in criteria if one.kind is CriterionKind.TIME_WINDOW]
    conditions, bound = [], {}
    starts, ends = [one.from_time for one in windows], [one.to_time for one in windows]
    if windows and None not in starts:
        conditions.append("ifnull(item.made_to, item.event_time) >= %(window_from)s")
        bound["window_from"] = min(one for one in starts if one)
    if windows and None not in ends:
        conditions.append("ifnull(item.made_from, item.event_time) <= %(window_to)s")
        bound["window_to"] = max(one for one in ends if one)
    return conditions, bound


def _records_of(criteria: Sequence[Criterion]) -> list[str] | None:
    """Process Records with a reading in the range asked for; None where no parameter is asked for."""
    asked = [one for one in criteria if one.kind is CriterionKind.PARAMETER]
    if not asked:
        return None
    found: set[str] = set()
    for one in asked:
        readings = frappe.get_all(
            "Process Parameter",
            {"parameter": one.value, "parenttype": "Process Record", "docstatus": 1},
            ["parent", "value", "minimum", "maximum"],
            limit_page_length=0,
        )
        found.update(row.parent for row in readings if _is_in_range(row, one))
    return sorted(found)


def _is_in_range(reading: dict[str, Any], asked: Criterion) -> bool:
    """Whether any of the reading (its value, or the span from minimum to maximum) lies in the range."""
    given = [reading[key] for key in ("value", "minimum", "maximum") if reading[key]]
    low, high = (min(given), max(given)) if given else (0.0, 0.0)
    above = asked.minimum is None or high >= asked.minimum
    return above and (asked.maximum is None or low <= asked.maximum)
