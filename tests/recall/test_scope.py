"""The scope of a cause: complete, reconciled, the slice beside the whole lot, and computed again the same."""

import itertools
from datetime import datetime, timedelta

import pytest

import builders
import frappe
from med_trace.api import recall as api
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.scope import Criterion, CriterionKind
from med_trace.ledger import service
from med_trace.ledger.index.ledger_index import LedgerIndex
from med_trace.recall import scope as recall_scope
from med_trace.recall.scope import scope

pytestmark = pytest.mark.requirement("RCL-1", "TRC-2")

NOON = datetime.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)


def a_lot(**fields):
    fields = {"item_code": None, "kind": "Component", **fields}
    item = fields.pop("item_code") or builders.an_item(fields["kind"])
    return service.create_lot(lot_no=builders.unique("LOT"), item_code=item, **fields).name


def record(kind, *rows, **more):
    return service.record(EventDraft(kind, rows, **more))


def received(quantity=100, **fields):
    lot = a_lot(kind="Raw", **fields)
    record(EventType.RECEIVED, Row(Action.RECEIVE, lot, quantity), time=NOON - timedelta(days=9))
    record(EventType.ACCEPTED, Row(Action.ACCEPT, lot), time=NOON - timedelta(days=8))
    return lot


_hours = itertools.count(1)


def made(parents, *outputs, time=None):
    """A lot made of `parents`, each call an hour after the last; outputs are (quantity, what else the row says)."""
    lot = a_lot()
    time = time or NOON - timedelta(days=3) + timedelta(hours=next(_hours))
    rows = [Row(Action.CONSUME, parent, 1) for parent in parents]
    rows += [Row(Action.PRODUCE, lot, quantity, **more) for quantity, more in outputs]
    record(EventType.TRANSFORMED, *rows, time=time)
    record(EventType.ACCEPTED, Row(Action.ACCEPT, lot), time=time + timedelta(minutes=30))
    return lot


def ship(lot, quantity, customer, **row):
    record(
        EventType.SHIPPED, Row(Action.SHIP, lot, quantity, **row), consignee=customer, consignee_name=customer
    )


def by(kind, value="", **more):
    return Criterion(CriterionKind(kind), value, **more)


def names(answer):
    return {lot["lot"] for lot in answer["lots"]}


def test_a_heat_number_leads_to_everything_made_of_it_and_to_who_has_it():
    heat = builders.unique("HEAT")
    bars = [received(heat_no=heat), received(heat_no=heat)]
    other = received(heat_no=builders.unique("HEAT"))
    parts = [made([bar], (10, {})) for bar in bars]
    kit = made([parts[0], other], (5, {}))
    customer = builders.a_customer()
    ship(kit, 3, customer)
    answer = scope([by("Heat Number", heat)])
    assert names(answer) == {*bars, *parts, kit}
    assert [(line["consignee"], line["lot"], line["shipped"]) for line in answer["consignees"]] == [
        (customer, kit, 3)
    ]
    shown = next(lot for lot in answer["lots"] if lot["lot"] == kit)
    assert (shown["made"], shown["on_hand"], shown["shipped"]) == (5, 2, 3)
    assert answer["gaps"] == [] and answer["complete"]


def test_criteria_of_several_kinds_must_all_hold():
    supplier = builders.a_supplier()
    item = builders.an_item()
    wanted = received(supplier=supplier, item_code=item)
    received(supplier=supplier)
    received(item_code=item)
    assert names(scope([by("Supplier", supplier), by("Item", item)])) == {wanted}


def a_moulding(tool):
    """One lot from three cavities; cavity 5 ran in two windows."""
    resin = received()
    return made(
        [resin],
        (240, {"cavity": "4", "tool": tool, "made_from": NOON - timedelta(hours=2), "made_to": NOON}),
        (
            120,
            {
                "cavity": "5",
                "tool": tool,
                "made_from": NOON - timedelta(hours=2),
                "made_to": NOON - timedelta(hours=1),
            },
        ),
        (118, {"cavity": "5", "tool": tool, "made_from": NOON - timedelta(minutes=40), "made_to": NOON}),
        time=NOON,
    )


@pytest.mark.requirement("RCL-2")
def test_the_slice_spares_what_the_cause_cannot_be_in():
    tool = builders.a_tool(cavities=8)
    body = a_moulding(tool)
    item = builders.an_item("Component")
    clean, dirty = a_lot(item_code=item), a_lot(item_code=item)
    later = NOON + timedelta(hours=1)
    for lot, cavity in ((clean, "4"), (dirty, "5")):
        rows = (Row(Action.CONSUME, body, 10, cavity=cavity), Row(Action.PRODUCE, lot, 10))
        record(EventType.TRANSFORMED, *rows, time=later)
    window = by("Time Window", "", from_time=NOON - timedelta(hours=2), to_time=NOON - timedelta(hours=1))
    answer = scope([by("Tool", tool), by("Cavity", "5"), window])
    assert names(answer) == {body, clean, dirty}
    part = {lot["lot"]: lot["concerned"] for lot in answer["slice"]["lots"]}
    assert part == {body: 120, dirty: 10}
    assert (answer["saved"]["lots"], answer["saved"]["quantity"]) == (1, 478 + 20 - 130)


def test_a_serial_number_finds_the_unit_and_where_it_went():
    item = builders.an_item("Component")
    lot = a_lot(item_code=item)
    first, second = service.create_units(lot, [builders.unique("SN"), builders.unique("SN")])
    bar = received()
    record(
        EventType.TRANSFORMED,
        Row(Action.CONSUME, bar, 1),
        Row(Action.PRODUCE, lot, 1, serial_unit=first),
        Row(Action.PRODUCE, lot, 1, serial_unit=second),
        time=NOON,
    )
    record(EventType.ACCEPTED, Row(Action.ACCEPT, lot))
    near, far = builders.a_customer(), builders.a_customer()
    ship(lot, 1, near, serial_unit=first)
    ship(lot, 1, far, serial_unit=second)
    answer = scope([by("Serial", first)])
    assert {unit["unit"] for unit in answer["units"]} == {first, second}
    assert [unit["unit"] for unit in answer["slice"]["units"]] == [first]
    assert [line["consignee"] for line in answer["slice"]["consignees"]] == [near]
    assert answer["saved"]["units"] == 1


def test_the_same_scope_is_had_again_after_the_world_went_on():
    bar = received()
    part = made([bar], (10, {}))
    before = scope([by("Lot", bar)])
    made([bar, part], (5, {}))
    ship(part, 2, builders.a_customer())
    assert scope([by("Lot", bar)])["digest"] != before["digest"]
    again = scope([by("Lot", bar)], until=before["position"])
    assert again["digest"] == before["digest"]


def test_a_reversal_later_does_not_change_what_was_known_then():
    bar = received()
    lot = a_lot()
    wrong = record(EventType.TRANSFORMED, Row(Action.CONSUME, bar, 1), Row(Action.PRODUCE, lot, 1))
    before = scope([by("Lot", bar)])
    service.reverse(wrong, "wrong bar")
    assert names(scope([by("Lot", bar)])) == {bar}
    assert scope([by("Lot", bar)], until=before["position"])["digest"] == before["digest"]


def test_the_arrays_answer_like_the_database(monkeypatch):
    bars = [received() for _ in range(3)]
    index = LedgerIndex()
    parts = [made([bar, bars[0]], (10, {})) for bar in bars]
    lot = a_lot()
    undone = record(EventType.TRANSFORMED, Row(Action.CONSUME, parts[1], 1), Row(Action.PRODUCE, lot, 1))

    def agrees():
        for root in [*bars, *parts]:
            assert set(index.forward([root]).names()) == set(recall_scope.reached_lots([root]))

    agrees()
    service.reverse(undone, "wrong lot")
    agrees()
    made([parts[2]], (1, {}))
    agrees()
    assert set(index.backward([parts[1]]).names()) == {parts[1], bars[1], bars[0]}


def test_a_scope_that_outgrows_the_walk_is_still_complete(monkeypatch):
    monkeypatch.setattr(recall_scope, "SMALL", 2)
    bar = received()
    parts = [made([bar], (1, {})) for _ in range(4)]
    kit = made(parts, (1, {}))
    assert names(scope([by("Lot", bar)])) == {bar, kit, *parts}


def test_a_return_from_somebody_who_was_sent_nothing_is_a_gap():
    lot, sent, other = made([received()], (10, {})), builders.a_customer(), builders.a_customer()
    ship(lot, 5, sent)
    record(EventType.RETURNED, Row(Action.RETURN, lot, 2), consignee=other, consignee_name=other)
    gaps = scope([by("Lot", lot)])["gaps"]
    assert [(gap["lot"], gap["kind"]) for gap in gaps] == [(lot, "Returned Unshipped")]
    assert gaps[0]["gap"].startswith(f"{other} returned 2 of lot {lot} and was sent 0")


def test_a_mistyped_value_is_a_gap_not_good_news():
    heat = builders.unique("HEAT")
    received(heat_no=heat)
    answer = scope([by("Heat Number", heat + "X")])
    assert answer["lots"] == []
    assert [gap["gap"] for gap in answer["gaps"]] == [
        f"Nothing in the system has Heat Number {heat}X: check how it is written."
    ]
    assert scope([by("Heat Number", heat)])["gaps"] == []


@pytest.mark.parametrize(
    ("criteria", "words"),
    [
        ([], "give a list"),
        (["x"], "give a list"),
        ([{"criterion": "Colour", "value": "x"}], "Criterion 1: criterion is Colour; expected: Lot, "),
        ([{"criterion": "Lot"}], "Criterion 1: value is None; expected: what Lot to look for"),
        ([{"criterion": "Time Window", "from_time": "noon-ish"}], "from_time is noon-ish; expected: a time"),
        ([{"criterion": "Parameter", "value": "T", "minimum": "hot"}], "minimum is hot; expected: a number"),
    ],
)
def test_wrong_criteria_are_refused_by_name(criteria, words):
    with pytest.raises(frappe.ValidationError, match=words):
        api.scope(criteria)
