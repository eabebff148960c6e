"""What stands on the demo's shop floor today: each lot waits for the next right step, and takes it."""

from __future__ import annotations

import pytest

import frappe
from med_trace.demo import implant, papers, today
from med_trace.demo.plant import Plant
from med_trace.demo.today import Today
from med_trace.demo.users import QUALITY, QUALITY_HEAD, acting_as
from med_trace.ledger.service import open_holds
from med_trace.ledger.signing import sign
from med_trace.release.service import blockers


@pytest.fixture(scope="module")
def story(plant: Plant) -> Today:
    return today.tell(plant, implant.receive(plant)["TI-H822"])


def state_of(lot: str) -> str:
    return frappe.db.get_value("Material Lot", lot, "state")


@pytest.mark.requirement("MAT-2")
def test_tubing_waits_for_its_inspection_and_is_usable_after_it(story: Today, plant: Plant) -> None:
    assert state_of(story.to_inspect) == "Quarantine"
    papers.inspect(story.to_inspect, "TUBING-IN", frappe.utils.now_datetime())
    assert state_of(story.to_inspect) == "Released"


@pytest.mark.requirement("MAT-1")
def test_a_bar_of_a_supplier_without_approval_is_held_and_says_why(story: Today) -> None:
    assert state_of(story.unapproved) == "On Hold"
    (held,) = open_holds(story.unapproved)
    assert "Bargain Metals Inc is not approved as a supplier" in held["reason"]


@pytest.mark.requirement("PROD-3")
def test_the_polished_screws_go_on_with_passivation(story: Today, plant: Plant) -> None:
    readings = {"Acid concentration": 22, "Bath temperature": 50, "Bath time": 25}
    times = (plant.at(1, "08:00"), plant.at(1, "08:30"))
    assert papers.run(story.between_operations, 30, "Passivation line", *times, readings)
    assert state_of(story.between_operations) == "In Process"


@pytest.mark.requirement("PROD-4", "NC-1")
def test_a_bath_out_of_its_limits_opens_an_ncr_and_holds_the_lot(story: Today, plant: Plant) -> None:
    readings = {"Acid concentration": 22, "Bath temperature": 58, "Bath time": 25}
    times = (plant.at(1, "08:00"), plant.at(1, "08:30"))
    record = papers.run(story.between_operations, 30, "Passivation line", *times, readings)
    ncr = frappe.get_doc("NCR", {"source_doctype": "Process Record", "source_name": record})
    assert (ncr.severity, ncr.lots[0].lot) == ("Critical", story.between_operations)
    assert "Bath temperature" in ncr.description
    assert state_of(story.between_operations) == "On Hold"


@pytest.mark.requirement("REL-1", "REL-3")
def test_nothing_blocks_the_release_and_it_takes_two_signatures(story: Today, plant: Plant) -> None:
    assert blockers(story.awaiting_release) == []
    with acting_as(QUALITY):
        sign("Lot Release", story.release, "Released", plant.password, user=frappe.session.user)
    assert state_of(story.awaiting_release) == "Awaiting Release"
    with acting_as(QUALITY_HEAD):
        sign("Lot Release", story.release, "Released", plant.password, user=frappe.session.user)
    assert state_of(story.awaiting_release) == "Released"


@pytest.mark.requirement("REL-1")
def test_a_release_names_everything_that_is_open(story: Today) -> None:
    rules = {one.rule for one in blockers(story.between_operations)}
    assert {"State", "Operation", "Inspection"} <= rules
