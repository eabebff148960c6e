"""Whom an administrator restricts by User Permission sees nothing else, on no page: records by name, lists, traces."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest

import frappe
from builders import a_customer, a_user, a_warehouse, as_user, insert
from genealogy import a_lot, made_of, received, shipped
from med_trace.api import (
    evidence,
    files,
    home,
    imports,
    inspection,
    label,
    ledger,
    lots,
    recall,
    release,
    scan,
    trace,
    work,
)
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger.openness import NotOpen, closed, is_restricted, require_open
from med_trace.ledger.service import record

pytestmark = pytest.mark.requirement("OPS-3")

CLOSED = "Not open to you"


def restricted_to(doctype: str, name: str, *roles: str) -> str:
    """Somebody of all these roles who may see only one item, warehouse, customer ..."""
    user = a_user(*(roles or ("Operator", "Inspector", "Quality", "Warehouse", "Supervisor")))
    frappe.get_doc(
        {
            "doctype": "User Permission",
            "user": user,
            "allow": doctype,
            "for_value": name,
            "apply_to_all_doctypes": 1,
        }
    ).insert()
    frappe.clear_cache(user=user)
    return user


@pytest.fixture
def chain() -> tuple[str, str, str]:
    """A bar, what was made from it, and what was made from that, each of an item of its own."""
    bar = received(quantity=100)
    blank = made_of(bar)
    return bar, blank, made_of(blank)


@pytest.fixture
def middle(chain: tuple[str, str, str]) -> Iterator[str]:
    """Somebody who may see the item in the middle only."""
    user = restricted_to("Item", frappe.db.get_value("Material Lot", chain[1], "item_code"))
    with as_user(user):
        yield user


def test_nobody_else_is_asked_a_question(site: str, chain: tuple[str, str, str]) -> None:
    with as_user(a_user("Operator")):
        assert not is_restricted("Material Lot") and closed("Material Lot", chain) == set()
        assert trace.forward(chain[0])["closed"] == 0


def test_what_is_closed_is_told_of_many_at_once(middle: str, chain: tuple[str, str, str]) -> None:
    assert is_restricted("Material Lot")
    assert closed("Material Lot", [*chain, "NO-SUCH-LOT"]) == {chain[0], chain[2]}
    with pytest.raises(NotOpen, match="2 of 3"):
        require_open("Material Lot", chain)


def test_a_lot_that_is_closed_is_not_traced(middle: str, chain: tuple[str, str, str]) -> None:
    for ask in (trace.forward, trace.backward, trace.balance, trace.graph, trace.timeline):
        with pytest.raises(frappe.PermissionError):
            ask(chain[0])


def test_a_node_that_is_closed_keeps_its_place_and_nothing_else(
    middle: str, chain: tuple[str, str, str]
) -> None:
    bar, blank, part = chain
    for ask, hidden in ((trace.forward, part), (trace.backward, bar)):
        answer = ask(blank)
        assert hidden not in json.dumps(answer, default=str)
        node, *supplier = [node for node in answer["nodes"] if node["type"] == CLOSED]
        for one in (node, *supplier):
            assert {key for key, value in one.items() if value} == {"id", "type", "generation"}
        assert answer["complete"] and {blank, node["id"]} in [
            {one["from"], one["to"]} for one in answer["links"]
        ]


def test_a_supplier_behind_a_closed_lot_is_not_named(middle: str, chain: tuple[str, str, str]) -> None:
    answer = trace.backward(chain[1])
    assert answer["closed"] == 2 and not [node for node in answer["nodes"] if node["type"] == "Supplier"]


def test_both_ways_keep_what_is_closed_apart(middle: str, chain: tuple[str, str, str]) -> None:
    answer = trace.graph(chain[1], "both")
    assert answer["closed"] == 3 and len(answer["ids"]) == len(set(answer["ids"])) == 4
    assert not {chain[0], chain[2]} & set(answer["ids"])
    lanes = trace.timeline(chain[1], "both")["lanes"]
    assert [lane["id"] for lane in lanes] == [chain[1]]
    assert {mark["lot"] for mark in trace.marks([*chain])} <= {chain[1]}


def test_a_consignee_that_is_closed_is_not_named(chain: tuple[str, str, str]) -> None:
    open_one, other = a_customer(), a_customer()
    shipped(chain[2], 1, open_one)
    shipped(chain[2], 1, other)
    with as_user(restricted_to("Customer", open_one)):
        answer = trace.forward(chain[2])
    assert [node["name"] for node in answer["nodes"] if node["type"] == "Consignee"] == [open_one]
    assert answer["closed"] == 1 and other not in json.dumps(answer, default=str)


def test_a_warehouse_restricts_as_well(chain: tuple[str, str, str]) -> None:
    here, there = a_warehouse("Here"), a_warehouse("There")
    frappe.db.set_value("Material Lot", chain[0], "warehouse", here)
    frappe.db.set_value("Material Lot", chain[1], "warehouse", there)
    with as_user(restricted_to("Warehouse", here)):
        assert closed("Material Lot", chain) == {chain[1]}


def test_a_recall_s_scope_is_whole_or_not_given(middle: str, chain: tuple[str, str, str]) -> None:
    with pytest.raises(frappe.ValidationError) as refused:
        recall.scope([{"criterion": "Lot", "value": chain[0]}])
    assert refused.value.http_status_code == 403 and "not open to you" in str(refused.value)


def test_evidence_is_whole_or_not_given(middle: str, chain: tuple[str, str, str]) -> None:
    for ask in (evidence.history, evidence.package):
        with pytest.raises(frappe.ValidationError) as refused:
            ask(chain[1])
        assert refused.value.http_status_code == 403


def test_a_scan_names_nothing_that_is_closed(middle: str, chain: tuple[str, str, str]) -> None:
    assert scan.resolve(chain[1])["name"] == chain[1]
    with pytest.raises(frappe.PermissionError):
        scan.resolve(chain[0])


def test_of_several_that_a_code_means_the_open_ones_are_offered(chain: tuple[str, str, str]) -> None:
    first, second = a_lot(heat_no=f"H-{chain[0]}"), a_lot(heat_no=f"H-{chain[0]}")
    item = frappe.db.get_value("Material Lot", second, "item_code")
    assert len(scan.resolve(f"H-{chain[0]}")["candidates"]) == 2 and first
    with as_user(restricted_to("Item", item)):
        found = scan.resolve(f"H-{chain[0]}")
    assert [one["name"] for one in found["candidates"]] == [second]
    assert any("not open to you" in one for one in found["warnings"])


def test_nothing_is_done_to_a_lot_that_is_closed(middle: str, chain: tuple[str, str, str]) -> None:
    lot = chain[0]
    steps = (
        lambda: lots.split(lot, [1]),
        lambda: lots.merge({lot: 1, chain[1]: 1}),
        lambda: lots.relabel(lot, "NEW-NUMBER", "A reason"),
        lambda: lots.scrap(lot, 1, "A reason"),
        lambda: lots.sample(lot, 1, "A reason"),
        lambda: lots.finish_lot(lot),
        lambda: lots.acceptance_blockers(lot),
        lambda: work.offer(lot, 10),
        lambda: work.report_fault(lot=lot, description="A scratch"),
        lambda: release.review(lot),
        lambda: files.of_lot(lot),
        lambda: label.svg("Material Lot", lot),
    )
    events = frappe.db.count("Trace Event")
    for step in steps:
        with pytest.raises(frappe.PermissionError):
            step()
    assert frappe.db.count("Trace Event") == events


def test_no_event_is_recorded_or_imported_on_a_lot_that_is_closed(
    middle: str, chain: tuple[str, str, str]
) -> None:
    bar, blank, _part = chain
    event = {"type": "Scrapped", "reason": "Bent", "rows": [{"action": "Scrap", "lot": bar, "quantity": 1}]}
    with pytest.raises(NotOpen):
        ledger.record(event)
    assert ledger.record({**event, "rows": [{"action": "Scrap", "lot": blank, "quantity": 1}]})
    table = f"type,lot,quantity,reason\nScrapped,{blank},1,Bent\nScrapped,{bar.upper()},1,Bent"
    told = imports.check(base64.b64encode(table.encode()).decode())
    assert [row["why"] for row in told["rows"]] == ["", f"Lot: {bar.upper()} is not open to you."]


def test_lists_of_what_waits_leave_closed_lots_out() -> None:
    one, other = a_lot("Raw"), a_lot("Raw")
    for lot in (one, other):
        record(EventDraft(EventType.RECEIVED, (Row(Action.RECEIVE, lot, 1),)))
    everybody = {row["lot"] for row in inspection.waiting()["inspections"]}
    with as_user(restricted_to("Item", frappe.db.get_value("Material Lot", one, "item_code"))):
        his = {row["lot"] for row in inspection.waiting()["inspections"]}
    assert {one, other} <= everybody and {one, other} & his == {one}


def test_a_figure_names_no_recall_that_is_closed() -> None:
    names = [
        insert("Recall", title=title, reason="R", criteria=[{"criterion": "Lot", "value": received()}]).name
        for title in ("One", "Other")
    ]
    for name in names:
        frappe.db.set_value(
            "Recall", name, {"workflow_state": "Initiated", "initiated_at": frappe.utils.now()}
        )
    with as_user(restricted_to("Recall", names[0], "Regulatory")):
        found = home.figure("recall_progress")
    assert found["labels"] == [names[0]] and found["titles"] == ["One"]
