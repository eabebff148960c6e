"""Forward to every consignee, backward to every supplier lot: any depth, cycles safe, never cut silently."""

import pytest

import builders
import frappe
from genealogy import a_lot, made_of, received, shipped
from med_trace.api import trace
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger import service

pytestmark = pytest.mark.requirement("TRC-1")


def lots_in(answer):
    return {node["id"] for node in answer["nodes"] if node["type"] == "Lot"}


def test_forward_reaches_every_generation_and_the_consignee():
    bar = received()
    blank = made_of(bar)
    screw = made_of(blank)
    customer = shipped(screw, 4)
    answer = trace.forward(bar)
    assert lots_in(answer) == {bar, blank, screw}
    assert answer["complete"] is True
    ends = [node for node in answer["nodes"] if node["type"] == "Consignee"]
    assert [(end["name"], end["address"], end["generation"]) for end in ends] == [
        (customer, "1 Main Street", 3)
    ]
    sent = next(link for link in answer["links"] if link["type"] == "Shipped")
    assert (sent["from"], sent["to"], sent["quantity"]) == (screw, ends[0]["id"], 4)


def test_backward_reaches_the_supplier():
    supplier = builders.a_supplier()
    bar, resin = received(supplier=supplier), received(supplier=supplier)
    part = made_of(bar, resin)
    answer = trace.backward(part)
    assert lots_in(answer) == {part, bar, resin}
    assert [node["name"] for node in answer["nodes"] if node["type"] == "Supplier"] == [supplier]


def test_a_reversed_event_leaves_no_link():
    bar = received()
    part = made_of(bar)
    other = a_lot()
    wrong = service.record(
        EventDraft(EventType.TRANSFORMED, (Row(Action.CONSUME, bar, 1), Row(Action.PRODUCE, other, 1)))
    )
    service.reverse(wrong, "typed the wrong bar")
    assert lots_in(trace.forward(bar)) == {bar, part}


def test_a_depth_says_what_it_leaves_out():
    bar = received()
    blank = made_of(bar)
    made_of(blank)
    answer = trace.forward(bar, depth=1)
    assert lots_in(answer) == {bar, blank}
    assert (answer["complete"], answer["beyond"]) == (False, 1)
    assert trace.forward(bar, depth=2)["complete"] is True


def test_an_unknown_lot_is_refused_with_what_to_do():
    with pytest.raises(frappe.DoesNotExistError, match="no Material Lot NOPE"):
        trace.forward("NOPE")


def test_a_negative_depth_is_refused():
    with pytest.raises(frappe.ValidationError, match="depth is -1"):
        trace.forward(received(), depth=-1)


def test_a_depth_may_come_as_text():
    """As an address of a web page says it, on any runtime."""
    assert trace.forward(received(), depth="1")["complete"] is True


def test_without_permission_nothing_is_shown():
    bar = received()
    with builders.as_user(builders.a_user(name="stranger")), pytest.raises(frappe.PermissionError):
        trace.forward(bar)


def test_the_number_of_queries_grows_with_generations_not_with_lots(site, monkeypatch):
    bar = received(1000)
    for _ in range(12):
        made_of(bar)
    asked, sql = [], frappe.db.sql
    monkeypatch.setattr(frappe.db, "sql", lambda *a, **k: asked.append(a) or sql(*a, **k))
    trace.forward(bar)
    assert len(asked) < 25


def test_what_went_into_many_units_is_counted_once():
    bar, lot = received(), a_lot()
    units = service.create_units(lot, [builders.unique("SN") for _ in range(3)])
    produced = tuple(Row(Action.PRODUCE, lot, 1, serial_unit=unit) for unit in units)
    service.record(EventDraft(EventType.TRANSFORMED, (Row(Action.CONSUME, bar, 2), *produced)))
    [link] = [link for link in trace.forward(bar)["links"] if link["type"] == "Transformed"]
    assert (link["quantity"], link["to_units"]) == (2, units)


@pytest.mark.requirement("TRC-4")
def test_the_balance_of_a_lot_says_where_every_piece_went_and_what_was_corrected():
    lot = received(100)
    shipped(lot, 30)
    made_of(lot)
    service.record(EventDraft(EventType.CORRECTED, (Row(Action.CORRECT, lot, -2),), reason="counted again"))
    account = trace.balance(lot)
    moved = {key: account[key] for key in ("made", "shipped", "consumed", "corrected", "on_hand")}
    assert moved == {"made": 100, "shipped": 30, "consumed": 1, "corrected": -2, "on_hand": 67}
    assert account["closes"] is True and account["difference"] == 0
    assert [(gap["kind"], gap["quantity"], gap["message"]) for gap in account["gaps"]] == [
        ("Correction", 2, "Corrected by -2: counted again")
    ]


@pytest.mark.parametrize("ask", [trace.forward, trace.backward, trace.balance])
def test_a_lot_that_is_not_there_or_not_named_is_refused_by_name(ask):
    for lot in ("NO-SUCH-LOT", None):
        with pytest.raises(frappe.DoesNotExistError, match="There is no Material Lot"):
            ask(lot)
