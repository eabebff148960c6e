"""Inspection Records by the plans of the plant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import flt
from med_trace.demo.papers.stock import Row
from med_trace.demo.users import INSPECTOR, acting_as
from med_trace.inspection.plans import characteristics_of


def inspect(
    lot: str,
    plan_name: str,
    at: datetime,
    found: Mapping[tuple[str, int], Any] | None = None,
    units: Sequence[str] = (),
    sampled: float = 0,
) -> str:
    """An Inspection Record by the current plan, submitted; returns its name.

    Results lie close to nominal and attributes pass, but for what `found` gives by characteristic and sample.
    `units` are the pieces looked at, in the order of the samples.
    """
    plan = frappe.get_doc("Inspection Plan", f"{plan_name}-A")
    quantity = Decimal(str(frappe.db.get_value("Material Lot", lot, "on_hand")))
    rows = [
        _result(row, sample, found or {}, units)
        for row, one in zip(plan.characteristics, characteristics_of(plan), strict=True)
        for sample in range(1, one.samples_of(quantity) + 1)
    ]
    record = {"doctype": "Inspection Record", "lot": lot, "plan": plan.name, "inspector": INSPECTOR}
    with acting_as(INSPECTOR):
        doc = frappe.get_doc({**record, "inspected_at": at, "quantity_sampled": sampled, "results": rows})
        doc.insert()
        doc.submit()
    return doc.name


def _result(row: Document, sample: int, found: Mapping[tuple[str, int], Any], units: Sequence[str]) -> Row:
    given = found.get((row.characteristic, sample))
    result: Row = {"characteristic": row.characteristic, "sample_no": sample}
    if sample <= len(units):
        result["serial_unit"] = units[sample - 1]
    if row.kind == "Attribute":
        return {**result, "attribute": given or "Pass"}
    return {**result, "value": _near_nominal(row, sample) if given is None else given}


def _near_nominal(row: Document, sample: int) -> float:
    """A value a little off the nominal one, the same at every telling."""
    nominal = flt(row.nominal)
    room = min(abs(flt(limit) - nominal) for limit in (row.lower_limit, row.upper_limit) if limit)
    return round(nominal + room * (sample * 3 % 7 - 3) / 10, 4)
