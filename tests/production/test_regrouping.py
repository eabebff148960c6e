"""Lots that ERPNext has in stock are split and merged by hand: its stock and the ledger stay one."""

from __future__ import annotations

import pytest

import builders as a
import frappe
from med_trace.api import lots
from med_trace.api.scan import resolve
from med_trace.domain.errors import BadInput, NotEnough, TraceError

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.requirement("MAT-4", "TRC-4")]


def in_stock(lot: str) -> float:
    """What ERPNext says of the lot's batch."""
    batch = frappe.db.get_value("Material Lot", lot, "batch")
    return frappe.db.get_value("Batch", batch, "batch_qty")


def agree(*named: str) -> bool:
    return all(in_stock(lot) == a.on_hand(lot) for lot in named)


def test_a_lot_in_stock_is_split_there_too() -> None:
    lot, number = a.an_accepted_lot(qty=10, mt_heat_no="H-9"), a.unique("PART")
    assert lots.split(lot, {number: 3}, "for the second shift") == [number]
    (unnamed,) = lots.split(lot, [2])
    assert (a.on_hand(lot), a.on_hand(number), a.on_hand(unnamed)) == (5, 3, 2)
    assert agree(lot, number, unnamed)
    assert frappe.db.get_value("Material Lot", number, ["heat_no", "parent_lot", "state"]) == (
        "H-9",
        lot,
        "Released",
    )
    (event,) = a.events_of(number)
    assert frappe.db.get_value("Trace Event", event, ["event_type", "reason"]) == (
        "Split",
        "for the second shift",
    )


def test_lots_in_stock_are_merged_there_too_and_only_what_they_agree_on_is_kept() -> None:
    item = a.an_item()
    one = a.an_accepted_lot(item, 5, mt_heat_no="H-1", mt_expiry_date="2040-01-01")
    other = a.an_accepted_lot(item, 4, mt_heat_no="H-2", mt_expiry_date="2030-01-01")
    into = lots.merge({one: 5, other: 3}, a.unique("M"))
    assert (a.on_hand(one), a.on_hand(other), a.on_hand(into)) == (0, 1, 8)
    assert agree(one, other, into)
    heat, expiry = frappe.db.get_value("Material Lot", into, ["heat_no", "expiry_date"])
    assert (heat, str(expiry)) == (None, "2030-01-01")
    assert a.links_into(into) == {one, other}


def test_numbered_pieces_are_regrouped_in_the_ledger_and_are_shipped_by_their_numbers() -> None:
    item = a.an_item("Finished", has_serial_no=1)
    lot = a.a_released_lot(item, serials=[a.unique("SN") for _ in range(3)])
    serials = frappe.get_all("Serial Unit", {"lot": lot}, pluck="name", order_by="name asc")
    (part,) = lots.split(lot, {a.unique("PART"): serials[:2]})
    assert frappe.get_all("Serial Unit", {"lot": part}, pluck="name", order_by="name asc") == serials[:2]
    assert resolve(serials[0])["batch"] == frappe.db.get_value("Material Lot", lot, "batch")
    a.a_delivery(lot, serials=serials[1:])  # ERPNext has all of them in their first batch
    assert (a.on_hand(part), a.on_hand(lot)) == (1, 0)
    where = frappe.db.get_value("Serial Unit", serials[1], ["lot", "whereabouts"])
    assert where == (part, "Shipped")


def test_the_gate_and_the_stock_are_both_asked() -> None:
    item, number = a.an_item(), a.unique("M")
    released, waiting = a.an_accepted_lot(item, 5), a.a_received_lot(item, 5)
    with pytest.raises(TraceError, match="same state"):
        lots.merge({released: 1, waiting: 1}, number)
    with pytest.raises((NotEnough, BadInput)):
        lots.split(released, {number: 6})


def test_what_was_never_booked_into_stock_is_the_ledgers_alone() -> None:
    item = a.an_item("Finished")
    a.a_routing(item)
    lot = a.a_started_lot(item)
    a.a_process_record(lot, quantity_good=10)
    (part,) = lots.split(lot, [4])
    assert (a.on_hand(lot), a.on_hand(part)) == (6, 4)
    assert not frappe.db.get_value("Material Lot", part, "batch")
