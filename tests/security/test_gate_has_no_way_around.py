"""What users did to make a lot usable that is not: each way is closed, and nothing is left behind."""

from __future__ import annotations

from datetime import date

import pytest

import builders
import frappe
import lots
from lots import a_lot, event, row
from med_trace.domain.errors import BadInput, LedgerIsAppendOnly, WrongState, WrongUnit
from med_trace.domain.event import Action, EventType
from med_trace.domain.states import Kind, State
from med_trace.ledger.service import create_lot, create_units, record, reverse
from med_trace.release.service import signatures_needed

pytestmark = pytest.mark.requirement("GATE-1")


def changed_by(user: str, lot: str, **fields):
    with builders.as_user(user):
        document = frappe.get_doc("Material Lot", lot)
        document.update(fields)
        document.save()


@pytest.mark.parametrize(
    ("field", "value"),
    [("expiry_date", "2099-01-01"), ("release_signatures", 9), ("heat_no", "H"), ("certificate_required", 1)],
)
def test_what_decides_about_a_lots_use_is_changed_by_quality_alone(field, value):
    lot = a_lot(State.RELEASED)
    with pytest.raises(LedgerIsAppendOnly):
        changed_by(builders.a_user("Trace Warehouse"), lot, **{field: value})
    changed_by(builders.a_user("Trace Quality"), lot, **{field: value}, change_reason="Checked again")
    assert str(frappe.db.get_value("Material Lot", lot, field)) == str(value)


def test_a_lot_cannot_take_the_batch_of_another():
    quarantined = builders.a_received_lot()
    batch, item = frappe.db.get_value("Material Lot", quarantined, ["batch", "item_code"])
    released = a_lot(State.RELEASED, item_code=item)
    with pytest.raises((LedgerIsAppendOnly, BadInput)):
        changed_by(builders.a_user("Trace Warehouse"), released, batch=batch)
    with pytest.raises(BadInput):
        create_lot(lot_no="T-SAME-BATCH", item_code=item, batch=batch)


def test_a_lot_is_of_the_kind_and_the_unit_that_its_item_says():
    """Else a product made as a component would be usable without a signature."""
    item = lots.an_item(Kind.FINISHED)
    with pytest.raises(BadInput):
        create_lot(lot_no="T-KIND", item_code=item, kind="Component")
    with pytest.raises(BadInput):
        create_lot(lot_no="T-UNIT", item_code=item, uom="Kg")


@pytest.mark.requirement("MAT-4")
def test_a_split_leads_into_no_other_item():
    source, other = a_lot(State.RELEASED), a_lot(None)
    with pytest.raises(WrongState):
        record(event(EventType.SPLIT, row(Action.SPLIT_FROM, source, 1), row(Action.SPLIT_INTO, other, 1)))
    assert lots.says(source).on_hand == 10


@pytest.mark.requirement("MAT-4")
def test_a_relabelling_does_not_prolong_a_lots_life():
    item = lots.an_item(Kind.RAW)
    old = a_lot(State.RELEASED, item_code=item, expiry_date=date(2090, 1, 1))
    new = a_lot(None, item_code=item, expiry_date=date(2099, 1, 1))
    rows = (row(Action.RELABEL_FROM, old, 10), row(Action.RELABEL_INTO, new, 10))
    with pytest.raises(WrongState):
        record(event(EventType.RELABELLED, *rows))


@pytest.mark.requirement("TRC-4")
def test_a_lot_is_not_split_into_itself():
    lot = a_lot(State.RELEASED)
    with pytest.raises(BadInput):
        record(event(EventType.SPLIT, row(Action.SPLIT_FROM, lot, 1), row(Action.SPLIT_INTO, lot.lower(), 1)))
    assert lots.says(lot).quantity == 10


@pytest.mark.requirement("DIST-1", "ID-1")
@pytest.mark.parametrize(
    ("kind", "action"),
    [
        (EventType.SHIPPED, Action.SHIP),
        (EventType.SCRAPPED, Action.SCRAP),
        (EventType.TRANSFORMED, Action.CONSUME),
    ],
)
def test_numbered_pieces_do_not_leave_without_their_numbers(kind, action):
    lot = a_lot(State.RELEASED, serials=3)
    with pytest.raises(WrongUnit):
        record(event(kind, row(action, lot, 1)))
    assert lots.says(lot).on_hand == 3


@pytest.mark.requirement("DIST-1")
def test_numbered_pieces_do_not_come_back_without_their_numbers():
    lot = a_lot(State.RELEASED, serials=2)
    units = frappe.get_all("Serial Unit", filters={"lot": lot}, pluck="name")
    record(event(EventType.SHIPPED, *(row(Action.SHIP, lot, 1, serial_unit=unit) for unit in units)))
    with pytest.raises(WrongUnit):
        record(event(EventType.RETURNED, row(Action.RETURN, lot, 1)))


@pytest.mark.requirement("ID-1")
def test_a_lot_has_no_more_numbers_than_pieces():
    lot = a_lot(State.IN_PROCESS, quantity=2, kind=Kind.FINISHED)
    units = create_units(lot, ["1", "2", "3"])
    with pytest.raises(WrongUnit):
        record(
            event(EventType.TRANSFORMED, *(row(Action.PROCESS, lot, 1, serial_unit=unit) for unit in units))
        )


@pytest.mark.parametrize("change", [{"mt_untraced": 1}, {"has_batch_no": 0}])
def test_an_item_with_lots_stays_traced(change):
    lot = builders.a_received_lot()
    item = frappe.get_doc("Item", frappe.db.get_value("Material Lot", lot, "item_code"))
    item.update(change)
    with pytest.raises(frappe.ValidationError):
        item.save()


@pytest.mark.requirement("TRC-1")
def test_items_and_serial_numbers_in_the_ledger_keep_their_names():
    lot = a_lot(State.RELEASED)
    item = frappe.db.get_value("Material Lot", lot, "item_code")
    with pytest.raises(LedgerIsAppendOnly):
        frappe.rename_doc("Item", item, "T-RENAMED")


@pytest.mark.requirement("REL-3")
def test_a_lot_cannot_ask_for_fewer_signatures_than_its_item():
    item = lots.an_item(Kind.FINISHED, mt_release_signatures=2)
    lot = create_lot(lot_no="T-SIGNATURES", item_code=item, release_signatures=1).name
    assert signatures_needed(lot) == 2


@pytest.mark.requirement("TRC-4")
@pytest.mark.parametrize(
    ("kind", "action", "quantity"),
    [
        (EventType.RETURN_ACCEPTED, Action.ACCEPT_RETURN, 1),
        (EventType.SCRAPPED, Action.SCRAP, 1),
        (EventType.CORRECTED, Action.CORRECT, -1),
    ],
)
def test_the_block_of_a_returned_piece_is_its_own(kind, action, quantity):
    """Two numbered pieces and two without; the numbered one that came back stays blocked."""
    lot = a_lot(State.RELEASED, serials=2)
    unit = frappe.get_all("Serial Unit", filters={"lot": lot}, pluck="name")[0]
    record(event(EventType.SHIPPED, row(Action.SHIP, lot, 1, serial_unit=unit)))
    record(event(EventType.RETURNED, row(Action.RETURN, lot, 1, serial_unit=unit)))
    with pytest.raises(WrongUnit):
        record(event(kind, row(action, lot, quantity), reason="Test"))
    assert lots.says(lot).blocked == 1


@pytest.mark.requirement("TRC-4")
def test_a_reversal_does_not_leave_numbers_without_pieces():
    lot = a_lot(None, kind=Kind.FINISHED)
    made = record(event(EventType.TRANSFORMED, row(Action.PRODUCE, lot, 1)))
    unit = create_units(lot, [f"{lot}-1"])[0]
    record(event(EventType.TRANSFORMED, row(Action.PROCESS, lot, 1, serial_unit=unit)))
    with pytest.raises(frappe.ValidationError):
        reverse(made, "Test")
