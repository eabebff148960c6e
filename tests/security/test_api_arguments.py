"""What an external system states is checked before it is believed."""

from __future__ import annotations

import pytest

import builders as a
import frappe
from lots import a_lot, says
from med_trace.api import ledger as api
from med_trace.api import lots as lots_api
from med_trace.api import recall as recall_api
from med_trace.domain.errors import BadInput
from med_trace.domain.states import State
from med_trace.receiving.service import blockers

pytestmark = pytest.mark.requirement("GATE-1")


def shipped(lot: str, **more):
    rows = [{"action": "Ship", "lot": lot, "quantity": 1}]
    return {"type": "Shipped", "consignee": a.a_customer(), "rows": rows, **more}


@pytest.mark.requirement("DIST-1", "RCL-1")
@pytest.mark.parametrize(("kind", "action"), [("Shipped", "Ship"), ("Returned", "Return"), ("Used", "Use")])
def test_nothing_leaves_or_comes_back_without_a_consignee(kind, action):
    lot = a_lot(State.RELEASED)
    with pytest.raises(BadInput, match="consignee"):
        api.record({"type": kind, "rows": [{"action": action, "lot": lot, "quantity": 1}]})


@pytest.mark.parametrize("doctype", ["NCR", "Recall", "Delivery Note", "Stock Entry"])
def test_an_event_does_not_pass_for_one_of_our_documents(doctype):
    lot = a_lot(State.RELEASED)
    with pytest.raises(BadInput, match="source_doctype"):
        api.record(shipped(lot, source_doctype=doctype, source_name="X"))
    assert says(lot).on_hand == 10


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1899-01-01"])
def test_a_time_out_of_all_reason_is_refused_by_name(time):
    with pytest.raises(BadInput, match="time"):
        api.record(shipped(a_lot(State.RELEASED), time=time))


def test_a_text_longer_than_its_field_is_refused_by_name():
    event = {"type": "Held", "reason": "x" * 100_000, "rows": [{"action": "Hold", "lot": a_lot()}]}
    with pytest.raises(BadInput, match="reason"):
        api.record(event)


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "-1", "1e400", "x", None])
def test_what_is_no_quantity_is_refused(quantity):
    with pytest.raises(BadInput):
        lots_api.scrap(a_lot(), quantity, "Test")


@pytest.mark.parametrize("criteria", [None, "", "[1,2", '{"a":', [], [None]])
def test_criteria_that_say_nothing_are_refused(criteria):
    with pytest.raises(frappe.ValidationError):
        recall_api.scope(criteria)


@pytest.mark.requirement("MAT-1")
def test_a_lot_received_by_a_system_from_an_unapproved_supplier_is_not_accepted():
    supplier = a.a_supplier(is_approved=False)
    lot = a_lot(None)
    api.record(
        {
            "type": "Received",
            "supplier": supplier,
            "rows": [{"action": "Receive", "lot": lot, "quantity": 5}],
        }
    )
    assert any(supplier in reason for reason in blockers(lot))
