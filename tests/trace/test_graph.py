"""The trace for the page: columns, marks on the way, lanes of time, and files that are recorded as taken."""

import csv
import io
import json

import pytest

import builders
import frappe
from genealogy import a_lot, made_of, received, shipped
from med_trace.api import trace
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger import service


def column(graph, name):
    packed = graph["nodes"][name]
    rows = packed["rows"] or [0] * len(graph["ids"])
    return {
        node: packed["values"][row - 1] if row else None for node, row in zip(graph["ids"], rows, strict=True)
    }


def links(graph):
    ids, found = graph["ids"], graph["links"]
    return {
        (ids[start], ids[end]): quantity
        for start, end, quantity in zip(found["from"], found["to"], found["quantity"], strict=True)
    }


@pytest.mark.requirement("TRC-5", "TRC-1")
def test_columns_say_the_same_as_the_records():
    bar = received(heat_no="H1")
    screw = made_of(bar)
    shipped(screw, 4)
    graph, answer = trace.graph(bar), trace.forward(bar)
    assert graph["ids"] == [node["id"] for node in answer["nodes"]]
    for name in ("type", "state", "item_code", "quantity", "heat_no", "address"):
        told = {node["id"]: node.get(name) or None for node in answer["nodes"]}
        assert column(graph, name) == told, name
    assert links(graph) == {(link["from"], link["to"]): link["quantity"] for link in answer["links"]}


@pytest.mark.requirement("TRC-5")
def test_both_ways_put_what_lies_behind_below_zero():
    supplier = builders.a_supplier()
    bar = received(supplier=supplier)
    blank = made_of(bar)
    screw = made_of(blank)
    graph = trace.graph(blank, "both")
    assert column(graph, "generation") == {blank: 0, screw: 1, bar: -1, f"Supplier: {supplier}": -2}


@pytest.mark.requirement("TRC-5")
def test_links_of_many_events_between_two_lots_are_one():
    bar, part = received(), a_lot()
    for _ in range(3):
        rows = (Row(Action.CONSUME, bar, 2), Row(Action.PRODUCE, part, 1))
        service.record(EventDraft(EventType.TRANSFORMED, rows))
    graph = trace.graph(bar)
    assert (links(graph), graph["links"]["count"]) == ({(bar, part): 6}, [3])


@pytest.mark.requirement("TRC-3")
def test_holds_on_the_way_are_marked_until_they_are_lifted_as_bad():
    bar = received()
    part = made_of(bar)
    held = service.record(EventDraft(EventType.HELD, (Row(Action.HOLD, part),), reason="Short shots"))
    graph = trace.graph(bar)
    assert [[graph["ids"][place], *rest] for place, *rest in graph["marks"]] == [[part, "Hold", 1, 1]]
    [mark] = trace.marks([part])
    assert (mark["doctype"], mark["title"], mark["bad"]) == ("Trace Event", "Short shots", True)
    rows = (Row(Action.LIFT_HOLD, part),)
    service.record(EventDraft(EventType.HOLD_LIFTED, rows, reason="Sorted", lifts=held))
    assert [mark["bad"] for mark in trace.marks([part])] == [False]


@pytest.mark.requirement("TRC-3", "OPS-3")
def test_marks_of_records_that_one_may_not_read_are_left_out(monkeypatch):
    bar = received(certificate_no="EN10204")
    service.record(EventDraft(EventType.HELD, (Row(Action.HOLD, bar),), reason="Why"))
    assert {mark["kind"] for mark in trace.marks([bar])} == {"Hold", "Certificate"}
    monkeypatch.setattr(frappe, "has_permission", lambda doctype, *_, **__: doctype != "Trace Event")
    assert {mark["kind"] for mark in trace.marks([bar])} == {"Certificate"}
    assert [kind for _, kind, *_ in trace.graph(bar)["marks"]] == ["Certificate"]


@pytest.mark.requirement("TRC-5")
def test_marks_cost_a_query_a_kind_however_many_lots_there_are(monkeypatch):
    bar = received(1000)
    for _ in range(12):
        made_of(bar)
    asked, sql = [], frappe.db.sql
    monkeypatch.setattr(frappe.db, "sql", lambda *a, **k: asked.append(a) or sql(*a, **k))
    trace.graph(bar)
    assert len(asked) < 40


@pytest.mark.requirement("TRC-5")
def test_each_lot_has_its_lane_with_its_events_in_time():
    bar = received()
    part = made_of(bar)
    answer = trace.timeline(bar)
    assert [lane["id"] for lane in answer["lanes"]] == [bar, part]
    told = [event["type"] for point in answer["lanes"][0]["points"] for event in point["events"]]
    assert told == ["Received", "Accepted", "Transformed"]
    assert answer["from"] <= answer["to"]


@pytest.mark.requirement("TRC-5")
def test_lanes_come_in_pages_and_of_suppliers_too():
    supplier = builders.a_supplier()
    bar = received(supplier=supplier)
    parts = [made_of(bar) for _ in range(3)]
    page = trace.timeline(bar, start="1", limit="2")
    assert (page["total"], [lane["id"] for lane in page["lanes"]]) == (4, sorted(parts)[:2])
    lanes = trace.timeline(parts[0], "backward", "supplier")["lanes"]
    assert [(lane["id"], lane["count"]) for lane in lanes] == [(supplier, 5)]


@pytest.mark.requirement("TRC-5")
def test_a_window_of_time_leaves_the_rest_out():
    bar = received()
    answer = trace.timeline(bar, since="2001-01-01", until="2001-01-02")
    assert [lane["count"] for lane in answer["lanes"]] == [0]


def taken():
    return frappe.get_all("Audit Entry", filters={"kind": "Exported"}, fields=["document_name", "changes"])


@pytest.mark.requirement("EVI-4", "AUD-7")
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_file_has_what_is_shown_and_is_recorded_as_taken(ending):
    bar = received(heat_no="=1+1")
    part, other = made_of(bar), made_of(bar)
    before = len(taken())
    trace.export(bar, "forward", ending, only=[bar, part])
    content = frappe.response.filecontent.decode("utf-8-sig")
    if ending == "csv":
        rows = list(csv.DictReader(io.StringIO(content)))
        assert [row["Lot or party"] for row in rows] == [bar, part]
        assert rows[0]["Heat Number"] == "'=1+1"  # a word, no formula
    else:
        found = json.loads(content)
        assert ([node["id"] for node in found["nodes"]], found["part_of"]) == ([bar, part], 3)
        assert [(link["from"], link["to"]) for link in found["links"]] == [(bar, part)]
    assert other not in content
    assert len(taken()) == before + 1
    assert bar in [entry["document_name"] for entry in taken()]


@pytest.mark.requirement("AUD-7")
def test_a_picture_is_recorded_with_its_digest_before_it_is_handed_over():
    bar = received()
    assert trace.picture_exported(bar, "both", "png", "ab" * 32) == f"trace-{bar}-both.png"
    assert any("ab" * 32 in entry["changes"] for entry in taken())


@pytest.mark.parametrize(
    "call",
    [
        lambda lot: trace.graph(lot, "sideways"),
        lambda lot: trace.timeline(lot, by="mood"),
        lambda lot: trace.timeline(lot, start=-1),
        lambda lot: trace.export(lot, format="exe"),
        lambda lot: trace.picture_exported(lot, format="svg"),
        lambda lot: trace.marks([lot] * 501),
    ],
)
def test_what_is_not_known_is_refused(call):
    with pytest.raises(frappe.ValidationError):
        call(received())


@pytest.mark.requirement("OPS-3")
def test_without_permission_nothing_of_it_is_shown():
    bar = received()
    with builders.as_user(builders.a_user(name="stranger")):
        for call in (trace.graph, trace.timeline, trace.export, trace.picture_exported):
            with pytest.raises(frappe.PermissionError):
                call(bar)
        with pytest.raises(frappe.PermissionError):
            trace.marks([bar])
