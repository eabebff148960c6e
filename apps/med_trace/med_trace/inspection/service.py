"""The verbs of inspection, and every result of a piece reached from its identifier."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.domain.errors import NotFound
from med_trace.inspection.plans import current_plan
from med_trace.inspection.records import accept_lot
from med_trace.ledger.shown import shown
from med_trace.qualification.revisions import make_revision

__all__ = ["accept_lot", "current_plan", "make_revision", "results_of_lot", "results_of_unit"]

_FIELDS = [
    "parent",
    "characteristic",
    "sample_no",
    "serial_unit",
    "value",
    "attribute",
    "verdict",
    "uom",
    "gauge",
    "measured_at",
]


@shown()
def results_of_unit(unit: str) -> list[dict[str, Any]]:
    """Every submitted result of one piece: characteristic, value or attribute, verdict, unit, gauge, time,
    inspector, record and plan, oldest first. Raises NotFound for an unknown unit.
    """
    if not frappe.db.exists("Serial Unit", unit):
        raise NotFound("Unit {0} does not exist.", unit)
    return _results({"serial_unit": unit})


@shown()
def results_of_lot(lot: str) -> list[dict[str, Any]]:
    """Every submitted result of a lot and its pieces, oldest first. Raises NotFound for an unknown lot."""
    if not frappe.db.exists("Material Lot", lot):
        raise NotFound("Lot {0} does not exist.", lot)
    names = frappe.get_all("Inspection Record", filters={"lot": lot, "docstatus": 1}, pluck="name")
    return _results({"parent": ["in", names]})


def _results(filters: dict[str, Any]) -> list[dict[str, Any]]:
    rows = frappe.get_all(
        "Inspection Result",
        filters={**filters, "docstatus": 1, "parenttype": "Inspection Record"},
        fields=_FIELDS,
        order_by="measured_at asc, idx asc",
    )
    records = {
        record.name: record
        for record in frappe.get_all(
            "Inspection Record",
            filters={"name": ["in", list({row.parent for row in rows})]},
            fields=["name", "lot", "plan", "stage", "inspector"],
        )
    }
    return [_result(row, records[row.parent]) for row in rows]


def _result(row: Any, record: Any) -> dict[str, Any]:
    return {
        **{field: row[field] for field in _FIELDS if field != "parent"},
        "record": record.name,
        "lot": record.lot,
        "plan": record.plan,
        "stage": record.stage,
        "inspector": record.inspector,
    }
