"""What the scan page does with several labels at once: pack, unpack, merge; and what it begins: a return."""

from __future__ import annotations

import random

import pytest

import builders as a
import frappe
from med_trace.api import distribution, lots, queue
from med_trace.api.scan import resolve
from med_trace.domain import gs1
from med_trace.domain.errors import BadInput, NotFound, WrongState

pytestmark = pytest.mark.usefixtures("site")


def a_case() -> str:
    return gs1.sscc("9506000", random.randrange(10**9))


def a_numbered_lot(count: int) -> tuple[str, list[str]]:
    lot = a.a_released_lot(serials=[a.unique("SN") for _ in range(count)])
    return lot, frappe.get_all("Serial Unit", {"lot": lot}, pluck="name", order_by="name asc")


# --- pack and unpack


@pytest.mark.requirement("DIST-4", "ID-5")
@pytest.mark.parametrize("label", ["{}", "00{}", "(00){}", "]C100{}"])
def test_a_case_is_packed_by_the_codes_of_its_labels(label: str) -> None:
    (lot, units), other, case = a_numbered_lot(2), a.a_released_lot(qty=5), a_case()
    scanned = [{"code": units[0]}, {"lot": lot, "serial_unit": units[1]}, {"code": other, "quantity": "2"}]
    distribution.pack(label.format(case), scanned)
    assert {(row["lot"], row["serial_unit"], row["quantity"]) for row in distribution.contents(case)} == {
        (lot, units[0], 1), (lot, units[1], 1), (other, None, 2),
    }  # fmt: skip
    assert resolve(units[0])["container"] == case
    distribution.unpack(label.format(case), [{"code": other, "quantity": 2}])
    assert len(distribution.contents(case)) == 2
    distribution.unpack(case)
    assert resolve(units[0])["container"] is None
    empty = resolve(case)
    assert (empty["kind"], empty["contents"], empty["warnings"]) == ("Container", [], ["It is empty."])
    with pytest.raises(NotFound, match="empty or unknown"):
        resolve(a_case())


@pytest.mark.requirement("DIST-4")
def test_a_share_of_a_lot_that_is_not_said_is_asked_for() -> None:
    lot = a.a_released_lot(qty=5)
    with pytest.raises(BadInput, match=f"how much of {lot}"):
        distribution.pack(a_case(), [{"code": lot}])


@pytest.mark.requirement("DIST-4", "VIEW-2")
def test_a_scanned_case_says_what_may_be_done_with_it() -> None:
    lot, case = a.a_released_lot(qty=5), a_case()
    distribution.pack(case, [{"lot": lot, "quantity": 1}])
    with a.as_user(a.a_user("Trace Warehouse")):
        assert resolve(case)["actions"] == ["Pack", "Unpack"]
    with a.as_user(a.a_user("Trace Auditor")):
        assert resolve(case)["actions"] == []


@pytest.mark.requirement("VIEW-2")
def test_what_was_packed_merged_and_finished_on_a_device_arrives_once() -> None:
    (lot, units), case = a_numbered_lot(1), a_case()
    with a.as_user(a.a_user("Trace Warehouse")):
        entry = {
            "method": "med_trace.api.distribution.pack",
            "arguments": {"container": case, "pieces": [{"code": units[0]}]},
        }
        first = queue.submit("floor-device-1", **entry)
        assert queue.submit("floor-device-1", **entry)["result"] == first["result"]
    assert a.events_of(lot, "Aggregated") == [first["result"]]


# --- merge


@pytest.mark.requirement("MAT-4", "TRC-4")
def test_lots_are_merged_by_what_was_scanned() -> None:
    item = a.an_item("Finished")
    one, other = a.a_released_lot(item, qty=4), a.a_released_lot(item, qty=3)
    batch = frappe.db.get_value("Material Lot", other, "batch") or other
    into = lots.merge({one: "4", f"  {batch} ": 2}, a.unique("M"), "same tray")
    assert (a.on_hand(one), a.on_hand(other), a.on_hand(into)) == (0, 1, 6)
    assert a.links_into(into) == {one, other}


@pytest.mark.requirement("MAT-4")
def test_units_that_were_scanned_one_by_one_are_one_share() -> None:
    item = a.an_item("Finished", has_serial_no=1)
    one, other = (a.a_released_lot(item, serials=[a.unique("SN"), a.unique("SN")]) for _ in range(2))
    units = frappe.get_all("Serial Unit", {"lot": one}, pluck="name")
    rest = frappe.get_all("Serial Unit", {"lot": other}, pluck="name")
    into = lots.merge({units[0]: "", units[1]: "", other: rest[:1]}, a.unique("M"))
    assert (a.on_hand(one), a.on_hand(other), a.on_hand(into)) == (0, 1, 3)
    with pytest.raises(BadInput, match="named twice"):
        lots.merge({other: 1, rest[1]: ""})


@pytest.mark.requirement("MAT-4", "GATE-1")
def test_what_is_not_alike_is_not_merged() -> None:
    item = a.an_item("Finished")
    released, waiting = a.a_released_lot(item, qty=4), a.a_made_lot(item, qty=4)
    with pytest.raises(WrongState, match="same state"):
        lots.merge({released: 1, waiting: 1})


# --- a return from a customer


@pytest.mark.requirement("DIST-2", "TRC-4")
def test_a_return_begins_from_the_delivery_that_brought_the_goods() -> None:
    lot = a.a_released_lot(qty=10)
    delivery = a.a_delivery(lot, 6)
    (sent,) = distribution.shipments(lot)
    assert (sent["delivery"], sent["consignee"], sent["quantity"]) == (delivery.name, delivery.customer, 6)
    with pytest.raises(BadInput, match="brought 6"):
        distribution.start_return(delivery.name, lot, 7)
    with a.as_user(a.a_user("Trace Warehouse", "Stock User")):
        back = frappe.get_doc("Delivery Note", distribution.start_return(delivery.name, lot, 2))
        assert (back.docstatus, back.is_return, back.return_against) == (0, 1, delivery.name)
        assert (a.on_hand(lot), a.blocked(lot)) == (4, 0)  # a draft brings nothing back
        back.submit()
    assert (a.on_hand(lot), a.blocked(lot)) == (6, 2)
    assert distribution.shipments(lot)[0]["quantity"] == 4
    back.reload()
    back.cancel()
    assert distribution.shipments(lot)[0]["quantity"] == 6


@pytest.mark.requirement("DIST-2")
def test_one_piece_comes_back_from_the_delivery_that_it_left_with() -> None:
    lot, units = a_numbered_lot(3)
    first = a.a_delivery(lot, serials=units[:1])
    second = a.a_delivery(lot, serials=units[1:2])
    assert [one["delivery"] for one in distribution.shipments(lot, units[1])] == [second.name]
    assert distribution.shipments(lot, units[2]) == []
    with pytest.raises(BadInput, match="brought nothing"):
        distribution.start_return(first.name, lot, unit=units[1])
    back = frappe.get_doc("Delivery Note", distribution.start_return(second.name, lot, unit=units[1]))
    assert (back.items[0].qty, back.items[0].serial_no) == (-1, units[1])
    back.submit()
    assert frappe.db.get_value("Serial Unit", units[1], "whereabouts") == "Returned"
    assert distribution.shipments(lot, units[1]) == []


@pytest.mark.requirement("DIST-2")
def test_nobody_begins_a_return_without_the_right_to_it() -> None:
    lot = a.a_released_lot(qty=3)
    delivery = a.a_delivery(lot, 1)
    with a.as_user(a.a_user("Trace Operator")), pytest.raises(frappe.PermissionError):
        distribution.start_return(delivery.name, lot, 1)
    with pytest.raises(NotFound):
        distribution.start_return("DN-NONE", lot, 1)
