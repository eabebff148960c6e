"""record(): the one way by which anything happens to a lot."""

from datetime import timedelta

import pytest

import frappe
from builders import a_warehouse
from frappe.utils import add_days, now_datetime, nowdate
from lots import a_lot, event, made_from, row, says, says_unit
from med_trace.domain import errors
from med_trace.domain.event import Action, EventType
from med_trace.domain.states import Kind, State
from med_trace.ledger.service import (
    balance_of,
    create_lot,
    create_units,
    lot_facts,
    record,
    record_many,
    reverse,
)
from med_trace.ledger.verify import findings

A, T = Action, EventType


def count(doctype: str) -> int:
    return frappe.db.count(doctype)


@pytest.mark.requirement("MAT-2")
def test_a_received_lot_is_in_quarantine_with_its_quantity() -> None:
    lot = a_lot(State.QUARANTINE, quantity="12.5")
    assert (says(lot).state, says(lot).on_hand, says(lot).quantity) == ("Quarantine", 12.5, 12.5)


@pytest.mark.requirement("GATE-1")
@pytest.mark.parametrize("state", [State.QUARANTINE, State.ON_HOLD, State.REJECTED, State.RECALLED])
def test_a_lot_that_is_not_free_is_not_consumed_and_nothing_is_written(site: str, state: State) -> None:
    parent, child = a_lot(state), a_lot(None)
    events, rows, before = count("Trace Event"), count("Trace Event Item"), says(parent)
    with pytest.raises(errors.GateRefusal, match=parent) as refused:
        record(event(T.TRANSFORMED, row(A.PRODUCE, child, 1), row(A.CONSUME, parent, 1)))
    assert isinstance(refused.value, frappe.ValidationError)
    assert refused.value.http_status_code == 417
    assert (count("Trace Event"), count("Trace Event Item"), says(parent)) == (events, rows, before)
    assert says(child).state in (None, "")


def test_an_event_stores_what_was_then() -> None:
    parent = a_lot()
    name = record(
        event(
            T.SHIPPED,
            row(A.SHIP, parent, 4),
            consignee_name="St. Mary",
            consignee_address="1 Road",
            reason="order",
        )
    )
    stored = frappe.get_doc("Trace Event", name)
    line = stored.items[0]
    assert (stored.event_type, stored.consignee_name, stored.recorded_by) == (
        "Shipped",
        "St. Mary",
        "Administrator",
    )
    assert (line.lot, line.quantity, line.effect, line.state_before, line.state_after) == (
        *(parent, 4, -4, "Released", "Released"),
    )
    assert line.item_code == frappe.db.get_value("Material Lot", parent, "item_code")
    assert line.event_time == stored.event_time and stored.time_zone


@pytest.mark.requirement("TRC-4")
def test_quantities_follow_the_events_and_the_account_closes() -> None:
    lot = a_lot(quantity=100)
    record(event(T.SHIPPED, row(A.SHIP, lot, 40)))
    record(event(T.RETURNED, row(A.RETURN, lot, 10)))
    assert (says(lot).on_hand, says(lot).blocked, says(lot).shipped) == (70, 10, 30)
    with pytest.raises(errors.NotEnough):
        record(event(T.SHIPPED, row(A.SHIP, lot, 61)))
    record(event(T.RETURN_ACCEPTED, row(A.ACCEPT_RETURN, lot, 4)))
    record(event(T.SCRAPPED, row(A.SCRAP, lot, 8)))
    assert (says(lot).on_hand, says(lot).blocked) == (62, 0)
    assert balance_of(lot).closes


def test_several_rows_of_one_lot_add_up_before_the_gate() -> None:
    lot = a_lot(quantity=10)
    with pytest.raises(errors.NotEnough):
        record(event(T.SHIPPED, row(A.SHIP, lot, 6), row(A.SHIP, lot, 6)))
    assert says(lot).on_hand == 10


def test_what_arrives_blocked_is_on_hand_but_not_free() -> None:
    lot = a_lot(None)
    record(event(T.RECEIVED, row(A.RECEIVE, lot, 8), row(A.RECEIVE, lot, 2, blocked=True)))
    assert (says(lot).on_hand, says(lot).blocked) == (10, 2)
    record(event(T.RETURNED_TO_SUPPLIER, row(A.RETURN_TO_SUPPLIER, lot, 2)))
    assert (says(lot).on_hand, says(lot).blocked) == (8, 0)


def test_a_lot_that_does_not_exist_is_named() -> None:
    with pytest.raises(errors.NotFound, match="NO-SUCH-LOT") as refused:
        record(event(T.RECEIVED, row(A.RECEIVE, "NO-SUCH-LOT", 1)))
    assert refused.value.http_status_code == 404


@pytest.mark.requirement("CFG-3", "GATE-1")
def test_a_refusal_is_chinese_throughout_but_for_names(site: str) -> None:
    frappe.local.lang = "zh"
    held, free, made = a_lot(State.QUARANTINE), a_lot(), a_lot(None)
    with pytest.raises(errors.NotReleased) as refused:
        record(event(T.TRANSFORMED, row(A.PRODUCE, made, 1), row(A.CONSUME, held, 1)))
    assert str(refused.value) == f"批次 {held} 处于待检隔离：在进货检验接收（检验员）之前拒绝消耗。"
    with pytest.raises(errors.NotEnough) as refused:
        record(event(T.TRANSFORMED, row(A.PRODUCE, made, 1), row(A.CONSUME, free, 11)))
    assert str(refused.value) == f"批次 {free}：拒绝消耗 11 Nos；可用现有量为 10。"


def test_another_unit_of_measure_is_refused() -> None:
    with pytest.raises(errors.WrongState, match="Kg"):
        record(event(T.SHIPPED, row(A.SHIP, a_lot(), 1, uom="Kg")))


def test_the_future_is_refused_and_a_late_entry_is_flagged() -> None:
    lot = a_lot(None)
    with pytest.raises(errors.BadInput, match="future"):
        record(event(T.RECEIVED, row(A.RECEIVE, lot, 1), time=now_datetime() + timedelta(hours=1)))
    name = record(event(T.RECEIVED, row(A.RECEIVE, lot, 1), time=now_datetime() - timedelta(hours=2)))
    assert frappe.db.get_value("Trace Event", name, "late_entry") == 1


@pytest.mark.requirement("MAT-5", "GATE-1")
def test_an_expired_lot_is_not_used() -> None:
    lot = a_lot(State.QUARANTINE, expiry_date=add_days(nowdate(), -1))
    with pytest.raises(errors.Expired):
        record(event(T.ACCEPTED, row(A.ACCEPT, lot)))
    record(event(T.SCRAPPED, row(A.SCRAP, lot, 10)))


# -- identity of the caller's events ---------------------------------------------


def test_the_same_event_id_is_recorded_once() -> None:
    lot = a_lot(quantity=10)
    draft = event(T.SHIPPED, row(A.SHIP, lot, 3), event_id=f"mes-{lot}")
    assert record(draft) == record(draft)
    assert says(lot).on_hand == 7
    assert record_many([draft, draft]) == [record(draft)] * 2
    assert says(lot).on_hand == 7


def test_the_same_event_id_with_other_content_is_refused() -> None:
    lot = a_lot(quantity=10)
    record(event(T.SHIPPED, row(A.SHIP, lot, 3), event_id=f"mes-{lot}"))
    with pytest.raises(errors.DuplicateEvent) as refused:
        record(event(T.SHIPPED, row(A.SHIP, lot, 4), event_id=f"mes-{lot}"))
    assert refused.value.http_status_code == 409
    assert says(lot).on_hand == 7


# -- many at once ------------------------------------------------------------------


def test_record_many_is_all_or_none() -> None:
    lot = a_lot(quantity=10)
    ships = [event(T.SHIPPED, row(A.SHIP, lot, 4)) for _ in range(3)]
    events = count("Trace Event")
    with pytest.raises(errors.NotEnough):
        record_many(ships)
    assert (says(lot).on_hand, count("Trace Event")) == (10, events)
    assert len(record_many(ships[:2])) == 2
    assert says(lot).on_hand == 2


# -- back-dating ---------------------------------------------------------------------


@pytest.mark.requirement("GATE-1")
def test_back_dating_into_a_hold_is_refused_even_after_it_was_lifted() -> None:
    start = now_datetime() - timedelta(days=10)
    lot = a_lot(quantity=10, at=start)
    held = record(event(T.HELD, row(A.HOLD, lot), reason="?", time=start + timedelta(days=2)))
    record(event(T.HOLD_LIFTED, row(A.LIFT_HOLD, lot), lifts=held, time=start + timedelta(days=4)))
    with pytest.raises(errors.OnHold):
        record(event(T.SHIPPED, row(A.SHIP, lot, 1), time=start + timedelta(days=3)))
    assert record(event(T.SHIPPED, row(A.SHIP, lot, 1), time=start + timedelta(days=1)))
    assert says(lot).on_hand == 9


@pytest.mark.requirement("GATE-1")
def test_back_dating_before_a_hold_that_is_open_now_is_refused() -> None:
    start = now_datetime() - timedelta(days=10)
    lot = a_lot(quantity=10, at=start)
    record(event(T.HELD, row(A.HOLD, lot), reason="?", time=start + timedelta(days=2)))
    with pytest.raises(errors.OnHold):
        record(event(T.SHIPPED, row(A.SHIP, lot, 1), time=start + timedelta(days=1)))


@pytest.mark.requirement("GATE-1")
def test_back_dating_before_the_acceptance_is_refused() -> None:
    start = now_datetime() - timedelta(days=10)
    lot = a_lot(State.QUARANTINE, at=start)
    record(event(T.ACCEPTED, row(A.ACCEPT, lot), time=start + timedelta(days=5)))
    with pytest.raises(errors.NotReleased):
        record(event(T.SHIPPED, row(A.SHIP, lot, 1), time=start + timedelta(days=4)))


def test_back_dating_may_not_take_what_a_later_event_needed() -> None:
    start = now_datetime() - timedelta(days=10)
    lot = a_lot(quantity=10, at=start)
    record(event(T.SHIPPED, row(A.SHIP, lot, 8), time=start + timedelta(days=2)))
    record(event(T.RETURNED, row(A.RETURN, lot, 8), time=start + timedelta(days=4)))
    record(event(T.RETURN_ACCEPTED, row(A.ACCEPT_RETURN, lot, 8), time=start + timedelta(days=5)))
    with pytest.raises(errors.HasDependents, match="Ship"):
        record(event(T.SHIPPED, row(A.SHIP, lot, 5), time=start + timedelta(days=1)))
    assert says(lot).on_hand == 10


def test_facts_as_of_a_time() -> None:
    start = now_datetime() - timedelta(days=10)
    lot = a_lot(State.QUARANTINE, quantity=10, at=start)
    record(event(T.ACCEPTED, row(A.ACCEPT, lot), time=start + timedelta(days=5)))
    assert lot_facts(lot, start + timedelta(days=1)).state is State.QUARANTINE
    assert lot_facts(lot, start - timedelta(days=1)).state is None
    assert lot_facts(lot).state is State.RELEASED


# -- split, merge, relabel ------------------------------------------------------------


@pytest.mark.requirement("MAT-4")
def test_parts_of_a_lot_are_in_its_state() -> None:
    whole = a_lot(State.QUARANTINE, quantity=10)
    item = frappe.db.get_value("Material Lot", whole, "item_code")
    part = create_lot(item_code=item, parent_lot=whole).name
    record(event(T.SPLIT, row(A.SPLIT_FROM, whole, 4), row(A.SPLIT_INTO, part, 4)))
    assert (says(part).state, says(part).on_hand, says(whole).on_hand) == ("Quarantine", 4, 6)
    assert balance_of(whole).closes and balance_of(part).closes


@pytest.mark.requirement("MAT-4", "GATE-1")
def test_quarantined_material_does_not_become_free_by_merging() -> None:
    free, stopped = a_lot(), a_lot(State.QUARANTINE)
    into = a_lot(None)
    with pytest.raises(errors.WrongState):
        record(
            event(
                T.MERGED,
                row(A.MERGE_FROM, free, 1),
                row(A.MERGE_FROM, stopped, 1),
                row(A.MERGE_INTO, into, 2),
            )
        )
    with pytest.raises(errors.WrongState):
        record(event(T.MERGED, row(A.MERGE_FROM, stopped, 1), row(A.MERGE_INTO, free, 1)))


# -- serial units ---------------------------------------------------------------------


@pytest.mark.requirement("DIST-1")
def test_a_unit_is_shipped_once_and_comes_back_blocked() -> None:
    lot = a_lot(kind=Kind.FINISHED, serials=2)
    unit = f"{lot}-S1"
    record(event(T.SHIPPED, row(A.SHIP, lot, 1, serial_unit=unit)))
    assert says_unit(unit).whereabouts == "Shipped"
    with pytest.raises(errors.WrongUnit):
        record(event(T.SHIPPED, row(A.SHIP, lot, 1, serial_unit=unit)))
    record(event(T.RETURNED, row(A.RETURN, lot, 1, serial_unit=unit)))
    assert (says(lot).on_hand, says(lot).blocked, says_unit(unit).whereabouts) == (2, 1, "Returned")
    with pytest.raises(errors.GateRefusal):
        record(event(T.SHIPPED, row(A.SHIP, lot, 1, serial_unit=unit)))
    record(event(T.RETURN_ACCEPTED, row(A.ACCEPT_RETURN, lot, 1, serial_unit=unit)))
    assert (says(lot).blocked, says_unit(unit).whereabouts) == (0, "In Stock")
    assert balance_of(lot).closes


@pytest.mark.requirement("GATE-1")
def test_a_held_unit_stays_while_its_lot_ships() -> None:
    lot = a_lot(kind=Kind.FINISHED, serials=2)
    held, free = f"{lot}-S1", f"{lot}-S2"
    hold_event = record(event(T.HELD, row(A.HOLD, lot, serial_unit=held), reason="scratch"))
    assert (says(lot).state, says(lot).blocked, says_unit(held).state) == ("Released", 1, "On Hold")
    with pytest.raises(errors.OnHold):
        record(event(T.SHIPPED, row(A.SHIP, lot, 1, serial_unit=held)))
    with pytest.raises(errors.NotEnough):
        record(event(T.SHIPPED, row(A.SHIP, lot, 2)))
    record(event(T.SHIPPED, row(A.SHIP, lot, 1, serial_unit=free)))
    record(event(T.HOLD_LIFTED, row(A.LIFT_HOLD, lot, serial_unit=held), lifts=hold_event))
    record(event(T.SHIPPED, row(A.SHIP, lot, 1, serial_unit=held)))
    assert (says(lot).on_hand, says(lot).blocked) == (0, 0)


def test_a_unit_moves_to_the_lot_that_it_is_split_into() -> None:
    lot = a_lot(kind=Kind.FINISHED, serials=2)
    part = create_lot(item_code=frappe.db.get_value("Material Lot", lot, "item_code")).name
    unit = f"{lot}-S1"
    record(
        event(
            T.SPLIT,
            row(A.SPLIT_FROM, lot, 1, serial_unit=unit),
            row(A.SPLIT_INTO, part, 1, serial_unit=unit),
        )
    )
    assert says_unit(unit).lot == part
    record(event(T.SHIPPED, row(A.SHIP, part, 1, serial_unit=unit)))
    with pytest.raises(errors.WrongUnit):
        record(event(T.SHIPPED, row(A.SHIP, lot, 1, serial_unit=unit)))


def test_a_consumed_unit_says_what_it_is_part_of() -> None:
    component, product = a_lot(kind=Kind.COMPONENT, serials=1), a_lot(None, kind=Kind.FINISHED)
    [made] = create_units(product, [f"{product}-P"])
    record(
        event(
            T.TRANSFORMED,
            row(A.CONSUME, component, 1, serial_unit=f"{component}-S1", into_unit=made),
            row(A.PRODUCE, product, 1, serial_unit=made, cavity="5"),
        )
    )
    assert says_unit(f"{component}-S1").part_of == made
    assert frappe.db.get_value("Serial Unit", made, "cavity") == "5"


@pytest.mark.requirement("ID-1")
def test_a_serial_number_is_used_once_per_item_and_lots_are_named_for_life() -> None:
    lot = a_lot(None, kind=Kind.FINISHED)
    first = create_units(lot, ["A1", "A2"])
    assert create_units(lot, ["A2", "A3"])[0] == first[1]
    other = create_lot(item_code=frappe.db.get_value("Material Lot", lot, "item_code")).name
    with pytest.raises(errors.BadInput, match="A1"):
        create_units(other, ["A1"])
    with pytest.raises(errors.BadInput, match="twice"):
        create_units(other, ["b1", "B1"])
    with pytest.raises(frappe.ValidationError):
        frappe.rename_doc("Material Lot", lot, "ANOTHER-NAME")


@pytest.mark.requirement("MAT-3")
def test_a_lot_knows_where_it_was_last_put() -> None:
    lot, shelf, cage = a_lot(), a_warehouse("Shelf"), a_warehouse("Cage")
    record(event(T.MOVED, row(A.MOVE, lot), location=shelf))
    last = record(event(T.MOVED, row(A.MOVE, lot), location=cage))
    assert frappe.db.get_value("Material Lot", lot, "warehouse") == cage
    reverse(last, "was not moved")
    assert frappe.db.get_value("Material Lot", lot, "warehouse") == shelf


# -- the whole -----------------------------------------------------------------------


def test_the_ledger_agrees_with_itself_after_a_mixed_life() -> None:
    lot = a_lot(quantity=50)
    child = made_from(lot, 5, made=3)
    record(event(T.FINISHED, row(A.FINISH, child)))
    record(event(T.SAMPLED, row(A.SAMPLE, child, 1)))
    assert not [finding for finding in findings() if lot in finding or child in finding]


def test_a_lot_that_was_written_past_the_ledger_is_found() -> None:
    lot = a_lot(quantity=50)
    frappe.db.set_value("Material Lot", lot, {"on_hand": 60, "state": "Rejected"})
    assert len([finding for finding in findings() if lot in finding]) == 2


def test_recording_two_rows_takes_few_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    parent, child = a_lot(quantity=50), a_lot(None, kind=Kind.FINISHED)
    draft = event(T.TRANSFORMED, row(A.CONSUME, parent, 1), row(A.PRODUCE, child, 1))
    record(draft)
    statements: list[str] = []
    run = frappe.db.sql

    def counted(query: object, *args: object, **kwargs: object) -> object:
        statements.append(str(query))
        return run(query, *args, **kwargs)

    monkeypatch.setattr(frappe.db, "sql", counted)
    record(draft)
    assert len(statements) <= 8, statements
