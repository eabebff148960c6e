"""Story 3: the air of a cleanroom goes out of class, cases stand on a pallet, and a cold chain breaks.

Environment and transport have no documents of their own yet; NCRs record what happened, with the lots.
"""

from __future__ import annotations

import pytest

import frappe
from med_trace.api import scan as scan_api
from med_trace.demo import cleanroom, papers
from med_trace.demo.cleanroom import Cleanroom
from med_trace.demo.plant import Plant
from med_trace.demo.users import QUALITY_HEAD, WAREHOUSE, acting_as
from med_trace.distribution.packing import AlreadyPacked, Packed, contents, next_sscc, pack
from med_trace.domain.errors import GateRefusal
from med_trace.ledger.signing import signatures_of


@pytest.fixture(scope="module")
def story(plant: Plant) -> Cleanroom:
    return cleanroom.tell(plant)


@pytest.mark.requirement("TRC-2", "NC-1")
def test_the_excursion_marks_the_lots_that_were_there_and_no_others(story: Cleanroom, plant: Plant) -> None:
    of_this_story = {lot for lot in story.were_there if lot.endswith(plant.tag)}
    assert of_this_story == {story.sets, story.parts.bodies, story.parts.tubing}
    assert story.parts.bags not in story.were_there  # they came in the afternoon
    held = frappe.get_all("NCR Lot", filters={"parent": story.room_ncr}, pluck="lot")
    assert set(held) == set(story.were_there)


@pytest.mark.requirement("NC-1", "SIG-2")
def test_use_as_is_has_its_approver_and_the_hold_ended_with_the_ncr(story: Cleanroom) -> None:
    ncr = frappe.get_doc("NCR", story.room_ncr)
    assert ncr.workflow_state == "Closed"
    assert {(row.disposition, row.approver) for row in ncr.dispositions} == {("Use As Is", QUALITY_HEAD)}
    assert [one["signer"] for one in signatures_of("NCR", ncr.name) if one["valid"]] == [QUALITY_HEAD]
    for lot in story.were_there:
        actions = frappe.get_all("Trace Event Item", filters={"lot": lot}, pluck="action")
        assert {"Hold", "Lift Hold"} <= set(actions)


@pytest.mark.requirement("REL-1")
def test_the_sets_were_released_only_after_the_ncr_was_closed(story: Cleanroom) -> None:
    closed = frappe.db.get_value("NCR", story.room_ncr, "closed_on")
    released = frappe.db.get_value("Lot Release", {"lot": story.sets, "docstatus": 1}, "released_at")
    assert closed <= released


@pytest.mark.requirement("ID-3", "ID-5")
def test_scanning_the_pallet_tells_every_unit_in_its_cases(story: Cleanroom) -> None:
    with acting_as(WAREHOUSE):
        found = scan_api.resolve(f"(00){story.pallet}")
    inside = {piece["serial_unit"]: piece["container"] for piece in found["contents"]}
    assert set(inside) == set(story.units[:36])
    assert set(inside.values()) == set(story.cases[:3])


@pytest.mark.requirement("ID-3")
def test_the_case_that_stayed_holds_the_other_twelve(story: Cleanroom) -> None:
    assert {piece["serial_unit"] for piece in contents(story.cases[3])} == set(story.units[36:])


@pytest.mark.requirement("GATE-1")
def test_a_unit_is_in_one_case_only(story: Cleanroom) -> None:
    with pytest.raises(AlreadyPacked):
        pack(next_sscc(), [Packed(story.sets, unit=story.units[40])])


@pytest.mark.requirement("DIST-1", "NC-1")
def test_what_was_in_the_warm_lorry_is_held_unit_by_unit(story: Cleanroom) -> None:
    ncr = frappe.get_doc("NCR", story.transport_ncr)
    assert (ncr.source_doctype, ncr.source_name) == ("Delivery Note", story.delivery)
    states = dict(
        frappe.get_all("Serial Unit", filters={"lot": story.sets}, fields=["name", "state"], as_list=True)
    )
    assert {unit for unit, state in states.items() if state == "On Hold"} == set(story.units[:36])


@pytest.mark.requirement("GATE-2")
def test_the_units_that_stayed_can_be_shipped_and_a_returned_warm_one_cannot(
    story: Cleanroom, plant: Plant
) -> None:
    papers.deliver(plant, "St. Mary Hospital", [{"lot": story.sets, "serials": story.units[36:38]}])
    papers.take_back(story.delivery, story.sets, story.units[:1])
    with pytest.raises(GateRefusal, match=story.units[0]):
        papers.deliver(plant, "St. Mary Hospital", [{"lot": story.sets, "serials": story.units[:1]}])
