"""Story 1: from a bar of titanium to three hospitals, and from a complaint back to its heat and all it made."""

from __future__ import annotations

import hashlib

import pytest

import frappe
from med_trace.api import label as label_api
from med_trace.api import recall as recall_api
from med_trace.api import scan as scan_api
from med_trace.api import trace as trace_api
from med_trace.demo import implant, machine_data
from med_trace.demo.implant import Implant
from med_trace.demo.plant import Plant
from med_trace.demo.users import AUDITOR, OPERATOR, QUALITY, QUALITY_HEAD, acting_as
from med_trace.ledger.signing import signatures_of


@pytest.fixture(scope="module")
def story(plant: Plant) -> Implant:
    return implant.tell(plant)


def values(doctype: str, name: str, *fields: str) -> frappe._dict:
    return frappe.db.get_value(doctype, name, list(fields), as_dict=True)


def states_on_the_way(lot: str) -> list[tuple[str, str]]:
    """What happened to a lot, and the state it led to, oldest first."""
    rows = frappe.get_all(
        "Trace Event Item",
        filters={"lot": lot, "parenttype": "Trace Event", "serial_unit": ["is", "not set"]},
        fields=["action", "state_after"],
        order_by="event_time asc, creation asc",
    )
    return [(row.action, row.state_after) for row in rows]


@pytest.mark.requirement("MAT-2", "MAT-3", "ID-2")
def test_the_bar_was_held_until_its_inspection_accepted_it(story: Implant, plant: Plant) -> None:
    bar = story.bars["TI-H817"]
    assert states_on_the_way(bar)[:3] == [
        ("Receive", "Quarantine"),
        ("Inspect", "Quarantine"),
        ("Accept", "Released"),
    ]
    lot = values(
        "Material Lot", bar, "heat_no", "supplier_lot", "material_grade", "certificate_no", "certificate"
    )
    assert (lot.heat_no, lot.supplier_lot) == (plant.numbered("H817"), plant.numbered("NT-55120"))
    assert lot.material_grade == "ASTM F136"
    assert lot.certificate_no == "EN10204-3.1/55120"
    file = frappe.get_doc("File", {"attached_to_doctype": "Material Lot", "attached_to_name": bar})
    assert file.file_url == lot.certificate
    with acting_as(AUDITOR):
        assert file.has_permission("read")


@pytest.mark.requirement("PROD-2")
def test_turning_keeps_what_the_machine_recorded(story: Implant, plant: Plant) -> None:
    lot = story.lots[0]
    record = frappe.get_doc("Process Record", story.turning[lot])
    readings = {row.parameter: row for row in record.parameters}
    speed = readings["Spindle speed"]
    assert (speed.minimum, round(speed.value, 1), speed.maximum) == (888, 1553.1, 2000)
    assert readings["Cutting time"].value == 42
    assert readings["Part count"].value == 1
    recording = plant.fixtures / machine_data.FILE
    assert speed.series_hash == f"sha256:{hashlib.sha256(recording.read_bytes()).hexdigest()}"
    file = frappe.get_doc("File", {"attached_to_doctype": "Process Record", "attached_to_name": record.name})
    assert file.file_url == speed.series_file
    content = file.get_content()
    assert (content.encode() if isinstance(content, str) else content) == recording.read_bytes()


@pytest.mark.requirement("PROD-1", "PROD-4")
def test_every_reading_was_judged_by_the_revision_that_the_lot_ran_on(story: Implant) -> None:
    record = frappe.get_doc("Process Record", story.turning[story.lots[0]])
    assert record.routing == "SCREW-6540-A"
    assert {row.judgement for row in record.parameters} == {"OK"}
    speed = next(row for row in record.parameters if row.parameter == "Spindle speed")
    assert (speed.lower_limit, speed.upper_limit) == ("500", "2500")


@pytest.mark.requirement("PROD-3", "REL-1")
def test_all_operations_ran_in_order_before_the_release(story: Implant) -> None:
    records = frappe.get_all(
        "Process Record",
        filters={"lot": story.lots[0], "docstatus": 1},
        fields=["operation_no", "operation_name"],
        order_by="finished_at asc",
    )
    assert [row.operation_name for row in records] == [
        *("CNC turning", "Polishing", "Passivation", "Cleaning", "Laser marking", "Sterilisation")
    ]


@pytest.mark.requirement("INSP-1", "INSP-2", "INSP-6")
def test_a_units_own_results_are_reached_from_its_number(story: Implant) -> None:
    unit = story.complaint_unit
    results = frappe.get_all(
        "Inspection Result",
        filters={"serial_unit": unit, "docstatus": 1},
        fields=["characteristic", "verdict", "gauge"],
    )
    assert {row.characteristic for row in results} >= {"Thread diameter", "Length", "UDI readable and right"}
    assert {row.verdict for row in results} == {"Pass"}
    assert "GAUGE-MIC-07" in {row.gauge for row in results}


@pytest.mark.requirement("REL-2", "REL-3", "SIG-2")
def test_two_people_who_made_none_of_the_records_released_it(story: Implant) -> None:
    lot = story.lots[0]
    signatures = signatures_of("Lot Release", story.releases[lot])
    assert {one["signer"] for one in signatures} == {QUALITY, QUALITY_HEAD}
    assert all(one["valid"] and one["meaning"] == "Released" and one["time_zone"] for one in signatures)
    assert {one["printed_name"] for one in signatures} == {"Qiang Liu", "Helena Brandt"}
    assert values("Material Lot", lot, "state").state == "Released"


@pytest.mark.requirement("DIST-1")
def test_each_hospital_has_the_units_that_its_delivery_says(story: Implant) -> None:
    consignees: dict[str, int] = {}
    for unit in (unit for units in story.units.values() for unit in units):
        consignee = values("Serial Unit", unit, "consignee").consignee
        if consignee:
            consignees[consignee] = consignees.get(consignee, 0) + 1
    assert consignees == {"St. Mary Hospital": 7, "Charite Klinik Nord": 4, "Huashan City Hospital": 7}
    shipped = frappe.get_all(
        "Trace Event",
        filters={"source_name": story.deliveries["Charite Klinik Nord", story.lots[0]]},
        fields=["consignee_name", "consignee_address"],
    )
    assert shipped[0].consignee_name == "Charite Klinik Nord"
    assert "Seestrasse 40" in shipped[0].consignee_address


@pytest.mark.requirement("ID-1", "ID-5", "TRC-1")
def test_a_complaints_unit_leads_to_its_heat_and_supplier(story: Implant, plant: Plant) -> None:
    with acting_as(QUALITY):
        found = scan_api.resolve(f"(01)09521234001010(21){story.complaint_unit}")
        back = trace_api.backward(found["lot"])
    assert (found["doctype"], found["name"], found["consignee"]) == (
        *("Serial Unit", story.complaint_unit),
        "St. Mary Hospital",
    )
    assert found["state"] == "On Hold"
    bar = next(node for node in back["nodes"] if node.get("kind") == "Raw")
    assert (bar["id"], bar["heat_no"]) == (story.bars["TI-H817"], plant.numbered("H817"))
    assert {node["name"] for node in back["nodes"] if node["type"] == "Supplier"} == {"Nordic Titanium AB"}
    assert back["complete"]


@pytest.mark.requirement("TRC-1", "TRC-2", "RCL-1")
def test_the_heat_leads_to_every_unit_made_of_it_and_to_no_other(story: Implant, plant: Plant) -> None:
    with acting_as(QUALITY):
        scope = recall_api.scope([{"criterion": "Heat Number", "value": plant.numbered("H817")}])
    first, second, other = story.lots
    assert {unit["unit"] for unit in scope["units"]} == {*story.units[first], *story.units[second]}
    assert not {unit["unit"] for unit in scope["units"]} & set(story.units[other])
    assert {lot["lot"] for lot in scope["lots"]} == {story.bars["TI-H817"], first, second}
    shipped = {(line["consignee"], line["lot"]): line["shipped"] for line in scope["consignees"]}
    assert shipped == {
        ("St. Mary Hospital", first): 5,
        ("Charite Klinik Nord", first): 4,
        ("Huashan City Hospital", second): 4,
        ("St. Mary Hospital", second): 2,
    }
    assert scope["gaps"] == []
    in_stock = [unit for unit in scope["units"] if unit["whereabouts"] == "In Stock"]
    assert len(in_stock) == 20 - 15


@pytest.mark.requirement("TRC-1", "PROD-2")
def test_who_made_the_unit_on_which_machine_and_when_is_in_the_ledger(story: Implant, plant: Plant) -> None:
    row = frappe.get_all(
        "Trace Event Item",
        filters={"serial_unit": story.complaint_unit, "action": "Produce"},
        fields=["operator", "equipment", "made_from", "made_to", "parent"],
    )[0]
    assert (row.operator, row.equipment) == (OPERATOR, implant.OKUMA)
    day = plant.at(implant.BATCHES[0].days_ago, "00:00").date()
    assert row.made_from.date() == row.made_to.date() == day
    record = values("Trace Event", row.parent, "process_record").process_record
    assert record == story.turning[story.lots[0]]


@pytest.mark.requirement("ID-3", "ID-4", "ID-5")
def test_the_label_of_a_shipped_unit_leads_back_to_it(story: Implant) -> None:
    with acting_as(QUALITY):
        label = label_api.data("Serial Unit", story.complaint_unit)
        for code in (label["element_string"], label["digital_link"]):
            found = scan_api.resolve(code)
            assert (found["name"], found["lot"]) == (story.complaint_unit, story.lots[0])
            assert found["warnings"] == []
    lines = dict(label["lines"])
    assert lines["GTIN"] == "09521234001010"
    assert (lines["LOT"], lines["SN"]) == (story.lots[0], story.complaint_unit)
    assert lines["EXP"] == str(frappe.db.get_value("Material Lot", story.lots[0], "expiry_date"))


@pytest.mark.requirement("TRC-4")
def test_every_lot_of_the_story_balances(story: Implant) -> None:
    from med_trace.ledger.service import balance_of

    for lot in (*story.lots, *story.bars.values()):
        account = balance_of(lot)
        assert account.closes, account
    first = balance_of(story.lots[0])
    assert (first.made, first.scrapped, first.shipped, first.on_hand) == (13, 1, 9, 3)


@pytest.mark.requirement("TRC-1")
def test_an_auditor_reads_all_of_it_and_changes_nothing(story: Implant) -> None:
    with acting_as(AUDITOR):
        assert trace_api.forward(story.bars["TI-H817"])["complete"]
        assert not frappe.has_permission("Process Record", "write")
        with pytest.raises(frappe.PermissionError):
            frappe.get_doc("Process Record", story.turning[story.lots[0]]).save()
