"""Lot Release: nothing leaves before everything is complete and signed, and a revocation reaches everything."""

import pytest

import frappe
from builders import (
    LENGTH,
    PASSWORD,
    a_batch,
    a_customer,
    a_delivery,
    a_lot_release,
    a_made_lot,
    a_manufacture,
    a_plan,
    a_process_record,
    a_released_lot,
    a_routing,
    a_started_lot,
    a_tool,
    a_user,
    an_accepted_lot,
    an_inspection,
    an_item,
    as_user,
    events_of,
    finished,
    insert,
    lot_of,
    making,
    sign,
    state_of,
    taking,
    unique,
)
from med_trace.domain.errors import NotSigned, SignatureRefused
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger.service import hold, lift_hold, record_many
from med_trace.nonconformance.service import open_ncr
from med_trace.release.service import NotReleasable, blockers


def rules_of(lot):
    return {one.rule for one in blockers(lot)}


@pytest.mark.requirement("REL-1", "REL-2")
def test_a_complete_lot_is_released_by_signature():
    lot = a_made_lot()
    assert blockers(lot) == []
    release = a_lot_release(lot)
    assert (release.docstatus, release.workflow_state) == (1, "Released")
    assert release.released_at
    assert state_of(lot) == "Released"
    assert len(events_of(lot, "Released")) == 1


@pytest.mark.requirement("REL-1")
def test_every_reason_is_listed_with_the_record_to_look_at():
    item = an_item("Finished")
    routing = a_routing(item, ["Turning", "Cleaning"])
    plan = a_plan(item, stage="Final")
    lot = a_started_lot(item)
    a_process_record(lot, 10)
    hold([lot], "waiting for a second opinion", source=("Material Lot", lot))
    found = {(one.rule, one.doctype, one.name) for one in blockers(lot)}
    assert ("State", "Material Lot", lot) in found
    assert ("Operation", "Process Routing", routing.name) in found
    assert ("Inspection", "Inspection Plan", plan.plan_name) in found
    assert any(rule == "Nonconformance" for rule, _, _ in found)


@pytest.mark.requirement("REL-1")
def test_a_rejected_inspection_and_its_ncr_block():
    item = an_item("Finished")
    a_routing(item, ["Turning"])
    plan = a_plan(item, stage="Final", characteristics=[{"characteristic": "Look", "kind": "Attribute"}])
    lot = a_started_lot(item)
    a_process_record(lot, 10)
    record = an_inspection(lot, plan, [{"characteristic": "Look", "sample_no": 1, "attribute": "Fail"}])
    found = {(one.rule, one.name) for one in blockers(lot)}
    assert ("Inspection", record.name) in found
    assert any(rule == "Nonconformance" and name.startswith("NCR-") for rule, name in found)


@pytest.mark.requirement("REL-1")
def test_a_lot_made_by_its_routing_and_inspected_can_be_released():
    item = an_item("Finished")
    a_routing(item, ["Turning", "Cleaning"])
    plan = a_plan(item, stage="Final")
    lot = a_started_lot(item)
    a_process_record(lot, 10)
    a_process_record(lot, 20)
    assert rules_of(lot) == {"Inspection"}
    an_inspection(lot, plan)
    assert rules_of(lot) == set()


@pytest.mark.requirement("REL-1")
def test_a_stopped_component_blocks_what_it_went_into():
    raw = an_accepted_lot()
    lot = a_made_lot(used=[raw])
    hold([raw], "doubtful certificate", source=("Material Lot", raw), with_descendants=False)
    (found,) = blockers(lot)
    assert (found.rule, found.name) == ("Component", raw)


@pytest.mark.requirement("REL-1")
def test_a_rejected_component_still_blocks_after_it_was_closed():
    raw = an_accepted_lot(qty=1)
    lot = a_made_lot(used=[raw])
    rejected = EventDraft(EventType.REJECTED, (Row(Action.REJECT, raw),), reason="Wrong alloy")
    record_many([rejected, EventDraft(EventType.CLOSED, (Row(Action.CLOSE, raw),))])
    assert state_of(raw) == "Closed"
    assert [(one.rule, one.name) for one in blockers(lot)] == [("Component", raw)]


@pytest.mark.requirement("REL-1", "ID-3")
def test_a_lot_number_that_no_udi_can_carry_blocks():
    item = an_item("Finished", mt_gtin="09506000134352")
    lot = a_made_lot(item, batch={"batch_id": unique("A-LOT-NUMBER-TOO-LONG-FOR-GS1")})
    (found,) = blockers(lot)
    assert (found.rule, found.name) == ("Label", lot)


@pytest.mark.requirement("REL-1")
def test_a_gauge_that_was_out_of_calibration_blocks():
    item, gauge = an_item("Finished"), a_tool("Gauge")
    a_routing(item, ["Turning"])
    plan = a_plan(item, stage="Final", characteristics=[{**LENGTH, "gauge": gauge}])
    lot = a_started_lot(item)
    a_process_record(lot, 10)
    record = an_inspection(
        lot, plan, [{"characteristic": "Length", "sample_no": 1, "value": 10, "gauge": gauge}]
    )
    assert rules_of(lot) == set()
    calibration = frappe.get_last_doc("Qualification", {"subject": gauge})
    calibration.status = "Suspended"
    calibration.change_reason = "Found out of calibration"
    calibration.save()
    (found,) = blockers(lot)
    assert (found.rule, found.name) == ("Gauge", record.name)


@pytest.mark.requirement("REL-1", "MAT-2")
def test_a_withdrawn_certificate_of_an_ancestor_blocks():
    raw = an_accepted_lot()
    lot = a_made_lot(used=[raw])
    frappe.db.set_value("Material Lot", raw, "certificate_withdrawn", 1)
    (found,) = blockers(lot)
    assert (found.rule, found.name) == ("Certificate", raw)


@pytest.mark.requirement("REL-1")
def test_a_signature_on_an_incomplete_lot_is_refused_and_writes_nothing():
    lot = a_made_lot()
    release = insert("Lot Release", lot=lot)
    open_ncr("Scratched", [lot])
    with pytest.raises(NotReleasable, match="Scratched"):
        sign(release, "Released")
    assert not frappe.db.exists("Electronic Signature", {"document_name": release.name})
    assert state_of(lot) == "On Hold"


@pytest.mark.requirement("REL-2", "SIG-3")
def test_submitting_without_signature_is_refused():
    release = insert("Lot Release", lot=a_made_lot())
    with pytest.raises(NotSigned):
        release.submit()


@pytest.mark.requirement("REL-2")
def test_who_made_a_record_of_the_lot_cannot_release_it():
    item = an_item("Finished")
    a_routing(item, ["Turning"])
    lot = a_started_lot(item)
    person = a_user("Quality", "Operator")
    a_process_record(lot, 10, operator=person)
    release = insert("Lot Release", lot=lot)
    with pytest.raises(SignatureRefused):
        sign(release, "Released", person)
    assert state_of(lot) == "Awaiting Release"


@pytest.mark.requirement("REL-2", "SIG-1")
def test_a_wrong_password_signs_nothing():
    from med_trace.ledger.signing import sign as sign_document

    release = insert("Lot Release", lot=a_made_lot())
    with as_user(a_user("Quality")), pytest.raises(frappe.AuthenticationError):
        sign_document("Lot Release", release.name, "Released", PASSWORD + "x", user=frappe.session.user)
    assert frappe.db.get_value("Lot Release", release.name, "docstatus") == 0


@pytest.mark.requirement("REL-1")
def test_a_release_of_nothing_is_refused_by_name(site):
    with pytest.raises(frappe.MandatoryError):
        insert("Lot Release")
    with pytest.raises(frappe.ValidationError, match="NO-SUCH-LOT"):
        insert("Lot Release", lot="NO-SUCH-LOT")


@pytest.mark.requirement("REL-3")
def test_an_item_that_asks_for_two_signatures_needs_two_people():
    lot = a_made_lot(an_item("Finished", mt_release_signatures=2))
    release = insert("Lot Release", lot=lot)
    first = a_user("Quality")
    sign(release, "Released", first)
    assert state_of(lot) == "Awaiting Release"
    with pytest.raises(frappe.ValidationError):
        sign(release, "Released", first)
    sign(release, "Released")
    assert state_of(lot) == "Released"


@pytest.mark.requirement("REL-5", "GATE-2")
def test_a_revocation_stops_the_lot_and_what_was_made_from_it_and_names_where_it_went():
    lot = a_released_lot(an_item("Component", mt_accepted_by_inspection=0), qty=10)
    product = an_item("Finished")
    batch = a_batch(product)
    a_manufacture([taking(lot, 4, finished()), making(product, 4, batch)])
    child = lot_of(batch)
    a_lot_release(child)
    hospital = a_customer()
    a_delivery(child, 3, hospital)
    release = frappe.get_doc("Lot Release", {"lot": lot})

    sign(release, "Release Revoked", reason="endotoxin result was wrong")

    release.reload()
    assert (release.docstatus, release.workflow_state) == (2, "Revoked")
    assert (state_of(lot), state_of(child)) == ("On Hold", "On Hold")
    assert hospital in release.consignees and child in release.consignees
    assert release.revocation_reason == "endotoxin result was wrong"


@pytest.mark.requirement("REL-5")
def test_a_revoked_lot_does_not_become_released_by_lifting_its_hold():
    lot = a_released_lot()
    release = frappe.get_doc("Lot Release", {"lot": lot})
    sign(release, "Release Revoked", reason="wrong label")
    lift_hold(lot, ("Lot Release", release.name), "label corrected")
    assert state_of(lot) == "Awaiting Release"
    a_lot_release(lot)
    assert state_of(lot) == "Released"


@pytest.mark.requirement("REL-2")
def test_cancelling_without_signature_is_refused():
    lot = a_released_lot()
    release = frappe.get_doc("Lot Release", {"lot": lot})
    with pytest.raises(NotSigned):
        release.cancel()
    assert state_of(lot) == "Released"


@pytest.mark.requirement("REL-2", "SIG-3")
def test_a_signed_release_cannot_be_deleted():
    release = a_lot_release(a_made_lot(an_item("Finished", mt_release_signatures=2)), is_signed=False)
    sign(release, "Released")
    with pytest.raises(frappe.ValidationError):
        frappe.delete_doc("Lot Release", release.name)
