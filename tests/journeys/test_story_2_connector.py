"""Story 2: cavity 5 makes short shots from 10:00 to 11:30; the slice of the cause stands beside the whole lots."""

from __future__ import annotations

import pytest

import frappe
from med_trace.api import recall as recall_api
from med_trace.api import trace as trace_api
from med_trace.demo import connector, papers
from med_trace.demo.connector import Connector
from med_trace.demo.plant import Plant
from med_trace.demo.users import QUALITY, acting_as
from med_trace.domain.errors import OnHold

SHORT_SHOTS = 180  # two shots a minute for an hour and a half
MOULDED = 5760


@pytest.fixture(scope="module")
def story(plant: Plant) -> Connector:
    return connector.tell(plant)


@pytest.fixture(scope="module")
def of_cavity_5(story: Connector) -> list[str]:
    return [unit for place, unit in enumerate(story.units) if place % 8 == 4]


def scope_of(story: Connector) -> dict:
    """The scope of the cause; other tellings of the story on this site are no part of it."""
    with acting_as(QUALITY):
        return recall_api.scope([*story.criteria, {"criterion": "Lot", "value": story.bodies}])


@pytest.mark.requirement("MAT-3")
def test_the_resin_knows_how_it_has_to_be_dried(story: Connector) -> None:
    assert "100 °C" in frappe.db.get_value("Material Lot", story.resin, "drying_conditions")


@pytest.mark.requirement("INSP-1", "MAT-2")
def test_the_bodies_became_usable_by_their_inspection(story: Connector) -> None:
    accepted = frappe.get_all(
        "Trace Event Item", filters={"lot": story.bodies, "action": "Accept"}, pluck="parent"
    )
    assert frappe.db.get_value("Trace Event", accepted[0], "source_doctype") == "Inspection Record"


@pytest.mark.requirement("PROD-2")
def test_the_ledger_tells_the_output_apart_by_cavity_and_time(story: Connector) -> None:
    rows = frappe.get_all(
        "Trace Event Item",
        filters={"lot": story.bodies, "action": "Produce"},
        fields=["cavity", "quantity", "tool", "made_from"],
    )
    assert sum(row.quantity for row in rows) == MOULDED
    assert {row.tool for row in rows} == {connector.MOULD}
    assert len({(row.cavity, row.made_from) for row in rows}) == 24


@pytest.mark.requirement("TRC-2", "RCL-2")
def test_the_cause_slice_is_the_cavitys_output_of_that_window_and_what_it_went_into(
    story: Connector, of_cavity_5: list[str]
) -> None:
    part = scope_of(story)["slice"]
    concerned = {lot["lot"]: lot["concerned"] for lot in part["lots"]}
    assert concerned == {story.bodies: SHORT_SHOTS, story.sets: len(of_cavity_5)}
    assert [unit["unit"] for unit in part["units"]] == of_cavity_5


@pytest.mark.requirement("RCL-1", "RCL-2")
def test_the_whole_lots_stand_beside_it_and_the_difference_is_named(
    story: Connector, of_cavity_5: list[str]
) -> None:
    scope = scope_of(story)
    assert {lot["lot"]: lot["made"] for lot in scope["lots"]} == {story.bodies: MOULDED, story.sets: 24}
    assert {unit["unit"] for unit in scope["units"]} == set(story.units)
    assert scope["saved"]["units"] == 24 - len(of_cavity_5)
    assert scope["saved"]["quantity"] == MOULDED + 24 - SHORT_SHOTS - len(of_cavity_5)


@pytest.mark.requirement("RCL-2", "DIST-1")
def test_of_the_sixteen_sets_shipped_only_two_could_leak(story: Connector, of_cavity_5: list[str]) -> None:
    scope = scope_of(story)
    whole = {line["consignee"]: line["shipped"] for line in scope["consignees"]}
    part = {line["consignee"]: line["units"] for line in scope["slice"]["consignees"]}
    assert whole == {"Charite Klinik Nord": 10, "Huashan City Hospital": 6}
    assert part == {"Charite Klinik Nord": [of_cavity_5[0]], "Huashan City Hospital": [of_cavity_5[1]]}
    assert story.leaking_unit == of_cavity_5[0]


@pytest.mark.requirement("TRC-2")
@pytest.mark.parametrize(
    "criterion",
    [
        {"criterion": "Equipment", "value": "Engel 120 t"},
        {"criterion": "Operator", "value": "operator@traceworks.example"},
        {"criterion": "Parameter", "value": "Melt temperature", "minimum": 267},
    ],
    ids=lambda one: one["criterion"],
)
def test_the_same_sets_are_reached_from_machine_operator_and_reading(
    story: Connector, criterion: dict
) -> None:
    with acting_as(QUALITY):
        scope = recall_api.scope([criterion, {"criterion": "Lot", "value": story.bodies}])
    assert {lot["lot"] for lot in scope["lots"]} == {story.bodies, story.sets}


@pytest.mark.requirement("NC-1", "GATE-2")
def test_the_bodies_and_what_was_made_of_them_are_held(story: Connector, plant: Plant) -> None:
    assert frappe.db.get_value("Material Lot", story.bodies, "state") == "On Hold"
    assert frappe.db.get_value("Material Lot", story.sets, "state") == "On Hold"
    with pytest.raises(OnHold, match=story.ncr):
        papers.deliver(plant, "St. Mary Hospital", [{"lot": story.sets, "serials": story.units[20:22]}])


@pytest.mark.requirement("TRC-1")
def test_the_set_at_the_hospital_leads_back_to_three_suppliers(story: Connector) -> None:
    with acting_as(QUALITY):
        back = trace_api.backward(story.sets)
    assert {node["id"] for node in back["nodes"] if node["type"] == "Lot"} == {
        *(story.sets, story.bodies, story.resin, story.tubing, story.bags)
    }
    assert {node["name"] for node in back["nodes"] if node["type"] == "Supplier"} == {
        *("Polymer Works GmbH", "ClearFlow Tubing Ltd", "PureSeal Packaging Co")
    }


@pytest.mark.requirement("TRC-2")
def test_each_set_knows_the_cavity_that_its_body_came_from(story: Connector, of_cavity_5: list[str]) -> None:
    rows = frappe.get_all(
        "Trace Event Item",
        filters={"lot": story.bodies, "action": "Consume", "cavity": "5"},
        pluck="into_unit",
        order_by="into_unit asc",
    )
    assert rows == of_cavity_5
