"""A recall, from its scope to its end: complete, held at once, reconciled, signed, and provable afterwards."""

import pytest

import frappe
from builders import (
    a_customer,
    a_delivery,
    a_lot_release,
    a_made_lot,
    a_process_record,
    a_recall,
    a_released_lot,
    a_return,
    a_routing,
    a_started_lot,
    a_user,
    an_accepted_lot,
    an_initiated_recall,
    an_item,
    as_user,
    events_of,
    sign,
    state_of,
    unique,
)
from med_trace.domain.errors import BadInput, GateRefusal, IsRecalled, NotFound, NotSigned
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger.service import record
from med_trace.ledger.signing import signatures_of
from med_trace.recall.progress import NotTerminable
from med_trace.recall.service import (
    build_scope,
    lift_recall,
    notice_html,
    notice_pdf,
    place_holds,
    record_check,
    record_notice,
    record_recovered,
    record_reply,
    status_report,
    verify_snapshot,
    withdraw,
)
from med_trace.recall.states import WrongRecallState


def again(recall):
    return frappe.get_doc("Recall", recall.name)


@pytest.fixture
def shipped():
    """A raw lot with a supplier's number, ten pieces made of it, six and one of them shipped to two hospitals."""
    supplier_lot = unique("SUP")
    raw = an_accepted_lot(mt_supplier_lot=supplier_lot)
    lot = a_released_lot(used=[raw], qty=10)
    first, second = a_customer("St. Mary"), a_customer("City")
    delivery = a_delivery(lot, 6, first)
    a_delivery(lot, 1, second)
    return frappe._dict(
        supplier_lot=supplier_lot,
        raw=raw,
        lot=lot,
        first=first,
        second=second,
        delivery=delivery,
        criterion={"criterion": "Supplier Lot", "value": supplier_lot},
    )


@pytest.mark.requirement("RCL-1")
def test_the_scope_is_everything_made_from_the_cause_with_its_consignees(shipped):
    recall = a_recall(shipped.criterion)
    assert recall.workflow_state == "Scoped"
    assert {row.lot for row in recall.lots} == {shipped.raw, shipped.lot}
    lines = {row.consignee: row for row in recall.consignees}
    assert {name: line.quantity_shipped for name, line in lines.items()} == {
        shipped.first: 6,
        shipped.second: 1,
    }
    assert lines[shipped.first].shipped_on.startswith(frappe.utils.nowdate())
    assert shipped.delivery.name in lines[shipped.first].shipped_on
    assert recall.digest.startswith("sha256:")
    assert (recall.quantity_shipped, recall.quantity_outstanding) == (7, 7)


@pytest.mark.requirement("RCL-5", "GATE-1")
def test_everything_in_scope_is_held_at_once(shipped):
    recall = a_recall(shipped.criterion)
    place_holds(recall)
    assert (state_of(shipped.raw), state_of(shipped.lot)) == ("On Hold", "On Hold")
    with pytest.raises(GateRefusal):
        a_delivery(shipped.lot, 1)
    assert all(row.held for row in again(recall).lots)
    assert place_holds(again(recall)) == []


@pytest.mark.requirement("RCL-4", "RCL-5")
def test_initiation_is_a_signature_and_marks_everything_recalled(shipped):
    recall = an_initiated_recall(shipped.criterion)
    assert recall.workflow_state == "Initiated"
    assert (state_of(shipped.raw), state_of(shipped.lot)) == ("Recalled", "Recalled")
    with pytest.raises(IsRecalled, match=recall.name):
        a_delivery(shipped.lot, 1)


@pytest.mark.requirement("RCL-4")
def test_a_state_that_needs_a_signature_cannot_be_set_by_hand(shipped):
    recall = a_recall(shipped.criterion)
    recall.workflow_state = "Initiated"
    with pytest.raises(NotSigned):
        recall.save()


@pytest.mark.requirement("RCL-1")
def test_what_was_signed_stays(shipped):
    recall = an_initiated_recall(shipped.criterion)
    recall.reason = "another reason"
    with pytest.raises(frappe.ValidationError, match="stays"):
        recall.save()
    recall = again(recall)
    recall.consignees[0].quantity_shipped = 5
    with pytest.raises(frappe.ValidationError, match="stays"):
        recall.save()
    with pytest.raises(WrongRecallState):
        build_scope(again(recall))
    with pytest.raises(frappe.ValidationError):
        frappe.delete_doc("Recall", recall.name)


@pytest.mark.requirement("RCL-4", "DIST-3")
def test_returns_by_delivery_count_by_themselves_and_stay_recalled(shipped):
    recall = an_initiated_recall(shipped.criterion)
    a_return(shipped.delivery, 2)
    row = next(row for row in again(recall).consignees if row.consignee == shipped.first)
    assert (row.quantity_returned, row.quantity_outstanding) == (2, 4)
    assert again(recall).quantity_recovered == 2
    assert state_of(shipped.lot) == "Recalled"


@pytest.mark.requirement("RCL-4")
def test_quantities_that_cannot_be_true_are_refused(shipped):
    recall = an_initiated_recall(shipped.criterion)
    with pytest.raises(BadInput, match="only 6 were shipped"):
        record_recovered(recall, shipped.first, shipped.lot, 7)
    with pytest.raises(BadInput, match="quantity_lost"):
        record_reply(again(recall), shipped.first, shipped.lot, {"quantity_lost": 1})
    with pytest.raises(NotFound):
        record_recovered(again(recall), shipped.first, shipped.raw, 1)


@pytest.mark.requirement("RCL-4", "RCL-1")
def test_a_recall_ends_only_when_everything_is_accounted_for_and_signed(shipped):
    recall = an_initiated_recall(shipped.criterion)
    regulatory = a_user("Regulatory")
    with pytest.raises(NotTerminable) as refusal:
        sign(recall, "Terminated", regulatory)
    for words in (shipped.first, "has not been notified", "outstanding", "effectiveness"):
        assert words in str(refusal.value)

    for consignee in (shipped.first, shipped.second):
        record_notice(again(recall), consignee, "Letter")
        record_check(again(recall), consignee, "Telephone", is_effective=True)
    record_reply(again(recall), shipped.first, shipped.lot, {"quantity_held": 4, "quantity_used": 2})
    report = status_report(again(recall))
    assert (report["notified"], report["responded"], report["settled"]) == (2, 1, 0)

    recall = again(recall)
    line = next(row for row in recall.consignees if row.consignee == shipped.first)
    line.quantity_held = 0
    recall.save()
    a_return(shipped.delivery, 4)
    record_reply(
        again(recall),
        shipped.second,
        shipped.lot,
        {},
        outcome="Unreachable",
        outcome_reason="the clinic closed",
    )
    recall = again(recall)
    recall.effectiveness = "Every consignee had the notice and acted on it."
    recall.save()
    assert status_report(recall)["open"] == []
    sign(recall, "Terminated", regulatory)
    recall = again(recall)
    assert recall.workflow_state == "Terminated" and recall.terminated_at
    recall.disposition = "scrapped"
    with pytest.raises(frappe.ValidationError, match="stays as it is"):
        recall.save()
    assert verify_snapshot(again(recall))["valid"]
    assert valid_signatures(recall) == {"Initiated": True, "Terminated": True}
    line = next(row for row in recall.consignees if row.consignee == shipped.first)
    frappe.db.set_value("Recall Consignee", line.name, "quantity_used", 1)
    assert valid_signatures(recall) == {"Initiated": True, "Terminated": False}


def valid_signatures(recall):
    return {one.meaning: one.valid for one in signatures_of("Recall", recall.name)}


@pytest.mark.requirement("RCL-1")
def test_the_snapshot_is_found_again_and_a_changed_one_is_noticed(shipped):
    recall = an_initiated_recall(shipped.criterion)
    a_return(shipped.delivery, 2)
    assert verify_snapshot(again(recall)) == {
        "valid": True,
        "stored_digest": recall.digest,
        "digest": recall.digest,
        "position": int(recall.ledger_position),
        "differences": [],
    }
    frappe.db.set_value("Recall Consignee", recall.consignees[0].name, "quantity_shipped", 5)
    found = verify_snapshot(again(recall))
    assert (found["valid"], found["differences"]) == (False, ["consignees"])


@pytest.mark.requirement("RCL-4")
def test_a_notice_names_what_this_consignee_received_and_nobody_else(shipped):
    recall = an_initiated_recall(shipped.criterion, health_hazard="Breakage <under load>")
    page = notice_html(recall, shipped.first)
    for words in (shipped.lot, recall.title, "Found cracked", "6", "Signed electronically"):
        assert words in page
    assert frappe.db.get_value("Customer", shipped.second, "customer_name") not in page
    assert "Breakage &lt;under load&gt;" in page
    assert notice_pdf(recall, shipped.first).startswith(b"%PDF")
    with pytest.raises(NotFound):
        notice_html(recall, a_customer())


@pytest.mark.requirement("RCL-3", "CFG-3")
def test_a_notice_speaks_the_consignees_language(shipped):
    recall = an_initiated_recall(shipped.criterion)
    frappe.db.set_value("Customer", shipped.first, "language", "zh")
    page = notice_html(recall, shipped.first)
    assert '<html lang="zh">' in page and "医疗器械召回" in page and "What you received" not in page
    assert "Medical device recall" in notice_html(recall, shipped.first, "en")
    frappe.db.set_value("Customer", shipped.first, "language", "fr")
    assert "Medical device recall" in notice_html(recall, shipped.first)


@pytest.mark.requirement("RCL-5")
def test_a_recall_that_is_given_up_lets_go_what_it_held(shipped):
    recall = a_recall(shipped.criterion)
    place_holds(recall)
    withdraw(again(recall), "the supplier's letter named another lot")
    assert again(recall).workflow_state == "Withdrawn"
    assert (state_of(shipped.raw), state_of(shipped.lot)) == ("Released", "Released")


@pytest.mark.requirement("RCL-4")
def test_a_lot_that_is_not_concerned_after_all_is_free_again(shipped):
    recall = an_initiated_recall(shipped.criterion)
    with pytest.raises(NotFound):
        lift_recall(recall, [a_made_lot()], "wrong lot")
    lift_recall(recall, [shipped.raw], "the supplier's letter was corrected")
    assert (state_of(shipped.raw), state_of(shipped.lot)) == ("Released", "Recalled")
    with pytest.raises(NotFound):
        lift_recall(again(recall), [shipped.raw], "twice")


@pytest.fixture
def moulded():
    """Eight units of one lot, two of them from cavity 5; one of these and one other are shipped."""
    item = an_item("Finished", has_serial_no=1)
    a_routing(item, [{"operation_name": "Moulding", "makes_quantity": 1}])
    lot = a_started_lot(item)
    numbers = [unique("SN") for _ in range(8)]
    a_process_record(
        lot,
        10,
        quantity_good=8,
        outputs=[
            {"cavity": "4", "serial_numbers": "\n".join(numbers[:6]), "quantity": 6},
            {"cavity": "5", "serial_numbers": "\n".join(numbers[6:]), "quantity": 2},
        ],
    )
    a_lot_release(lot)
    units = {
        row.serial_no: row.name for row in frappe.get_all("Serial Unit", {"lot": lot}, ["name", "serial_no"])
    }
    good, bad = [units[one] for one in numbers[:6]], [units[one] for one in numbers[6:]]
    hospital = a_customer()
    rows = tuple(Row(Action.SHIP, lot, 1, serial_unit=unit) for unit in (good[0], bad[0]))
    record(EventDraft(EventType.SHIPPED, rows, consignee=hospital, source_name="DN-1"))
    return frappe._dict(lot=lot, good=good, bad=bad, hospital=hospital)


CAVITY_5 = {"criterion": "Cavity", "value": "5"}


@pytest.mark.requirement("RCL-2")
def test_a_cause_slice_stands_beside_the_whole_lot_and_says_what_it_saves(moulded):
    of_lot = {"criterion": "Lot", "value": moulded.lot}
    whole = a_recall(of_lot, CAVITY_5)
    part = a_recall(of_lot, CAVITY_5, slice="Cause Slice")
    assert (whole.unit_count, part.unit_count) == (8, 2)
    assert (part.whole_lot_quantity, part.slice_quantity, part.quantity_saved) == (8, 2, 6)
    assert sorted(part.lots[0].units.splitlines()) == sorted(moulded.bad)
    assert [row.quantity_shipped for row in whole.consignees] == [2]
    assert [row.quantity_shipped for row in part.consignees] == [1]


@pytest.mark.requirement("RCL-2", "RCL-5")
def test_of_a_cause_slice_only_its_units_are_stopped(moulded):
    recall = an_initiated_recall({"criterion": "Lot", "value": moulded.lot}, CAVITY_5, slice="Cause Slice")
    states = dict(frappe.get_all("Serial Unit", {"lot": moulded.lot}, ["name", "state"], as_list=True))
    assert {states[unit] for unit in moulded.bad} == {"Recalled"}
    assert {states[unit] or "" for unit in moulded.good} == {""}
    assert state_of(moulded.lot) == "Released"
    ship_good = Row(Action.SHIP, moulded.lot, 1, serial_unit=moulded.good[1])
    record(EventDraft(EventType.SHIPPED, (ship_good,), consignee=moulded.hospital))
    ship_bad = Row(Action.SHIP, moulded.lot, 1, serial_unit=moulded.bad[1])
    with pytest.raises(IsRecalled, match=recall.name):
        record(EventDraft(EventType.SHIPPED, (ship_bad,), consignee=moulded.hospital))
    assert verify_snapshot(recall)["valid"]
    lift_recall(again(recall), [moulded.lot], "the pieces were measured and are sound")
    assert not any(frappe.get_all("Serial Unit", {"lot": moulded.lot}, pluck="state"))


@pytest.mark.requirement("RCL-1")
@pytest.mark.parametrize(
    "criterion, words",
    [
        ({"criterion": "Lot", "value": ""}, "value"),
        ({"criterion": "Time Window"}, "from_time"),
        ({"criterion": "Parameter", "value": "Temperature"}, "minimum"),
        ({"criterion": "Parameter", "value": "Temperature", "minimum": "warm"}, "warm"),
        ({"criterion": "Parameter", "value": "Temperature", "minimum": "nan"}, "nan"),
    ],
)
def test_a_criterion_that_says_nothing_is_refused_by_name(site, criterion, words):
    with pytest.raises(frappe.ValidationError, match=words):
        a_recall(criterion)


@pytest.mark.requirement("RCL-4", "OPS-3")
def test_only_regulatory_initiates_and_the_auditor_only_reads(shipped):
    recall = a_recall(shipped.criterion)
    with pytest.raises(frappe.ValidationError):
        sign(recall, "Initiated", a_user("Quality"))
    with as_user(a_user("Trace Auditor")):
        assert again(recall).has_permission("read")
        with pytest.raises(frappe.PermissionError):
            again(recall).save()
    assert state_of(shipped.lot) == "Released"
    assert not events_of(shipped.lot, "Recalled")
