"""What the inspector does through the page of an inspection."""

from __future__ import annotations

from typing import Any

import pytest

import builders as a
import frappe
from med_trace.api import inspection
from med_trace.domain.changes import ChangedMeanwhile
from med_trace.domain.errors import TraceError

pytestmark = pytest.mark.usefixtures("site")

THREE = [{**a.LENGTH, "sample_size": 3}, a.LOOK]


def change(place: str, was: Any, now: Any) -> dict[str, Any]:
    return {"place": place, "was": was, "now": now}


def a_waiting_lot(characteristics: Any = THREE) -> tuple[str, str]:
    item = a.an_item()
    plan = a.a_plan(item, characteristics=characteristics)
    return a.a_received_lot(item), plan.name


def measured(*values: Any, name: str = "Length") -> list[dict[str, Any]]:
    return [change(f"results/{name}/{no}/value", None, value) for no, value in enumerate(values, start=1)]


def results(sheet: dict[str, Any], place: int = 0) -> list[Any]:
    return [row["value"] for row in sheet["characteristics"][place]["results"]]


# --- what waits


@pytest.mark.requirement("VIEW-1", "INSP-1")
def test_what_arrived_waits_with_its_plan_until_it_is_inspected() -> None:
    lot, plan = a_waiting_lot()
    (row,) = inspection.waiting(lot=lot)["inspections"]
    assert (row["stage"], row["plan"], row["record"]) == ("Incoming", plan, None)
    record = inspection.start(lot, plan)["name"]
    (row,) = inspection.waiting(lot=lot)["inspections"]
    assert row["record"] == record
    inspection.save(record, [*measured(10, 10, 10), change("results/Appearance/1/attribute", None, "Pass")])
    inspection.finish(record)
    assert inspection.waiting(lot=lot)["inspections"] == []


def test_a_lot_without_a_plan_waits_too_and_says_so() -> None:
    lot = a.a_received_lot()
    (row,) = inspection.waiting(lot=lot)["inspections"]
    assert (row["stage"], row["plan"]) == ("Incoming", None)


@pytest.mark.requirement("INSP-1", "PROD-3")
def test_an_operation_that_has_to_be_inspected_waits() -> None:
    item = a.an_item("Finished")
    a.a_routing(item, [{"operation_name": "Turning", "inspection_required": 1}, "Cleaning"])
    plan = a.a_plan(item, "In-process", [a.LENGTH], operation_no=10).name
    lot = a.a_started_lot(item)
    assert inspection.waiting(lot=lot)["inspections"] == []
    a.a_process_record(lot, 10)
    (row,) = inspection.waiting(lot=lot)["inspections"]
    assert (row["plan"], row["operation_no"]) == (plan, 10)
    a.an_inspection(lot, plan)
    assert inspection.waiting(lot=lot)["inspections"] == []


@pytest.mark.requirement("REL-1")
def test_a_made_lot_waits_for_its_final_inspection() -> None:
    lot = a.a_made_lot()
    plan = a.a_plan(frappe.db.get_value("Material Lot", lot, "item_code"), "Final", [a.LENGTH]).name
    assert [row["plan"] for row in inspection.waiting(lot=lot)["inspections"]] == [plan]
    a.an_inspection(lot, plan)
    assert inspection.waiting(lot=lot)["inspections"] == []


# --- the grid


@pytest.mark.requirement("INSP-2")
def test_the_plan_is_a_grid_of_samples() -> None:
    sheet = inspection.start(*a_waiting_lot())
    length, look = sheet["characteristics"]
    assert (length["samples"], length["lower_limit"], look["kind"]) == (3, "9.9", "Attribute")
    assert [row["sample_no"] for row in length["results"]] == [1, 2, 3]
    assert results(sheet) == [None, None, None]


@pytest.mark.requirement("INSP-2")
def test_results_are_judged_as_they_arrive_and_zero_is_a_result() -> None:
    record = inspection.start(*a_waiting_lot())["name"]
    sheet = inspection.save(record, measured(10, 0, 10.05), "2026-01-31T10:00:00")
    assert results(sheet) == [10, 0, 10.05]
    assert [row["verdict"] for row in sheet["characteristics"][0]["results"]] == ["Pass", "Fail", "Pass"]
    assert sheet["verdict"] == "Rejected"
    sheet = inspection.save(record, [change("results/Length/2/value", 0, None)])
    assert (results(sheet), sheet["verdict"]) == ([10, None, 10.05], None)


@pytest.mark.requirement("VIEW-2")
def test_two_inspectors_of_one_record_lose_nothing() -> None:
    record = inspection.start(*a_waiting_lot())["name"]
    inspection.save(record, measured(10))
    inspection.save(record, [change("results/Length/2/value", None, 10.01)])
    with pytest.raises(ChangedMeanwhile, match="Length 1 is 10"):
        inspection.save(record, measured(9.95))
    assert results(inspection.sheet(record)) == [10, 10.01, None]


@pytest.mark.requirement("INSP-2", "PROD-6")
def test_the_gauge_is_chosen_and_one_out_of_calibration_says_so() -> None:
    good, lapsed = a.a_tool("Gauge"), a.a_tool("Gauge", is_calibrated=False)
    record = inspection.start(*a_waiting_lot())["name"]
    reasons = {one["name"]: one["reason"] for one in inspection.sheet(record)["gauges"]}
    assert reasons[good] is None
    assert "not in calibration" in reasons[lapsed]
    sheet = inspection.save(record, [change("gauge/Length/name", None, lapsed)])
    assert sheet["characteristics"][0]["gauge"] == lapsed
    inspection.save(record, [*measured(10, 10, 10), change("results/Appearance/1/attribute", "", "Pass")])
    with pytest.raises(TraceError, match="not in calibration"):
        inspection.finish(record)


@pytest.mark.requirement("INSP-7")
def test_values_measured_before_stand_beside_the_new_ones() -> None:
    item = a.an_item()
    plan = a.a_plan(item, characteristics=[a.LENGTH]).name
    for value in (10.01, 10.02):
        a.an_inspection(a.a_received_lot(item), plan, [{"characteristic": "Length", "value": value}])
    sheet = inspection.start(a.a_received_lot(item), plan)
    assert sheet["characteristics"][0]["earlier"] == [10.01, 10.02]


@pytest.mark.parametrize(
    ("place", "now", "words"),
    [
        ("verdict", "Accepted", "not entered here"),
        ("results/Length/1/verdict", "Pass", "not in plan"),
        ("results/Length/9/value", 1, "not in plan"),
        ("results/Appearance/1/attribute", "Maybe", "not Pass or Fail"),
        ("results/Length/1/value", "ten", "not a number"),
        ("gauge/Nothing/name", "x", "not in plan"),
    ],
)
def test_what_is_not_entered_here_is_refused_by_name(place: str, now: Any, words: str) -> None:
    record = inspection.start(*a_waiting_lot())["name"]
    with pytest.raises(TraceError, match=words):
        inspection.save(record, [change(place, None, now)])


# --- the end


@pytest.mark.requirement("INSP-4")
def test_a_failed_inspection_says_what_follows() -> None:
    lot, plan = a_waiting_lot()
    record = inspection.start(lot, plan)["name"]
    inspection.save(record, measured(8))
    followed = inspection.finish(record)
    assert (followed["verdict"], followed["state"]) == ("Rejected", "On Hold")
    assert frappe.db.get_value("NCR", followed["ncr"], "source_name") == record
    assert inspection.finish(record) == followed


@pytest.mark.requirement("MAT-2")
def test_a_passed_inspection_frees_the_lot_or_says_what_keeps_it_back() -> None:
    lot, plan = a_waiting_lot([a.LENGTH])
    record = inspection.start(lot, plan)["name"]
    inspection.save(record, measured(10))
    followed = inspection.finish(record)
    assert (followed["verdict"], followed["state"], followed["blockers"]) == ("Accepted", "Released", [])


@pytest.mark.requirement("OPS-3")
def test_who_may_not_inspect_may_not_enter() -> None:
    record = inspection.start(*a_waiting_lot())["name"]
    with a.as_user(a.a_user("Operator")), pytest.raises(frappe.PermissionError):
        inspection.save(record, measured(10))


@pytest.mark.requirement("INSP-2", "AUD-6")
def test_an_inspection_begun_by_mistake_is_given_up_with_a_reason_and_waits_again() -> None:
    lot, plan = a_waiting_lot()
    with a.as_user(a.a_user("Trace Inspector")):
        record = inspection.start(lot, plan)["name"]
        inspection.save(record, measured("10.0"))
        assert inspection.discard(record, "the wrong lot") == lot
        with pytest.raises(TraceError, match="nothing is entered any more"):
            inspection.finish(record)
        (row,) = inspection.waiting(lot)["inspections"]
        assert row["record"] is None
        assert inspection.start(lot, plan)["name"] != record
    stored = frappe.get_doc("Inspection Record", record)
    assert (stored.docstatus, stored.results[0].value) == (2, 10)
    entry = frappe.get_last_doc("Audit Entry", {"document_name": record})
    assert entry.reason == "the wrong lot"
    assert a.state_of(lot) == "Quarantine"
