"""A state that a signature or a step gives cannot be typed, and a scope that grew old cannot be signed."""

from __future__ import annotations

import pytest

import builders as a
import frappe
from med_trace.domain.disposition import StepRefused
from med_trace.nonconformance.service import open_ncr
from med_trace.recall.scoping import ScopeIsOld


@pytest.mark.requirement("REL-2")
@pytest.mark.parametrize("state", ["Released", "Revoked"])
def test_a_draft_release_does_not_call_itself_released(state: str) -> None:
    release = a.a_lot_release(a.a_made_lot(), is_signed=False)
    release.workflow_state = state
    with pytest.raises(frappe.ValidationError):
        release.save()


@pytest.mark.requirement("NC-1")
def test_a_state_that_does_not_exist_is_refused_by_name() -> None:
    ncr = frappe.get_doc("NCR", open_ncr("Scratch", [a.an_accepted_lot()], None, "Minor", "A scratch"))
    ncr.workflow_state = "Terminated"
    with pytest.raises(StepRefused, match="Terminated"):
        ncr.save()


@pytest.mark.requirement("RCL-1", "RCL-5")
def test_a_lot_taken_out_of_a_scope_by_hand_is_noticed_before_the_signature() -> None:
    raw = a.an_accepted_lot()
    a.a_made_lot(used=[raw])
    recall = a.a_recall({"criterion": "Lot", "value": raw})
    recall.lots = [row for row in recall.lots if row.lot == raw]
    recall.save()
    with pytest.raises(ScopeIsOld):
        a.sign(recall, "Initiated", a.a_user("Regulatory"))
    assert a.state_of(raw) == "Released"


@pytest.mark.requirement("RCL-1", "RCL-5")
def test_what_was_made_after_the_scope_was_built_is_not_left_out() -> None:
    raw = a.an_accepted_lot()
    recall = a.a_recall({"criterion": "Lot", "value": raw})
    made_since = a.a_made_lot(used=[raw])
    with pytest.raises(ScopeIsOld, match=made_since):
        a.sign(recall, "Initiated", a.a_user("Regulatory"))


@pytest.mark.requirement("GATE-1", "TRC-4")
def test_a_transfer_that_names_a_process_record_is_a_movement_too() -> None:
    item = a.an_item("Finished")
    a.a_routing(item)
    record = a.a_process_record(a.a_started_lot(item))
    bar = a.an_accepted_lot()
    row = a.taking(bar, 10, t_warehouse=a.in_progress())
    a.a_stock_entry("Material Transfer", [row], mt_process_record=record.name)
    assert frappe.db.get_value("Material Lot", bar, "warehouse") == a.in_progress()
