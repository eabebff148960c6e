"""An NCR holds what it concerns; its dispositions add up and are carried out in the ledger."""

import pytest

import builders as a
import frappe
from med_trace.domain.disposition import NotDisposed, StepRefused
from med_trace.domain.errors import NotSigned, TraceError
from med_trace.nonconformance import service

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.requirement("NC-1")]


def an_ncr(lot: str, quantity: float = 10, **fields: object) -> str:
    """An NCR about a lot, under evaluation."""
    name = service.open_ncr(
        "Scratches", [{"lot": lot, "quantity": quantity, **fields}], description="On all pieces"
    )
    service.evaluate(name, "Handling after cleaning; no risk to the patient")
    return name


def settle(name: str, *decisions: dict, approver: str | None = None) -> None:
    """Decide, sign where a person is named, and close."""
    service.propose(name, decisions)
    if approver:
        a.sign(frappe.get_doc("NCR", name), "Disposition Approved", user=approver)
    service.disposition(name)
    service.close(name)


@pytest.mark.requirement("GATE-2")
def test_an_ncr_holds_the_lot_and_what_was_made_from_it() -> None:
    bar = a.an_accepted_lot()
    item = a.an_item("Finished")
    batch = a.a_batch(item)
    a.a_manufacture([a.taking(bar, 2), a.making(item, 3, batch)])
    service.open_ncr("Inclusions", [bar])
    assert (a.state_of(bar), a.state_of(a.lot_of(batch))) == ("On Hold", "On Hold")


def test_scrap_leaves_the_ledger_and_frees_the_rest() -> None:
    lot = a.an_accepted_lot(qty=10)
    settle(an_ncr(lot, 3), {"lot": lot, "disposition": "Scrap", "quantity": 3})
    assert (a.on_hand(lot), a.state_of(lot)) == (7, "Released")
    assert len(a.events_of(lot, "Scrapped")) == 1


def test_a_lot_that_is_scrapped_whole_is_rejected() -> None:
    lot = a.an_accepted_lot(qty=10)
    settle(an_ncr(lot), {"lot": lot, "disposition": "Scrap", "quantity": 10})
    assert (a.on_hand(lot), a.state_of(lot)) == (0, "Rejected")


@pytest.mark.requirement("MAT-4")
def test_a_return_goes_to_the_supplier() -> None:
    lot = a.an_accepted_lot(qty=10)
    settle(an_ncr(lot, 4), {"lot": lot, "disposition": "Return To Supplier", "quantity": 4})
    event = frappe.get_doc("Trace Event", a.events_of(lot, "Returned To Supplier")[0])
    assert event.supplier == frappe.db.get_value("Material Lot", lot, "supplier") and a.on_hand(lot) == 6


@pytest.mark.requirement("REL-2")
def test_use_as_is_needs_its_approver_his_reason_and_his_signature() -> None:
    lot, approver = a.an_accepted_lot(qty=10), a.a_user("Quality")
    name = an_ncr(lot)
    decision = {"lot": lot, "disposition": "Use As Is", "quantity": 10}
    service.propose(name, [decision])
    with pytest.raises(NotDisposed, match="approver"):
        service.disposition(name)
    service.propose(name, [{**decision, "approver": approver, "justification": "cosmetic"}])
    with pytest.raises(NotSigned):
        service.disposition(name)
    a.sign(frappe.get_doc("NCR", name), "Disposition Approved")
    with pytest.raises(NotDisposed, match=approver):
        service.disposition(name)
    a.sign(frappe.get_doc("NCR", name), "Disposition Approved", user=approver)
    service.disposition(name)
    service.close(name)
    assert (a.state_of(lot), a.on_hand(lot)) == ("Released", 10)


@pytest.mark.requirement("SIG-3")
def test_a_disposition_changed_after_its_signature_needs_a_new_one() -> None:
    lot, approver = a.an_accepted_lot(qty=10), a.a_user("Quality")
    name = an_ncr(lot)
    decision = {
        "lot": lot,
        "disposition": "Use As Is",
        "quantity": 10,
        "approver": approver,
        "justification": "ok",
    }
    service.propose(name, [decision])
    a.sign(frappe.get_doc("NCR", name), "Disposition Approved", user=approver)
    service.propose(name, [{**decision, "justification": "something else"}])
    with pytest.raises(NotSigned):
        service.disposition(name)


def test_rework_brings_the_lot_back_into_process() -> None:
    item = a.an_item("Finished")
    a.a_routing(item, ["Turning", "Cleaning"])
    lot = a.a_started_lot(item)
    a.a_process_record(lot, 10)
    a.a_process_record(lot, 20)
    name = an_ncr(lot)
    settle(name, {"lot": lot, "disposition": "Rework", "quantity": 10})
    assert a.state_of(lot) == "In Process"
    a.a_process_record(lot, 20, rework_ncr=name)
    assert a.state_of(lot) == "Awaiting Release"


def test_a_rework_that_nobody_ordered_is_refused() -> None:
    item = a.an_item("Finished")
    a.a_routing(item, ["Turning", "Cleaning"])
    lot = a.a_started_lot(item)
    a.a_process_record(lot, 10)
    with pytest.raises(TraceError, match="does not order a rework"):
        a.a_process_record(lot, 10, rework_ncr=service.open_ncr("Scratches", [a.an_accepted_lot()]))


@pytest.mark.parametrize("quantity", [9, 11])
def test_dispositions_add_up_to_what_is_affected(quantity: float) -> None:
    lot = a.an_accepted_lot(qty=20)
    name = an_ncr(lot, 10)
    service.propose(name, [{"lot": lot, "disposition": "Scrap", "quantity": quantity}])
    with pytest.raises(NotDisposed, match="add up"):
        service.disposition(name)


def test_what_was_made_from_a_rejected_lot_is_decided_too() -> None:
    bar = a.an_accepted_lot(qty=10)
    item = a.an_item("Finished")
    batch = a.a_batch(item)
    a.a_manufacture([a.taking(bar, 2), a.making(item, 3, batch)])
    name = an_ncr(bar, 8)
    service.propose(name, [{"lot": bar, "disposition": "Scrap", "quantity": 8}])
    with pytest.raises(NotDisposed, match=a.lot_of(batch)):
        service.disposition(name)


def test_nothing_is_decided_without_an_evaluation() -> None:
    lot = a.an_accepted_lot(qty=10)
    name = service.open_ncr("Scratches", [lot])
    service.evaluate(name, "  ")
    service.propose(name, [{"lot": lot, "disposition": "Scrap", "quantity": 10}])
    with pytest.raises(NotDisposed, match="evaluation"):
        service.disposition(name)


def test_no_step_is_skipped() -> None:
    lot = a.an_accepted_lot()
    name = service.open_ncr("Scratches", [lot])
    with pytest.raises(TraceError):
        service.close(name)
    assert a.state_of(lot) == "On Hold"


def test_a_settled_disposition_does_not_change() -> None:
    lot = a.an_accepted_lot(qty=10)
    name = an_ncr(lot)
    service.propose(name, [{"lot": lot, "disposition": "Scrap", "quantity": 10}])
    service.disposition(name)
    with pytest.raises(StepRefused):
        service.propose(name, [{"lot": lot, "disposition": "Rework", "quantity": 10}])


def test_a_closed_ncr_does_not_change() -> None:
    lot = a.an_accepted_lot(qty=10)
    name = an_ncr(lot)
    settle(name, {"lot": lot, "disposition": "Scrap", "quantity": 10})
    ncr = frappe.get_doc("NCR", name)
    ncr.title = "Nothing happened"
    with pytest.raises(StepRefused, match="closed"):
        ncr.save()


def test_an_ncr_is_not_deleted() -> None:
    with pytest.raises(TraceError):
        frappe.delete_doc("NCR", service.open_ncr("Scratches", [a.an_accepted_lot()]))


def test_one_piece_is_held_and_scrapped_alone() -> None:
    item = a.an_item(has_serial_no=1, mt_incoming_inspection_required=0)
    batch = a.a_batch(item)
    serials = [a.unique("SN"), a.unique("SN")]
    a.a_receipt(item, 2, batch=batch, serial_no="\n".join(serials))
    lot = a.lot_of(batch)
    unit = frappe.db.get_value("Serial Unit", {"serial_no": serials[0], "item_code": item})
    name = an_ncr(lot, 1, serial_unit=unit)
    assert (a.state_of(lot), frappe.db.get_value("Serial Unit", unit, "state")) == ("Released", "On Hold")
    settle(name, {"lot": lot, "serial_unit": unit, "disposition": "Scrap", "quantity": 1})
    assert (a.on_hand(lot), frappe.db.get_value("Serial Unit", unit, "whereabouts")) == (1, "Scrapped")


def test_only_quality_decides() -> None:
    name = service.open_ncr("Scratches", [a.an_accepted_lot()])
    with a.as_user(a.a_user("Operator")), pytest.raises(frappe.PermissionError):
        service.evaluate(name, "nothing to see")


def test_scrap_that_an_ncr_ordered_leaves_the_stock_without_counting_twice() -> None:
    lot = a.an_accepted_lot(qty=10)
    name = an_ncr(lot, 3)
    settle(name, {"lot": lot, "disposition": "Scrap", "quantity": 3})
    a.a_stock_entry("Material Issue", [a.taking(lot, 3)], mt_ncr=name)
    assert a.on_hand(lot) == 7
    with pytest.raises(TraceError, match="Correct the quantity"):
        a.a_stock_entry("Material Issue", [a.taking(lot, 1)], mt_ncr=name)


def test_a_return_that_an_ncr_ordered_leaves_the_stock_without_counting_twice() -> None:
    item = a.an_item(mt_incoming_inspection_required=0)
    receipt = a.a_receipt(item, 10)
    batch = receipt.items[0].batch_no
    lot = a.lot_of(batch)
    name = an_ncr(lot, 4)
    settle(name, {"lot": lot, "disposition": "Return To Supplier", "quantity": 4})
    a.a_receipt(
        rows=[
            {"item_code": item, "qty": -4, "batch_no": batch, "purchase_receipt_item": receipt.items[0].name}
        ],
        supplier=receipt.supplier,
        header={"is_return": 1, "return_against": receipt.name, "mt_ncr": name},
    )
    assert a.on_hand(lot) == 6 and len(a.events_of(lot, "Returned To Supplier")) == 1


def test_quality_takes_an_ncr_from_its_opening_to_its_end() -> None:
    lot = a.an_accepted_lot(qty=10)
    with a.as_user(a.a_user("Quality")):
        name = an_ncr(lot, 4)
        settle(name, {"lot": lot, "disposition": "Scrap", "quantity": 4})
    assert (a.on_hand(lot), frappe.db.get_value("NCR", name, "workflow_state")) == (6, "Closed")


def test_more_than_a_lot_ever_had_is_not_affected() -> None:
    lot = a.an_accepted_lot(qty=10)
    with pytest.raises(NotDisposed, match="only 10"):
        service.open_ncr("Scratches", [{"lot": lot, "quantity": 11}])
    assert a.state_of(lot) == "Released"
    name = service.open_ncr("Scratches", [{"lot": lot, "quantity": 10}])
    ncr = frappe.get_doc("NCR", name)
    ncr.lots[0].quantity = 12
    with pytest.raises(NotDisposed):
        ncr.save()


def test_a_complaint_about_pieces_that_are_out_counts_what_was_made() -> None:
    lot = a.a_released_lot(qty=10)
    a.a_delivery(lot, 9)
    assert service.open_ncr("Came back broken", [{"lot": lot, "quantity": 9}])


@pytest.mark.parametrize("with_unit", [False, True])
def test_a_lot_or_a_piece_is_named_once(with_unit: bool) -> None:
    lot = a.a_made_lot(serials=["S-1-{}".format(a.unique("X")), "S-2-{}".format(a.unique("X"))])
    unit = frappe.db.get_value("Serial Unit", {"lot": lot})
    one = {"lot": lot, "quantity": 1, **({"serial_unit": unit} if with_unit else {})}
    with pytest.raises(NotDisposed, match="twice"):
        service.open_ncr("Scratches", [one, one])
