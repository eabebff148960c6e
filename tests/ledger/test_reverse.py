"""Events are taken back by appending; nothing that others rest on is."""

import pytest

import frappe
from lots import a_lot, event, made_from, row, says, says_unit
from med_trace.domain import errors
from med_trace.domain.event import Action, EventType
from med_trace.domain.states import Kind, State
from med_trace.ledger.links import children_of, parents_of
from med_trace.ledger.service import balance_of, record, reverse, reverse_of_source
from med_trace.ledger.verify import findings

A, T = Action, EventType


@pytest.mark.requirement("AUD-2")
def test_a_reversal_is_appended_and_the_lot_is_as_before() -> None:
    lot = a_lot(quantity=10)
    shipped = record(event(T.SHIPPED, row(A.SHIP, lot, 4), consignee_name="St. Mary"))
    reversal = reverse(shipped, "wrong address")
    stored = frappe.get_doc("Trace Event", reversal)
    assert (stored.event_type, stored.reverses, stored.reason) == ("Shipped", shipped, "wrong address")
    assert stored.items[0].effect == 4 and stored.items[0].reverses == shipped
    assert frappe.db.exists("Trace Event", shipped)
    assert (says(lot).on_hand, says(lot).shipped) == (10, 0)
    assert balance_of(lot).closes and not [finding for finding in findings() if lot in finding]


def test_an_event_is_reversed_once_and_a_reversal_never() -> None:
    lot = a_lot(quantity=10)
    shipped = record(event(T.SHIPPED, row(A.SHIP, lot, 4)))
    reversal = reverse(shipped, "wrong")
    with pytest.raises(errors.IsReversed):
        reverse(shipped, "again")
    with pytest.raises(errors.IsReversed):
        reverse(reversal, "and back")
    with pytest.raises(errors.NotFound):
        reverse("no-such-event", "x")
    with pytest.raises(errors.BadInput, match="reason"):
        reverse(record(event(T.SHIPPED, row(A.SHIP, lot, 4))), " ")


def test_what_later_events_rest_on_is_not_taken_back() -> None:
    lot = a_lot(None)
    received = record(event(T.RECEIVED, row(A.RECEIVE, lot, 10)))
    accepted = record(event(T.ACCEPTED, row(A.ACCEPT, lot)))
    with pytest.raises(errors.HasDependents, match=accepted):
        reverse(received, "wrong")
    reverse(accepted, "wrong")
    reverse(received, "wrong")
    assert (says(lot).state in (None, ""), says(lot).on_hand) == (True, 0)


def test_making_a_lot_is_not_taken_back_while_something_was_made_of_it() -> None:
    parent = a_lot(quantity=10)
    child = made_from(parent, 2, kind=Kind.COMPONENT)
    record(event(T.ACCEPTED, row(A.ACCEPT, child)))
    made_from(child)
    made = frappe.db.get_value("Trace Event Item", {"lot": child, "action": "Produce"}, "parent")
    with pytest.raises(errors.HasDependents):
        reverse(made, "wrong")


@pytest.mark.requirement("MAT-4")
def test_a_cancelled_document_takes_all_its_events_back_last_first() -> None:
    lot = a_lot(None)
    source = {"source_doctype": "Purchase Receipt", "source_name": f"PR-{lot}"}
    record(event(T.RECEIVED, row(A.RECEIVE, lot, 10), **source))
    record(event(T.HELD, row(A.HOLD, lot), reason="supplier not approved", **source))
    assert len(reverse_of_source("Purchase Receipt", f"PR-{lot}", "cancelled")) == 2
    assert (says(lot).state in (None, ""), says(lot).on_hand) == (True, 0)
    assert reverse_of_source("Purchase Receipt", f"PR-{lot}", "cancelled") == []


def test_a_reversed_event_has_no_links() -> None:
    parent = a_lot(quantity=10)
    child = made_from(parent, 2)
    assert [link.child for link in children_of([parent])] == [child]
    assert [(link.parent, link.quantity) for link in parents_of([child])] == [(parent, 2)]
    reverse(frappe.db.get_value("Trace Event Item", {"lot": child, "action": "Produce"}, "parent"), "wrong")
    assert children_of([parent]) == [] and parents_of([child]) == []


def test_units_go_back_to_where_they_were() -> None:
    lot = a_lot(kind=Kind.FINISHED, serials=1)
    unit = f"{lot}-S1"
    shipped = record(event(T.SHIPPED, row(A.SHIP, lot, 1, serial_unit=unit)))
    reverse(shipped, "wrong")
    assert says_unit(unit).whereabouts == "In Stock"
    record(event(T.SHIPPED, row(A.SHIP, lot, 1, serial_unit=unit)))


def test_a_hold_placed_in_error_is_taken_back() -> None:
    lot = a_lot(State.RELEASED)
    reverse(record(event(T.HELD, row(A.HOLD, lot), reason="?")), "wrong lot")
    assert (says(lot).state, says(lot).held_from in (None, "")) == ("Released", True)


def test_who_cancels_is_told_which_document_to_take_back_first(site: str) -> None:
    lot = a_lot(State.RELEASED)
    shipped = record(
        event(EventType.SHIPPED, row(Action.SHIP, lot, 2), source_doctype="Delivery Note", source_name="DN-1")
    )
    back = {"source_doctype": "Delivery Note", "source_name": "DN-2"}
    record(event(EventType.RETURNED, row(Action.RETURN, lot, 2), **back))
    with pytest.raises(
        errors.HasDependents, match=r"Taking back Delivery Note DN-1 .* Take back Delivery Note DN-2 first"
    ):
        reverse(shipped, "Test")
