"""A stopped lot promises nothing: what ERPNext had reserved of it is free again."""

import pytest

import frappe
from builders import a_company, a_customer, a_released_lot, finished
from med_trace.ledger.service import hold

pytestmark = pytest.mark.requirement("GATE-2")

RESERVATION = "Stock Reservation Entry"


@pytest.fixture
def reserved(site):
    """A released lot of which three pieces are reserved for a Sales Order: (lot, reservation)."""
    if not frappe.db.exists("DocType", RESERVATION):
        pytest.skip("this site's ERPNext has no stock reservation")
    frappe.db.set_single_value("Stock Settings", "enable_stock_reservation", 1)
    lot = a_released_lot(qty=10)
    batch, item = frappe.db.get_value("Material Lot", lot, ["batch", "item_code"])
    order = frappe.get_doc(
        {
            "doctype": "Sales Order",
            "customer": a_customer(),
            "company": a_company(),
            "delivery_date": frappe.utils.nowdate(),
            "items": [{"item_code": item, "qty": 3, "rate": 1, "warehouse": finished(), "reserve_stock": 1}],
        }
    ).insert()
    order.submit()
    made = frappe.get_all(RESERVATION, {"voucher_no": order.name, "docstatus": 1}, pluck="name")
    for name in made:
        frappe.get_doc(RESERVATION, name).cancel()
    entry = frappe.get_doc(
        {
            "doctype": RESERVATION,
            "item_code": item,
            "warehouse": finished(),
            "company": a_company(),
            "stock_uom": frappe.db.get_value("Item", item, "stock_uom"),
            "voucher_type": "Sales Order",
            "voucher_no": order.name,
            "voucher_detail_no": order.items[0].name,
            "voucher_qty": 3,
            "available_qty": 10,
            "reserved_qty": 3,
            "has_batch_no": 1,
            "reservation_based_on": "Serial and Batch",
            "sb_entries": [{"batch_no": batch, "qty": 3, "warehouse": finished()}],
        }
    ).insert()
    entry.submit()
    return lot, entry.name


def test_a_hold_breaks_the_reservations_of_its_lot(reserved):
    lot, entry = reserved
    assert frappe.db.get_value(RESERVATION, entry, "docstatus") == 1
    hold([lot], "complaint", source=("NCR", "NCR-0001"))
    assert frappe.db.get_value(RESERVATION, entry, ["docstatus", "status"]) == (2, "Cancelled")


def test_a_hold_of_another_lot_leaves_reservations_alone(reserved):
    _, entry = reserved
    hold([a_released_lot()], "complaint", source=("NCR", "NCR-0001"))
    assert frappe.db.get_value(RESERVATION, entry, "docstatus") == 1
