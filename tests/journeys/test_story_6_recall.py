"""Story 6: from a supplier lot to the end of its recall: held, notified, answered, recovered, checked, signed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import frappe
from med_trace.demo import implant, papers, recall
from med_trace.demo.implant import Implant
from med_trace.demo.plant import Plant
from med_trace.demo.recall import Recalled
from med_trace.demo.users import REGULATORY, acting_as
from med_trace.domain.errors import IsRecalled, TraceError
from med_trace.ledger.signing import sign, signatures_of
from med_trace.recall import service


@dataclass(frozen=True)
class Told:
    screws: Implant
    recall: Recalled


@pytest.fixture(scope="module")
def screws(plant: Plant) -> Implant:
    return implant.tell(plant)


@pytest.fixture(scope="module")
def story(plant: Plant, screws: Implant) -> Told:
    return Told(screws, recall.tell(plant, screws))


def the_recall(story: Told) -> frappe.model.document.Document:
    return frappe.get_doc("Recall", story.recall.recall)


def in_scope(story: Told) -> set[str]:
    return {story.screws.bars["TI-H817"], *story.screws.lots[:2]}


@pytest.mark.requirement("RCL-1")
def test_one_step_finds_every_lot_and_consignee(story: Told) -> None:
    doc = the_recall(story)
    assert {row.lot for row in doc.lots} == in_scope(story)
    assert doc.unit_count == 20
    shipped = {(row.consignee, row.lot): row.quantity_shipped for row in doc.consignees}
    first, second = story.screws.lots[:2]
    assert shipped == {
        ("St. Mary Hospital", first): 5,
        ("Charite Klinik Nord", first): 4,
        ("Huashan City Hospital", second): 4,
        ("St. Mary Hospital", second): 2,
    }
    assert all(row.address for row in doc.consignees)
    assert not doc.gaps


@pytest.mark.requirement("RCL-5", "GATE-1")
def test_everything_in_scope_is_stopped_wherever_it_is(story: Told, plant: Plant) -> None:
    for lot in in_scope(story):
        assert frappe.db.get_value("Material Lot", lot, "state") == "Recalled"
    other = story.screws.lots[2]
    assert frappe.db.get_value("Material Lot", other, "state") == "Released"
    lot = story.screws.lots[0]
    with pytest.raises(IsRecalled, match=story.recall.recall):
        papers.deliver(plant, "St. Mary Hospital", [{"lot": lot, "serials": story.screws.units[lot][-1:]}])


@pytest.mark.requirement("RCL-4")
def test_each_consignee_has_its_notice_with_lots_and_quantities(story: Told) -> None:
    assert set(story.recall.notices) == {"St. Mary Hospital", "Charite Klinik Nord", "Huashan City Hospital"}
    page = service.notice_html(the_recall(story), "Charite Klinik Nord")
    first, second = story.screws.lots[:2]
    assert first in page and second not in page
    assert "Seestrasse 40" in page
    assert all(row.notified_on and row.notice_method for row in the_recall(story).consignees)


@pytest.mark.requirement("RCL-4")
def test_what_was_used_and_what_came_back_closes_the_balance(story: Told) -> None:
    doc = the_recall(story)
    assert (doc.quantity_shipped, doc.quantity_recovered, doc.quantity_outstanding) == (15, 11, 0)
    assert sum(row.quantity_used for row in doc.consignees) == 4
    report = service.status_report(doc)
    assert (report["notified"], report["responded"], report["settled"], report["open"]) == (3, 3, 3, [])
    back = frappe.get_all(
        "Trace Event Item",
        filters={"lot": ["in", story.screws.lots[:2]], "action": "Return"},
        pluck="serial_unit",
    )
    assert len(back) == 10  # the broken screw was collected by hand
    assert story.screws.complaint_unit not in back


@pytest.mark.requirement("RCL-4", "SIG-2")
def test_it_was_initiated_and_terminated_by_signature(story: Told) -> None:
    doc = the_recall(story)
    assert doc.workflow_state == "Terminated"
    signed = [(one["meaning"], one["signer"]) for one in signatures_of("Recall", doc.name)]
    assert signed == [("Initiated", REGULATORY), ("Terminated", REGULATORY)]
    assert len(doc.checks) == 3 and doc.effectiveness


@pytest.mark.requirement("RCL-1", "SIG-3")
def test_the_snapshot_says_what_the_ledger_said_then(story: Told) -> None:
    answer = service.verify_snapshot(the_recall(story))
    assert answer["valid"], answer["differences"]
    assert answer["digest"] == answer["stored_digest"]


@pytest.mark.requirement("RCL-1", "SIG-3")
def test_a_changed_snapshot_is_found(story: Told) -> None:
    row = the_recall(story).consignees[0].name
    frappe.db.set_value("Recall Consignee", row, "quantity_shipped", 1)
    answer = service.verify_snapshot(the_recall(story))
    assert answer["differences"] == ["consignees"]


@pytest.mark.requirement("RCL-4")
def test_a_recall_with_open_answers_cannot_be_terminated(screws: Implant, plant: Plant) -> None:
    name = recall.draft(plant, screws)
    with acting_as(REGULATORY):
        sign("Recall", name, "Initiated", plant.password, user=frappe.session.user)
        with pytest.raises(TraceError) as refused:
            sign("Recall", name, "Terminated", plant.password, user=frappe.session.user)
    reasons = str(refused.value)
    assert "St. Mary Hospital has not been notified" in reasons
    assert "Charite Klinik Nord still has" in reasons
    assert frappe.db.get_value("Recall", name, "workflow_state") == "Initiated"
