"""One inspection as the inspector sees it: characteristics by samples, limits, gauges, what was measured before.

Reads only; `entry` writes.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import flt, getdate
from med_trace.domain import inspection as rules
from med_trace.inspection.plans import characteristics_of
from med_trace.inspection.records import decides, why_no_gauge
from med_trace.ledger.shown import shown
from med_trace.receiving.service import blockers
from med_trace.receiving.stock_lines import to_decimal

EARLIER_RECORDS = 20
EARLIER_VALUES = 30
_HEAD = (
    "name lot item_code plan stage operation_no quantity quantity_sampled sampled_serials inspector inspected_at "
    "verdict ncr remarks docstatus modified modified_by"
).split()
_PLANNED = ("characteristic", "kind", "method", "uom", "nominal", "lower_limit", "upper_limit", "critical")


@shown()
def sheet(name: str) -> dict[str, Any]:
    """An Inspection Record as a grid: its characteristics in the order of the plan, each with `samples` (how
    many are wanted), `results` by sample, the gauge in use and `earlier` values of the same item, oldest first.
    """
    doc = frappe.get_doc("Inspection Record", name)
    lot = frappe.db.get_value(
        "Material Lot", doc.lot, ["item_name", "uom", "on_hand", "state", "supplier"], as_dict=True
    )
    plan = frappe.get_cached_doc("Inspection Plan", doc.plan)
    earlier = _earlier(doc)
    wanted = {one.name: one.samples_of(to_decimal(doc.quantity)) for one in characteristics_of(plan)}
    return {
        **{field: doc.get(field) for field in _HEAD},
        **lot,
        "quantity_sampled": flt(doc.quantity_sampled) or None,
        "verdict": doc.verdict or None,
        "characteristics": [
            {
                **{field: row.get(field) for field in _PLANNED},
                "samples": wanted[row.characteristic],
                "gauge": _gauge_of(doc, row),
                "results": _results(doc, row.characteristic),
                "earlier": earlier.get(row.characteristic, []),
            }
            for row in plan.characteristics
        ],
        "gauges": gauges(doc),
    }


@shown()
def followed(name: str) -> dict[str, Any]:
    """What came of a submitted record: {record, lot, verdict, state, ncr, decides, blockers}."""
    doc = frappe.get_doc("Inspection Record", name)
    accepted = doc.verdict == rules.Verdict.ACCEPTED.value
    still = accepted and decides(doc)  # the lot would be usable now, were nothing else in the way
    return {
        "record": doc.name,
        "lot": doc.lot,
        "stage": doc.stage,
        "verdict": doc.verdict,
        "state": frappe.db.get_value("Material Lot", doc.lot, "state"),
        "ncr": doc.ncr or None,
        "blockers": blockers(doc.lot) if still else [],
    }


def gauges(doc: Document) -> list[dict[str, Any]]:
    """The gauges that there are, each with why it may not be used on the day of this record; fit ones first."""
    rows = frappe.get_all(
        "Tool",
        filters={"tool_type": "Gauge", "status": ["!=", "Retired"]},
        fields=["name", "tool_name"],
        order_by="name asc",
        limit=100,
    )
    found = [{**row, "reason": why_no_gauge(row.name, getdate(doc.inspected_at))} for row in rows]
    return sorted(found, key=lambda one: bool(one["reason"]))


def value_of(row: Document) -> float | None:
    """What was measured. Without a time beside it nothing was: the database cannot tell that from zero."""
    return flt(row.value) if row.measured_at and not row.attribute else None


def _gauge_of(doc: Document, planned: Document) -> str | None:
    used = [row.gauge for row in doc.results if row.characteristic == planned.characteristic and row.gauge]
    return used[0] if used else planned.gauge


def _results(doc: Document, characteristic: str) -> list[dict[str, Any]]:
    return [
        {
            "sample_no": row.sample_no or 1,
            "serial_unit": row.serial_unit or None,
            "value": value_of(row),
            "attribute": row.attribute or None,
            "verdict": row.verdict or None,
        }
        for row in doc.results
        if row.characteristic == characteristic
    ]


def _earlier(doc: Document) -> dict[str, list[float]]:
    records = frappe.get_all(
        "Inspection Record",
        filters={"item_code": doc.item_code, "stage": doc.stage, "docstatus": 1, "name": ["!=", doc.name]},
        fields=["name"],
        order_by="inspected_at desc",
        limit=EARLIER_RECORDS,
    )
    order = {row.name: place for place, row in enumerate(reversed(records))}
    if not order:
        return {}
    rows = frappe.get_all(
        "Inspection Result",
        filters={
            "parent": ["in", list(order)],
            "parenttype": "Inspection Record",
            "attribute": ["is", "not set"],
        },
        fields=["parent", "characteristic", "sample_no", "value", "measured_at"],
    )
    found: dict[str, list[float]] = {}
    for row in sorted(rows, key=lambda one: (order[one.parent], one.sample_no or 0)):
        if row.measured_at:
            found.setdefault(row.characteristic, []).append(flt(row.value))
    return {name: values[-EARLIER_VALUES:] for name, values in found.items()}
