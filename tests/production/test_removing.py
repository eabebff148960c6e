"""Scrap and samples of what ERPNext has in stock leave its stock too: stock and ledger stay one."""

from __future__ import annotations

import pytest

import builders as a
import frappe
from med_trace.api import lots
from med_trace.domain.errors import BadInput, NotEnough, TraceError
from med_trace.ledger.verify import findings

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.requirement("TRC-4", "MAT-4")]

TAKE = [(lots.scrap, "Scrapped", "Scrap"), (lots.sample, "Sampled", "Sample")]


def in_stock(lot: str) -> float:
    """What ERPNext says of the lot's batch."""
    return frappe.db.get_value("Batch", frappe.db.get_value("Material Lot", lot, "batch"), "batch_qty")


@pytest.mark.parametrize(("take", "happened", "issued_as"), TAKE)
def test_what_is_in_stock_is_issued_there_too(take, happened: str, issued_as: str) -> None:
    lot = a.an_accepted_lot(qty=10)
    event = take(lot, 3, "dropped on the floor")
    assert (a.on_hand(lot), in_stock(lot)) == (7, 7)
    assert a.events_of(lot, happened) == [event]
    told = frappe.db.get_value(
        "Trace Event", event, ["reason", "source_doctype", "source_name"], as_dict=True
    )
    assert (told.reason, told.source_doctype) == ("dropped on the floor", "Stock Entry")
    entry = frappe.get_doc("Stock Entry", told.source_name)
    assert (entry.docstatus, entry.purpose, entry.mt_issue_as) == (1, "Material Issue", issued_as)
    assert entry.remarks == "dropped on the floor"


@pytest.mark.parametrize("is_part", [False, True])
def test_what_goes_back_to_the_supplier_goes_against_its_receipt(is_part: bool) -> None:
    lot = a.an_accepted_lot(qty=10)
    receipt = frappe.db.get_value("Trace Event", a.events_of(lot, "Received")[0], "source_name")
    if is_part:
        (lot,) = lots.split(lot, {a.unique("PART"): 8})
    there = a.on_hand(lot)
    event = lots.send_back(lot, 3, "wrong alloy")
    assert (a.on_hand(lot), in_stock(lot)) == (there - 3, there - 3)
    told = frappe.db.get_value(
        "Trace Event", event, ["event_type", "reason", "supplier", "source_name"], as_dict=True
    )
    assert (told.event_type, told.reason) == ("Returned To Supplier", "wrong alloy")
    assert told.supplier == frappe.db.get_value("Material Lot", lot, "supplier")
    if is_part:  # ERPNext returns only batches that the receipt names
        assert frappe.db.get_value("Stock Entry", told.source_name, "mt_issue_as") == "Return To Supplier"
        return
    back = frappe.get_doc("Purchase Receipt", told.source_name)
    assert (back.docstatus, back.is_return, back.return_against) == (1, 1, receipt)
    assert (back.supplier, [row.qty for row in back.items]) == (told.supplier, [-3])


def test_of_two_batches_of_one_receipt_the_right_row_goes_back() -> None:
    item = a.an_item(mt_incoming_inspection_required=0)
    batches = [a.a_batch(item), a.a_batch(item)]
    receipt = a.a_receipt(rows=[{"item_code": item, "qty": 10, "batch_no": batch} for batch in batches])
    one, other = (a.lot_of(batch) for batch in batches)
    for lot, row in ((other, receipt.items[1]), (one, receipt.items[0])):
        event = lots.send_back(lot, 10, "wrong alloy")
        (back,) = frappe.get_doc(
            "Purchase Receipt", frappe.db.get_value("Trace Event", event, "source_name")
        ).items
        assert (back.purchase_receipt_item, back.qty) == (row.name, -10)
        assert (a.on_hand(lot), in_stock(lot)) == (0, 0)


@pytest.mark.parametrize("step", [lots.scrap, lots.send_back, lambda lot, n, why: lots.split(lot, [n], why)])
def test_who_may_not_move_stock_in_erpnext_is_told_which_role_may(step) -> None:
    lot = a.an_accepted_lot(qty=10)
    with (
        a.as_user(a.a_user("Operator", "Supervisor")),
        pytest.raises(frappe.PermissionError, match="Stock User"),
    ):
        step(lot, 2, "dropped")
    assert (a.on_hand(lot), in_stock(lot)) == (10, 10)
    with a.as_user(a.a_user("Operator", "Supervisor", "Stock User")):
        step(lot, 2, "dropped")
    assert (a.on_hand(lot), in_stock(lot)) == (8, 8)


def test_what_lies_in_two_places_leaves_both() -> None:
    lot = a.an_accepted_lot(qty=10)
    a.a_stock_entry("Material Transfer", [a.taking(lot, 4, t_warehouse=a.finished())])
    lots.scrap(lot, 8, "bent")
    assert (a.on_hand(lot), in_stock(lot), len(a.events_of(lot, "Scrapped"))) == (2, 2, 1)


def test_a_numbered_piece_leaves_by_its_number() -> None:
    item = a.an_item("Finished", has_serial_no=1)
    lot = a.a_released_lot(item, serials=[a.unique("SN") for _ in range(3)])
    first, second, third = frappe.get_all("Serial Unit", {"lot": lot}, pluck="name", order_by="name asc")
    lots.scrap(lot, 1, "scratched", first)
    assert a.on_hand(lot) == 2
    assert frappe.db.get_value("Serial Unit", first, "whereabouts") == "Scrapped"
    serial = frappe.db.get_value("Serial Unit", first, "serial_no")
    assert not frappe.db.get_value("Serial No", serial, "warehouse")
    with pytest.raises(TraceError, match="serial numbers"):
        lots.scrap(lot, 1, "which one?")
    (part,) = lots.split(lot, {a.unique("PART"): [second]})
    with pytest.raises(TraceError, match=part):
        lots.scrap(lot, 1, "it is in another lot now", second)
    lots.sample(part, 1, "bent until it broke", second)
    assert (a.on_hand(part), a.on_hand(lot)) == (0, 1)
    assert frappe.db.get_value("Serial Unit", third, "whereabouts") == "In Stock"


def test_what_was_never_booked_into_stock_is_the_ledgers_alone() -> None:
    item = a.an_item("Finished")
    a.a_routing(item)
    lot = a.a_started_lot(item)
    a.a_process_record(lot, quantity_good=10)
    event = lots.scrap(lot, 4, "short shots")
    assert a.on_hand(lot) == 6
    assert not frappe.db.get_value("Trace Event", event, "source_name")


def test_more_than_there_is_and_no_quantity_are_refused_and_leave_nothing() -> None:
    lot = a.an_accepted_lot(qty=5)
    entries = frappe.db.count("Stock Entry")
    with pytest.raises(NotEnough, match="5 are on hand"):
        lots.scrap(lot, 6, "because")
    for quantity in (0, -1, "three", None):
        with pytest.raises(BadInput, match="quantity"):
            lots.scrap(lot, quantity, "because")
    assert (frappe.db.count("Stock Entry"), a.on_hand(lot), in_stock(lot)) == (entries, 5, 5)


def test_a_cancelled_issue_brings_it_back_in_both() -> None:
    lot = a.an_accepted_lot(qty=5)
    event = lots.scrap(lot, 2, "typing error")
    frappe.get_doc("Stock Entry", frappe.db.get_value("Trace Event", event, "source_name")).cancel()
    assert (a.on_hand(lot), in_stock(lot)) == (5, 5)
    assert [one for one in findings() if lot in str(one)] == []
