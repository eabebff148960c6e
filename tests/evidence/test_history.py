"""The history of a lot says everything that happened to it and to what it was made from, and nothing of other lots."""

from __future__ import annotations

import hashlib
import json

import pytest

import frappe
from med_trace.domain.errors import NotFound
from med_trace.evidence.history import SCHEMA, history_of

pytestmark = [pytest.mark.requirement("EVI-1"), pytest.mark.usefixtures("screws")]


@pytest.fixture
def lot(screws):
    return screws.lots[0]


def test_it_names_its_schema_and_is_json_as_it_stands(lot):
    told = history_of(lot)
    assert told["schema"] == SCHEMA
    assert json.loads(json.dumps(told)) == told


def test_an_unknown_lot_is_not_found():
    with pytest.raises(NotFound):
        history_of("no such lot")


def test_materials_carry_supplier_lot_heat_and_certificate_with_its_hash(screws, lot):
    told = history_of(lot)
    (bar,) = told["materials"]
    assert bar["supplier_lot"] and bar["heat_no"] and bar["certificate_no"]
    assert bar["quantity"] > 0 and bar["into"] == [lot]
    assert bar["inspections"][0]["verdict"] == "Accepted"
    certificate = next(file for file in told["files"] if file["document_name"] == bar["lot"])
    content = frappe.get_doc("File", certificate["file"]).get_content()
    content = content.encode() if isinstance(content, str) else content
    assert certificate["sha256"] == hashlib.sha256(content).hexdigest()


def test_operations_carry_parameters_limits_judgement_equipment_and_operator(lot):
    told = history_of(lot)
    assert [one["operation_no"] for one in told["operations"]] == [10, 20, 30, 40, 50, 60]
    turning = told["operations"][0]
    assert turning["own"] and turning["equipment"].startswith("Okuma") and turning["operator_name"]
    speed = next(row for row in turning["parameters"] if row["parameter"] == "Spindle speed")
    assert (speed["lower_limit"], speed["upper_limit"], speed["judgement"]) == ("500", "2500", "OK")
    assert speed["value"] > 0 and speed["series_hash"].startswith("sha256:")


def test_inspections_say_each_sample_with_the_limits_of_its_plan(lot):
    told = history_of(lot)
    final = next(one for one in told["inspections"] if one["stage"] == "Final")
    diameters = [row for row in final["results"] if row["characteristic"] == "Thread diameter"]
    assert diameters and all(row["serial_unit"] and row["verdict"] == "Pass" for row in diameters)
    assert {(row["lower_limit"], row["upper_limit"]) for row in diameters} == {("6.45", "6.55")}


def test_qualifications_of_what_was_used_then(screws, lot):
    told = history_of(lot)
    subjects = {(row["subject_doctype"], row["subject"]) for row in told["qualifications"]}
    assert ("Workstation", told["operations"][0]["equipment"]) in subjects
    assert ("Supplier", told["materials"][0]["supplier"]) in subjects
    assert ("Tool", told["inspections"][0]["results"][0]["gauge"]) in subjects
    kept = {row["name"] for row in told["qualifications"]}
    over = frappe.get_doc("Qualification", sorted(kept)[0])
    frappe.db.set_value("Qualification", over.name, {"valid_from": "1999-01-01", "valid_to": "2000-01-01"})
    later = {row["name"] for row in history_of(lot)["qualifications"]}
    assert later == kept - {over.name} or over.subject_doctype == "Supplier"


def test_signatures_say_name_time_zone_meaning_and_whether_they_hold(lot):
    released = [one for one in history_of(lot)["signatures"] if one["document_type"] == "Lot Release"]
    assert len(released) == 2
    for one in released:
        assert one["printed_name"] and one["signed_at"] and one["time_zone"] and one["meaning"] == "Released"
        assert one["valid"] and one["changed"] == []


def test_a_release_changed_past_the_system_shows_its_signatures_as_broken(lot):
    frappe.db.sql("update `tabLot Release` set quantity = 999 where lot = %s", lot)
    broken = [one for one in history_of(lot)["signatures"] if one["document_type"] == "Lot Release"]
    assert [one["valid"] for one in broken] == [False, False]
    assert all("quantity" in one["changed"] for one in broken)


def test_quantities_made_approved_and_where_they_went(screws, lot):
    told = history_of(lot)
    account = told["quantities"]
    assert account["closes"] and account["difference"] == 0
    assert account["approved_for_distribution"] == len(screws.units[lot])
    shipped = [row for row in told["distribution"] if row["action"] == "Ship"]
    assert sum(row["quantity"] for row in shipped) == account["shipped"]
    assert all(row["consignee_name"] and row["address"] for row in shipped)
    assert {unit for row in shipped for unit in row["units"]} <= set(screws.units[lot])


def test_a_nonconformance_with_its_unit_is_told(screws):
    lot = frappe.db.get_value("Serial Unit", screws.complaint_unit, "lot")
    (ncr,) = history_of(lot)["nonconformances"]
    assert ncr["name"] == screws.complaint and ncr["severity"] == "Critical"
    assert ncr["lots"][0]["serial_unit"] == screws.complaint_unit


@pytest.mark.requirement("EVI-2")
def test_nothing_of_the_lots_made_from_the_same_bar_is_told(screws):
    """Three lots came from two bars; the history of one names no unit, record or lot of the others."""
    for lot in screws.lots:
        text = json.dumps(history_of(lot))
        for other in screws.lots:
            if other != lot:
                assert other not in text
                assert not [unit for unit in screws.units[other] if unit in text]


@pytest.mark.requirement("EVI-2")
def test_a_hold_over_two_lots_shows_the_row_of_this_one_and_counts_the_rest(screws):
    from builders import a_user, as_user
    from med_trace.nonconformance.service import open_ncr

    one, other = screws.lots[:2]
    with as_user(a_user("Quality")):
        name = open_ncr(
            "Wrong oil", [{"lot": one, "quantity": 1}, {"lot": other, "quantity": 1}], severity="Major"
        )
    told = history_of(one)
    ncr = next(row for row in told["nonconformances"] if row["name"] == name)
    assert [row["lot"] for row in ncr["lots"]] == [one] and ncr["other_lots"] == 1
    held = next(row for row in told["events"] if row["source_name"] == name)
    assert [row["lot"] for row in held["rows"]] == [one] and held["other_rows"] == 1


def test_events_are_told_in_the_order_in_which_they_happened(lot):
    times = [event["event_time"] for event in history_of(lot)["events"]]
    assert times == sorted(times) and len(times) > 10
