"""Story 4: sampled, scrapped, split, reworked, merged, shipped and returned, the balance closes to the last piece."""

from __future__ import annotations

from dataclasses import asdict

import pytest

import frappe
from med_trace.api import recall as recall_api
from med_trace.api import trace as trace_api
from med_trace.demo import balance
from med_trace.demo.balance import Balance
from med_trace.demo.plant import Plant
from med_trace.demo.users import QUALITY, acting_as
from med_trace.ledger.service import balance_of


@pytest.fixture(scope="module")
def story(plant: Plant) -> Balance:
    return balance.tell(plant)


def account(lot: str) -> dict[str, float]:
    """What a lot's balance says, without what is zero."""
    figures = {
        key: float(value)
        for key, value in asdict(balance_of(lot)).items()
        if key not in ("lot", "uom", "gaps")
    }
    return {key: value for key, value in figures.items() if value}


@pytest.mark.requirement("TRC-4")
def test_the_tubing_is_received_used_up_and_left(story: Balance) -> None:
    assert account(story.tubing) == {"made": 210, "consumed": 204, "on_hand": 6}


@pytest.mark.requirement("TRC-4", "MAT-4")
def test_the_lot_as_made_went_into_scrap_samples_and_two_trays(story: Balance) -> None:
    assert account(story.made) == {"made": 200, "scrapped": 3, "sampled": 5, "moved_on": 192}


@pytest.mark.requirement("TRC-4", "MAT-4")
def test_the_trays_went_into_the_merged_lot(story: Balance) -> None:
    assert account(story.first_tray) == {"made": 150, "moved_on": 150}
    assert account(story.second_tray) == {"made": 42, "scrapped": 2, "moved_on": 40}


@pytest.mark.requirement("TRC-4", "DIST-1")
def test_the_merged_lot_accounts_for_what_was_shipped_and_came_back(story: Balance) -> None:
    assert account(story.merged) == {
        "made": 190,
        "shipped": 100,
        "returned": 10,
        "scrapped": 4,
        "sampled": 2,
        "on_hand": 94,
    }


@pytest.mark.requirement("TRC-4")
def test_every_node_closes_without_a_gap(story: Balance) -> None:
    for lot in (story.tubing, story.made, story.first_tray, story.second_tray, story.merged):
        of_lot = balance_of(lot)
        assert of_lot.closes and not of_lot.gaps, of_lot
        assert float(of_lot.on_hand) == frappe.db.get_value("Material Lot", lot, "on_hand")


@pytest.mark.requirement("TRC-4")
def test_over_all_lots_two_hundred_lines_are_accounted_for(story: Balance) -> None:
    lots = (story.made, story.first_tray, story.second_tray, story.merged)
    gone = sum(balance_of(lot).scrapped + balance_of(lot).sampled for lot in lots)
    last = balance_of(story.merged)
    assert gone + last.at_consignees + last.on_hand == balance.MADE


@pytest.mark.requirement("TRC-4")
def test_erpnexts_stock_agrees_with_the_ledger(story: Balance) -> None:
    for lot in (story.tubing, story.first_tray, story.second_tray, story.merged):
        assert frappe.db.get_value("Batch", lot, "batch_qty") == frappe.db.get_value(
            "Material Lot", lot, "on_hand"
        )


@pytest.mark.requirement("NC-1", "INSP-4")
def test_the_failed_tray_was_scrapped_in_part_and_reworked_in_part(story: Balance) -> None:
    ncr = frappe.get_doc("NCR", story.ncr)
    assert ncr.workflow_state == "Closed"
    assert {(row.disposition, row.quantity) for row in ncr.dispositions} == {("Scrap", 2), ("Rework", 40)}
    actions = frappe.get_all(
        "Trace Event Item",
        filters={"lot": story.second_tray},
        pluck="action",
        order_by="event_time asc, creation asc",
    )
    order = [
        action for action in actions if action in ("Hold", "Rework", "Lift Hold", "Finish", "Merge From")
    ]
    assert order == ["Hold", "Rework", "Lift Hold", "Finish", "Merge From"]


@pytest.mark.requirement("MAT-4", "TRC-1")
def test_split_and_merge_are_genealogy(story: Balance) -> None:
    with acting_as(QUALITY):
        back = trace_api.backward(story.merged)
    kinds = {(link["from"], link["to"]): link["type"] for link in back["links"]}
    assert kinds[story.made, story.first_tray] == "Split"
    assert kinds[story.first_tray, story.merged] == kinds[story.second_tray, story.merged] == "Merged"
    assert kinds[story.tubing, story.made] == "Transformed"


@pytest.mark.requirement("TRC-4", "RCL-1")
def test_a_scope_from_the_tubing_has_no_gap(story: Balance) -> None:
    with acting_as(QUALITY):
        scope = recall_api.scope([{"criterion": "Lot", "value": story.tubing}])
    assert scope["gaps"] == []
    assert {line["consignee"]: (line["shipped"], line["returned"]) for line in scope["consignees"]} == {
        "MedLog Distribution": (100, 10)
    }
