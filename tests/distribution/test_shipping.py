"""Shipping: who received which lot and unit, how much, when; refused for what may not leave; reversed on cancel."""

import pytest

import frappe
from builders import (
    a_company,
    a_customer,
    a_delivery,
    a_made_lot,
    a_released_lot,
    a_return,
    a_user,
    an_untraced_item,
    as_user,
    blocked,
    events_of,
    finished,
    on_hand,
    state_of,
    unique,
)
from med_trace.api.distribution import accept_return as accept_over_api
from med_trace.distribution.service import accept_return
from med_trace.domain.errors import BadInput, GateRefusal, NotReleased, OnHold
from med_trace.ledger.service import hold, lift_hold


def shipped_rows(lot):
    return frappe.get_all(
        "Trace Event Item",
        filters={"lot": lot, "action": "Ship", "parenttype": "Trace Event"},
        fields=["serial_unit", "quantity", "consignee", "parent"],
        order_by="creation asc, idx asc",
    )


def serials(number):
    return [unique("SN") for _ in range(number)]


@pytest.mark.requirement("DIST-1")
def test_a_delivery_records_consignee_lot_quantity_and_document():
    lot, hospital = a_released_lot(qty=10), a_customer("St. Mary")
    delivery = a_delivery(lot, 4, hospital)
    (row,) = shipped_rows(lot)
    event = frappe.get_doc("Trace Event", row.parent)
    assert (row.consignee, row.quantity) == (hospital, 4)
    assert (event.consignee, event.source_doctype, event.source_name) == (
        hospital,
        "Delivery Note",
        delivery.name,
    )
    assert event.consignee_name == frappe.db.get_value("Customer", hospital, "customer_name")
    assert on_hand(lot) == 6


@pytest.mark.requirement("DIST-1")
def test_a_delivery_of_serial_numbers_records_each_unit():
    numbers = serials(3)
    lot, hospital = a_released_lot(serials=numbers), a_customer()
    a_delivery(lot, customer=hospital, serials=numbers[:2])
    assert sorted(row.serial_unit for row in shipped_rows(lot)) == sorted(numbers[:2])
    where = dict(frappe.get_all("Serial Unit", {"lot": lot}, ["serial_no", "whereabouts"], as_list=True))
    assert where == {numbers[0]: "Shipped", numbers[1]: "Shipped", numbers[2]: "In Stock"}
    assert frappe.db.get_value("Serial Unit", {"serial_no": numbers[0]}, "consignee") == hospital


@pytest.mark.requirement("DIST-1")
def test_the_address_is_kept_as_it_was():
    hospital = a_customer()
    address = frappe.get_doc(
        {
            "doctype": "Address",
            "address_title": hospital,
            "address_type": "Shipping",
            "address_line1": "1 Harbour Road",
            "city": "Bristol",
            "country": frappe.db.get_value("Country", {}) or "",
            "links": [{"link_doctype": "Customer", "link_name": hospital}],
        }
    ).insert()
    lot = a_released_lot()
    a_delivery(lot, 1, hospital, shipping_address_name=address.name)
    address.address_line1 = "2 Station Street"
    address.save()
    event = frappe.get_doc("Trace Event", shipped_rows(lot)[0].parent)
    assert "1 Harbour Road" in event.consignee_address and "Bristol" in event.consignee_address


@pytest.mark.requirement("GATE-1", "DIST-1")
def test_an_unreleased_lot_cannot_be_shipped():
    lot = a_made_lot()
    with pytest.raises(NotReleased, match=lot):
        a_delivery(lot, 1)
    assert not shipped_rows(lot)


@pytest.mark.requirement("GATE-1", "GATE-2")
def test_a_held_lot_cannot_be_shipped():
    lot = a_released_lot()
    hold([lot], "complaint", source=("NCR", "NCR-0001"))
    with pytest.raises(OnHold, match="NCR-0001"):
        a_delivery(lot, 1)


@pytest.mark.requirement("GATE-1")
def test_back_dating_a_delivery_into_a_hold_is_refused():
    lot = a_released_lot()
    hold([lot], "complaint", source=("Material Lot", lot))
    held_at = frappe.utils.now_datetime()
    lift_hold(lot, ("Material Lot", lot), "cleared")
    delivery = a_delivery(lot, 1, is_submitted=False, set_posting_time=1)
    delivery.posting_date, delivery.posting_time = held_at.date(), held_at.time()
    delivery.save()
    with pytest.raises(GateRefusal):
        delivery.submit()


@pytest.mark.requirement("DIST-1")
def test_a_cancelled_delivery_is_reversed():
    lot = a_released_lot(qty=10)
    delivery = a_delivery(lot, 4)
    delivery.cancel()
    assert on_hand(lot) == 10
    assert len(events_of(lot, "Shipped")) == 2


@pytest.mark.requirement("DIST-1", "DIST-3")
def test_a_returned_quantity_is_blocked_until_it_is_accepted():
    lot = a_released_lot(qty=10)
    back = a_return(a_delivery(lot, 4), 3)
    assert (on_hand(lot), blocked(lot)) == (9, 3)
    with pytest.raises(GateRefusal):
        a_delivery(lot, 7)
    accept_return(lot, "unopened, cold chain intact", quantity=frappe.utils.cint(3))
    assert (on_hand(lot), blocked(lot)) == (9, 0)
    assert back.docstatus == 1


@pytest.mark.requirement("DIST-3")
def test_a_returned_unit_is_not_shipped_again_before_it_is_accepted():
    numbers = serials(2)
    lot = a_released_lot(serials=numbers)
    a_return(a_delivery(lot, serials=numbers[:1]), serials=numbers[:1])
    unit = frappe.db.get_value("Serial Unit", {"serial_no": numbers[0]})
    assert frappe.db.get_value("Serial Unit", unit, "whereabouts") == "Returned"
    with pytest.raises(frappe.ValidationError):
        a_delivery(lot, serials=numbers[:1])
    accept_return(lot, "unopened", units=[unit])
    assert frappe.db.get_value("Serial Unit", unit, "whereabouts") == "In Stock"


@pytest.mark.requirement("DIST-3")
def test_accepting_more_than_came_back_is_refused():
    lot = a_released_lot(qty=10)
    a_return(a_delivery(lot, 4), 3)
    with pytest.raises(GateRefusal):
        accept_return(lot, "unopened", quantity=4)
    with pytest.raises(BadInput, match="why"):
        accept_return(lot, " ", quantity=1)


@pytest.mark.requirement("DIST-3", "OPS-3")
def test_only_quality_or_an_inspector_accepts_a_return():
    lot = a_released_lot(qty=10)
    a_return(a_delivery(lot, 4), 3)
    with as_user(a_user("Warehouse")), pytest.raises(frappe.PermissionError):
        accept_over_api(lot, "unopened", 3)
    with as_user(a_user("Quality")):
        with pytest.raises(BadInput, match="quantity"):
            accept_over_api(lot, "unopened", "many")
        accept_over_api(lot, "unopened", "3")
    assert blocked(lot) == 0


@pytest.mark.requirement("DIST-1")
def test_what_is_not_traced_passes_by():
    item = an_untraced_item()
    frappe.get_doc(
        {
            "doctype": "Delivery Note",
            "customer": a_customer(),
            "company": a_company(),
            "items": [{"item_code": item, "qty": 1, "rate": 1, "warehouse": finished()}],
        }
    ).insert()
    assert not frappe.db.exists("Trace Event Item", {"item_code": item})


@pytest.mark.requirement("DIST-1", "GATE-1")
def test_an_invoice_that_moves_stock_ships_and_one_that_does_not_writes_nothing():
    if not frappe.db.exists("DocType", "Sales Invoice"):
        pytest.skip("no Sales Invoice on this site")
    lot = a_released_lot(qty=10)
    a_delivery(lot, 2, doctype="Sales Invoice", update_stock=0)
    assert not shipped_rows(lot)
    a_delivery(lot, 2, doctype="Sales Invoice", update_stock=1)
    assert [row.quantity for row in shipped_rows(lot)] == [2]
    assert state_of(lot) == "Released"
