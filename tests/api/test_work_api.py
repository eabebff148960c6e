"""What the person at the machine does through the page of an operation."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

import builders as a
import frappe
from med_trace.api import work
from med_trace.domain.changes import ChangedMeanwhile
from med_trace.domain.errors import NotFound, NotReleased, OnHold, TraceError
from med_trace.domain.qualification import NotQualified
from med_trace.ledger.draft import NotOpen
from med_trace.nonconformance import service

pytestmark = pytest.mark.usefixtures("site")

SPEED = {
    "parameter": "Speed",
    "lower_limit": "100",
    "lower_warning": "200",
    "upper_warning": "400",
    "upper_limit": "500",
}


def a_lot(*operations: Any, **fields: Any) -> str:
    item = a.an_item("Finished")
    a.a_routing(item, operations or ["Turning", "Cleaning"], **fields)
    return a.a_started_lot(item)


def waiting_for(lot: str) -> dict[str, Any]:
    (row,) = work.waiting(lot=lot)["operations"]
    return row


def change(place: str, was: Any, now: Any) -> dict[str, Any]:
    return {"place": place, "was": was, "now": now}


# --- what waits


@pytest.mark.requirement("VIEW-1", "PROD-3")
def test_a_started_lot_waits_for_its_first_operation_then_for_the_next() -> None:
    lot = a_lot()
    row = waiting_for(lot)
    assert (row["operation_no"], row["record"], row["refusal"]) == (10, None, None)
    record = work.start(lot, 10)["name"]
    assert waiting_for(lot)["record"] == record
    work.save(record, [change("quantity_good", None, 3)])
    followed = work.finish(record)
    assert followed["next"] == {"operation_no": 20, "operation_name": "Cleaning"}
    assert waiting_for(lot)["operation_no"] == 20


@pytest.mark.requirement("PROD-3")
def test_an_operation_that_may_not_begin_says_why() -> None:
    lot = a_lot({"operation_name": "Turning", "inspection_required": 1}, "Cleaning")
    a.a_process_record(lot, 10)
    assert "has not been inspected" in waiting_for(lot)["refusal"]
    with pytest.raises(TraceError, match="has not been inspected"):
        work.start(lot, 20)


@pytest.mark.requirement("PROD-6")
def test_only_operations_of_the_station_wait_there() -> None:
    kind = a.unique("TYPE")
    a.a_workstation(kind)
    lot = a_lot({"operation_name": "Turning", "equipment_type": kind})
    found = work.waiting(equipment_type=kind)["operations"]
    assert [row["lot"] for row in found if row["equipment_type"]] == [lot]
    others = work.waiting(equipment_type=a.unique("TYPE"))["operations"]
    assert lot not in [row["lot"] for row in others]


@pytest.mark.requirement("PROD-6")
def test_machines_are_offered_with_what_keeps_them_back() -> None:
    kind = a.unique("TYPE")
    fit, unfit = a.a_workstation(kind), a.a_workstation(kind, is_qualified=False)
    lot = a_lot({"operation_name": "Turning", "equipment_type": kind, "qualification_required": 1})
    offer = work.offer(lot, 10)
    assert [one["name"] for one in offer["machines"]] == [fit, unfit]
    assert [bool(one["reason"]) for one in offer["machines"]] == [False, True]
    assert offer["needs_equipment"]
    with pytest.raises(NotQualified):
        work.start(lot, 10, equipment=unfit)
    assert work.start(lot, 10, equipment=fit)["equipment"] == fit


@pytest.mark.requirement("PROD-10")
def test_a_rework_that_was_ordered_waits_until_it_is_recorded() -> None:
    lot = a_lot("Turning", "Cleaning")
    a.a_process_record(lot, 10)
    a.a_process_record(lot, 20)
    assert work.waiting(lot=lot)["operations"] == []
    ncr = work.report_fault(lot, "stains")["ncr"]
    settle(ncr, {"lot": lot, "disposition": "Rework", "quantity": 10})
    row = waiting_for(lot)
    assert (row["rework_ncr"], [one["operation_no"] for one in row["choices"]]) == (ncr, [10, 20])
    assert work.offer(lot, 20, ncr)["refusal"] is None
    assert "is over" in (work.offer(lot, 10)["refusal"] or "")
    record = work.start(lot, 20, rework_ncr=ncr)
    assert record["rework_ncr"] == ncr
    work.finish(record["name"])
    assert work.waiting(lot=lot)["operations"] == []


def settle(ncr: str, decision: dict[str, Any]) -> None:
    """Evaluated, decided, signed and carried out."""
    service.evaluate(ncr, "oil on the line")
    service.propose(ncr, [decision])
    a.sign(frappe.get_doc("NCR", ncr), "Disposition Approved")
    service.disposition(ncr)
    service.close(ncr)


# --- what is entered


@pytest.mark.requirement("PROD-4", "VIEW-2")
def test_a_reading_is_judged_and_keeps_the_time_when_it_was_typed() -> None:
    record = work.start(a_lot(parameters=[SPEED]), 10)["name"]
    sheet = work.save(record, [change("parameters/Speed/value", None, "450")], "2026-01-31T10:00:00")
    (speed,) = sheet["parameters"]
    assert (speed["value"], speed["judgement"], str(speed["recorded_at"])) == (
        450,
        "Warning",
        "2026-01-31 10:00:00",
    )


@pytest.mark.requirement("PROD-4")
def test_a_reading_of_zero_is_a_reading_and_can_be_taken_back() -> None:
    record = work.start(a_lot(parameters=[SPEED]), 10)["name"]
    (speed,) = work.save(record, [change("parameters/Speed/value", None, 0)])["parameters"]
    assert (speed["value"], speed["judgement"]) == (0, "Out Of Specification")
    (speed,) = work.save(record, [change("parameters/Speed/value", 0, None)])["parameters"]
    assert (speed["value"], speed["judgement"], speed["recorded_at"]) == (None, "Missing", None)


@pytest.mark.requirement("VIEW-2")
def test_two_people_in_one_record_lose_nothing() -> None:
    record = work.start(a_lot(parameters=[SPEED]), 10)["name"]
    work.save(record, [change("parameters/Speed/value", None, 300)])
    work.save(record, [change("remarks", None, "new insert")])
    with pytest.raises(ChangedMeanwhile, match="Speed is 300"):
        work.save(record, [change("parameters/Speed/value", None, 310)])
    sheet = work.record(record)
    assert (sheet["parameters"][0]["value"], sheet["remarks"]) == (300, "new insert")


@pytest.mark.requirement("AUD-6")
def test_the_value_of_somebody_else_is_changed_with_a_reason_only() -> None:
    from med_trace.domain.errors import ReasonRequired

    record = work.start(a_lot(parameters=[SPEED]), 10)["name"]
    work.save(record, [change("parameters/Speed/value", None, 300)])
    with a.as_user(a.a_user("Operator")):
        with pytest.raises(ReasonRequired, match="Value"):
            work.save(record, [change("parameters/Speed/value", 300, 310)])
        sheet = work.save(record, [change("parameters/Speed/value", 300, 310)], reason="misread")
    assert sheet["parameters"][0]["value"] == 310


def test_outputs_by_cavity_and_serial_number() -> None:
    lot = a_lot()
    record = work.start(lot, 10, tool=a.a_tool(cavities=8))["name"]
    rows = [{"cavity": "5", "quantity": 2, "serial_numbers": "A\nB"}, {"cavity": "6", "quantity": 1}]
    sheet = work.save(record, [change("outputs", [], rows), change("quantity_good", None, 3)])
    assert sheet["cavities"] == 8
    assert [row["cavity"] for row in sheet["outputs"]] == ["5", "6"]
    assert work.save(record, [change("outputs", rows, rows[:1])])["outputs"][0]["serial_numbers"] == "A\nB"


@pytest.mark.parametrize(
    ("place", "now", "words"),
    [
        ("operator", "someone", "not entered here"),
        ("parameters/Nothing/value", 5, "no parameter Nothing"),
        ("parameters/Speed/judgement", "OK", "not entered here"),
        ("quantity_good", "many", "not a number"),
        ("outputs", [{"verdict": 1}], "not known"),
        ("outputs", [{"made_from": "yesterday"}], "not a date"),
    ],
)
def test_what_is_not_entered_here_is_refused_by_name(place: str, now: Any, words: str) -> None:
    record = work.start(a_lot(parameters=[SPEED]), 10)["name"]
    with pytest.raises(TraceError, match=words):
        work.save(record, [change(place, None, now)])


# --- material


@pytest.mark.requirement("GATE-1", "PROD-2")
def test_a_scanned_material_is_used_up_when_the_record_is_finished() -> None:
    bar, lot = a.an_accepted_lot(qty=10), a_lot()
    record = work.start(lot, 10)["name"]
    assert work.material(record, bar)["free"] == 10
    (row,) = work.consume(record, bar, 4)["materials"]
    assert (row["lot"], row["quantity"], a.on_hand(bar)) == (bar, 4, 10)
    work.save(record, [change("quantity_good", None, 2)])
    work.finish(record)
    assert (a.on_hand(bar), a.links_into(lot)) == (6, {bar})


@pytest.mark.requirement("GATE-1", "GATE-3")
def test_a_wrong_lot_is_refused_at_once_with_the_reason() -> None:
    quarantined, held = a.a_received_lot(), a.an_accepted_lot()
    from med_trace.ledger.service import hold

    hold([held], "scratches")
    record = work.start(a_lot(), 10)["name"]
    with pytest.raises(NotReleased, match="in quarantine"):
        work.consume(record, quarantined, 1)
    with pytest.raises(OnHold, match="scratches"):
        work.material(record, held, 1)
    with pytest.raises(NotFound):
        work.consume(record, "NOBODY-KNOWS", 1)
    assert work.record(record)["materials"] == []


def test_more_than_there_is_counts_what_is_listed_already() -> None:
    bar = a.an_accepted_lot(qty=5)
    record = work.start(a_lot(), 10)["name"]
    (row,) = work.consume(record, bar, 3)["materials"]
    with pytest.raises(TraceError, match=bar):
        work.consume(record, bar, 3)
    assert work.take_back(record, row["row"])["materials"] == []
    work.consume(record, bar, 5)


# --- the end


@pytest.mark.requirement("PROD-4", "NC-1")
def test_finishing_out_of_specification_says_what_follows() -> None:
    lot = a_lot(parameters=[SPEED])
    record = work.start(lot, 10)["name"]
    work.save(record, [change("parameters/Speed/value", None, 900), change("quantity_good", None, 2)])
    followed = work.finish(record)
    assert followed["out_of_specification"] == ["Speed"]
    assert followed["state"] == "On Hold"
    assert frappe.db.get_value("NCR", followed["ncr"], "source_name") == record
    assert work.finish(record) == followed


def test_a_finished_record_takes_no_more_entries() -> None:
    record = work.start(a_lot(), 10)["name"]
    work.save(record, [change("quantity_good", None, 2)])
    work.finish(record)
    with pytest.raises(TraceError, match="is finished"):
        work.save(record, [change("remarks", None, "late")])


@pytest.mark.requirement("OPS-3")
def test_who_may_not_record_may_not_enter() -> None:
    record = work.start(a_lot(), 10)["name"]
    with a.as_user(a.a_user("Warehouse")):
        assert work.record(record)["name"] == record
        with pytest.raises(frappe.PermissionError):
            work.save(record, [change("remarks", None, "mine")])
        with pytest.raises(frappe.PermissionError):
            work.finish(record)


@pytest.mark.requirement("NC-1", "GATE-2")
def test_whoever_finds_a_fault_stops_the_lot() -> None:
    lot = a.an_accepted_lot()
    with a.as_user(a.a_user("Operator")):
        said = work.report_fault(lot, "Scratches\nfrom the crate")
    assert said["state"] == a.state_of(lot) == "On Hold"
    ncr = frappe.get_doc("NCR", said["ncr"])
    assert (ncr.title, ncr.lots[0].lot, ncr.lots[0].quantity) == ("Scratches", lot, 10)
    with pytest.raises(TraceError, match="not a unit"):
        work.report_fault(lot, "cracked", unit="NO-UNIT")


# --- into one piece, from one cavity, with the machine's recording


def a_moulded_lot(tool: str, cavities: int) -> str:
    """An accepted lot of components, so many of each cavity."""
    item = a.an_item("Component", mt_accepted_by_inspection=1)
    a.a_routing(item, ["Moulding"])
    plan = a.a_plan(item, "Final")
    lot = a.a_started_lot(item)
    made = [{"cavity": str(number), "quantity": 2} for number in range(1, cavities + 1)]
    a.a_process_record(lot, tool=tool, quantity_good=2 * cavities, outputs=made)
    a.an_inspection(lot, plan)
    return lot


@pytest.mark.requirement("PROD-2", "TRC-1")
def test_a_component_goes_into_one_piece_and_keeps_its_cavity() -> None:
    bodies = a_moulded_lot(a.a_tool(cavities=4), 4)
    lot = a_lot()
    first, second = a.unique("SN"), a.unique("SN")
    record = work.start(lot, 10)["name"]
    assert work.material(record, bodies)["cavities"] == ["1", "2", "3", "4"]
    with pytest.raises(TraceError, match="cavities 1, 2, 3, 4; 7 was given"):
        work.consume(record, bodies, 1, cavity="7", into_unit=first)
    work.consume(record, bodies, 1, cavity="3", into_unit=first)
    sheet = work.consume(record, bodies, 1, cavity="4", into_unit=second)
    assert [(row["cavity"], row["into_unit"]) for row in sheet["materials"]] == [("3", first), ("4", second)]
    work.save(record, [change("quantity_good", None, 1), change("outputs", [], [{"serial_numbers": first}])])
    with pytest.raises(TraceError, match=f"{second}, but it is not among the pieces"):
        work.finish(record)
    numbers = f"{first}\n{second}"
    was = work.record(record)["outputs"]
    work.save(record, [change("quantity_good", 1, 2), change("outputs", was, [{"serial_numbers": numbers}])])
    work.finish(record)
    parts = frappe.get_all(
        "Trace Event Item", filters={"lot": bodies, "action": "Consume"}, fields=["cavity", "into_unit"]
    )
    assert {(row.cavity, row.into_unit) for row in parts} == {("3", first), ("4", second)}


@pytest.mark.requirement("PROD-2")
def test_a_scanned_piece_of_the_lot_that_is_made_is_no_material() -> None:
    parts, serial = a.an_accepted_lot(qty=5), a.unique("SN")
    lot = a_lot()
    a.a_process_record(lot, 10, quantity_good=1, outputs=[{"serial_numbers": serial}])
    record = work.start(lot, 20)["name"]
    found = work.material(record, serial)
    assert (found["is_product"], found["serial_unit"]) == (True, serial)
    with pytest.raises(TraceError, match="is what this operation makes"):
        work.consume(record, serial)
    with pytest.raises(TraceError, match="is not a unit of lot"):  # nothing new comes into being here
        work.consume(record, parts, 1, into_unit=a.unique("SN"))
    (row,) = work.consume(record, parts, 1, into_unit=serial)["materials"]
    assert row["into_unit"] == serial


@pytest.mark.requirement("PROD-4")
def test_a_recording_is_a_file_of_the_record_and_is_bound_by_its_hash() -> None:
    record = work.start(a_lot(parameters=[SPEED]), 10)["name"]
    content = "time,Speed\n0,300\n1,310\n"
    place = "parameters/Speed/series_file"
    stray = frappe.get_doc(
        {"doctype": "File", "file_name": "a.csv", "content": content, "is_private": 1}
    ).insert()
    with pytest.raises(TraceError, match="Attach the recording to it first"):
        work.save(record, [change(place, None, stray.file_url)])
    attached = {"attached_to_doctype": "Process Record", "attached_to_name": record}
    file = frappe.get_doc(
        {"doctype": "File", "file_name": "b.csv", "content": content + "2,305\n", "is_private": 1, **attached}
    ).insert()
    (row,) = work.save(record, [change(place, None, file.file_url)])["parameters"]
    assert (row["series_file"], row["judgement"]) == (file.file_url, "Missing")
    stored = frappe.get_doc("Process Record", record).parameters[0]
    assert stored.series_hash == "sha256:" + sha256(file.get_content().encode()).hexdigest()
    (row,) = work.save(record, [change(place, file.file_url, None)])["parameters"]
    assert row["series_file"] is None


# --- begun by mistake


@pytest.mark.requirement("AUD-6", "PROD-3")
def test_what_was_begun_by_mistake_is_given_up_with_a_reason_and_stays_on_file() -> None:
    operator = a.a_user("Trace Operator")
    lot = a_lot()
    with a.as_user(operator):
        record = work.start(lot, 10)["name"]
        work.save(record, [change("quantity_good", None, 3)])
        with pytest.raises(TraceError, match="reason"):
            work.discard(record)
        assert work.discard(record, "scanned the wrong label") == lot
        with pytest.raises(NotOpen):
            work.save(record, [change("quantity_good", 3, 4)])
    doc = frappe.get_doc("Process Record", record)
    assert (doc.docstatus, doc.quantity_good) == (2, 3)
    entry = frappe.get_last_doc("Audit Entry", {"document_type": "Process Record", "document_name": record})
    assert (entry.user, entry.reason) == (operator, "scanned the wrong label")
    assert frappe.parse_json(entry.changes)[0] == {"field": "docstatus", "new": 2}
    assert (waiting_for(lot)["operation_no"], waiting_for(lot)["record"]) == (10, None)
    assert a.events_of(lot) == []


@pytest.mark.requirement("OPS-3")
def test_anothers_work_is_given_up_by_whoever_may_cancel() -> None:
    record = work.start(a_lot(), 10)["name"]
    with a.as_user(a.a_user("Trace Operator")), pytest.raises(frappe.PermissionError):
        work.discard(record, "not mine")
    with a.as_user(a.a_user("Trace Supervisor")):
        work.discard(record, "the operator went home")
    assert frappe.db.get_value("Process Record", record, "docstatus") == 2
