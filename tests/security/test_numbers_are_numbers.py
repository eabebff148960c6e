"""NaN, infinity and what no plant can hold are refused in words, wherever a number is written down."""

from __future__ import annotations

import pytest

import builders as a
import frappe
from med_trace.domain.errors import BadInput
from med_trace.receiving.stock_lines import to_decimal

STRANGE = [float("nan"), float("inf"), "NaN", "-Infinity"]
WORDS = ["abc", "1.2.3"]


@pytest.mark.requirement("INSP-2")
@pytest.mark.parametrize("value", [*STRANGE, *WORDS])
def test_a_reading_is_a_number(value):
    lot = a.a_received_lot()
    plan = a.a_plan(frappe.db.get_value("Material Lot", lot, "item_code"))
    results = [{**row, "value": value} for row in a.passing(plan)]
    with pytest.raises(BadInput):
        a.an_inspection(lot, plan, results, is_submitted=False)


@pytest.mark.requirement("PROD-2")
@pytest.mark.parametrize("value", [1e300, *STRANGE])
def test_a_count_is_a_number(value):
    item = a.an_item("Finished")
    a.a_routing(item)
    lot = a.a_started_lot(item)
    with pytest.raises(frappe.ValidationError):
        a.a_process_record(lot, quantity_good=value)


@pytest.mark.parametrize("value", [1e300, "1e13", *STRANGE])
def test_a_quantity_is_a_number(value):
    with pytest.raises(BadInput):
        to_decimal(value)
