"""The demo plant over HTTP: everybody on its list can log in, and wrong moves are 4xx that leave nothing behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import frappe
from med_trace.demo import load
from med_trace.demo.load import LANDMARK
from med_trace.demo.users import (
    ADMINISTRATOR,
    INSPECTOR,
    MACHINE,
    OPERATOR,
    PASSWORD,
    QUALITY_HEAD,
    SUPERVISOR,
    USERS,
    WAREHOUSE,
)
from web import Client, Reply

FIXTURES = Path(__file__).parents[2] / "fixtures"
# What a login, a refused signature, or a worker that greets new users writes meanwhile.
LOGGED = {"tabActivity Log", "tabSessions", "tabAccess Log", "tabUser", "tabContact", "tabContact Email"}


@pytest.fixture(autouse=True)
def rollback(site: str) -> Iterator[None]:
    """These tests commit: the site is made anew by `client`, and no story is told here."""
    frappe.db.rollback()
    yield
    frappe.db.rollback()


@pytest.fixture
def visitor(client: Client) -> Callable[[str], Client]:
    """Somebody at a browser, logged in to a site with the demo."""
    if not frappe.db.exists("Material Lot", LANDMARK):
        if os.environ.get("MED_TRACE_BENCH"):
            pytest.skip("load the demo on this site first")
        load(FIXTURES, force=True, say=lambda line: None)
        frappe.db.commit()

    def login(user: str) -> Client:
        fresh = Client(f"{client.address.scheme}://{client.address.netloc}", client.site)
        return fresh.login(user, PASSWORD)

    return login


@pytest.mark.requirement("OPS-1", "TRC-1")
def test_every_demo_user_logs_in_and_reads_the_trace(visitor: Callable[[str], Client]) -> None:
    for user in (user for user in USERS if user.email != MACHINE):
        browser = visitor(user.email)
        assert browser.get("/api/method/frappe.auth.get_logged_user").message == user.email
        answer = browser.get("/api/method/med_trace.api.trace.forward", lot="TI-H817")
        assert answer.status == 200, (user.email, answer.text)
        assert answer.message["complete"]
        assert (
            browser.get("/api/method/med_trace.api.scan.resolve", code="S2601-003").message["lot"] == LANDMARK
        )


@pytest.mark.requirement("OPS-3")
def test_a_machine_logs_in_and_reads_no_trace(visitor: Callable[[str], Client]) -> None:
    machine = visitor(MACHINE)
    assert machine.get("/api/method/frappe.auth.get_logged_user").message == MACHINE
    assert machine.get("/api/method/med_trace.api.trace.forward", lot="TI-H817").status == 403


def screw_record(lot: str, operation_no: int) -> dict[str, Any]:
    return {
        "lot": lot,
        "operation_no": operation_no,
        "routing": "SCREW-6540-A",
        "equipment": "Ultrasonic cleaner 2",
        "operator": OPERATOR,
        "parameters": [{"parameter": "Rinse conductivity", "value": 1}],
    }


def a_delivery(lot: str, item_code: str, serials: list[str]) -> dict[str, Any]:
    row = {"item_code": item_code, "qty": len(serials), "rate": 1, "warehouse": "Finished Goods - TW"}
    row |= {"use_serial_batch_fields": 1, "batch_no": lot, "serial_no": "\n".join(serials)}
    return {"customer": "St. Mary Hospital", "company": "Trace Works", "docstatus": 1, "items": [row]}


def release_of(lot: str) -> str:
    return frappe.db.get_value("Lot Release", {"lot": lot, "docstatus": 0})


def wrong_moves() -> dict[str, tuple[str, Callable[[Client], Reply], int | None, str]]:
    """What is tried: by whom, the request, the status (None: any 4xx) and words of the answer."""
    event = frappe.get_all("Trace Event Item", filters={"lot": LANDMARK}, pluck="parent")[0]
    record = frappe.db.get_value("Process Record", {"lot": LANDMARK, "operation_no": 60})
    sign = {"doctype": "Lot Release", "name": release_of("SC-2605"), "meaning": "Released"}
    sample = {"type": "Sampled", "rows": [{"action": "Sample", "lot": "TI-H822", "quantity": 900}]}
    rows = [{"action": "Ship", "lot": "SC-2605", "quantity": 1}]
    ship = {"type": "Shipped", "consignee": "St. Mary Hospital", "rows": rows}
    return {
        "ship what is on hold": (
            WAREHOUSE,
            lambda it: it.post(
                "/api/resource/Delivery Note", **a_delivery("IS-2608", "INFUSION-SET", ["I2608-020"])
            ),
            417,
            "IS-2608 is on hold",
        ),
        "ship what is recalled": (
            WAREHOUSE,
            lambda it: it.post(
                "/api/resource/Delivery Note", **a_delivery(LANDMARK, "SCREW-6540", ["S2601-012"])
            ),
            417,
            "is being recalled",
        ),
        "ship what awaits its release": (
            WAREHOUSE,
            lambda it: it.call("med_trace.api.ledger.record", event=ship),
            417,
            "awaits release",
        ),
        "ship as somebody who may not": (
            OPERATOR,
            lambda it: it.call("med_trace.api.ledger.record", event=ship),
            403,
            "Trace Warehouse",
        ),
        "sample more than there is": (
            OPERATOR,
            lambda it: it.call("med_trace.api.ledger.record", event=sample),
            417,
            "900",
        ),
        "sign with a wrong password": (
            QUALITY_HEAD,
            lambda it: it.call("med_trace.api.sign.sign", **sign, user=QUALITY_HEAD, password="guessed"),
            401,
            "nothing was signed",
        ),
        "sign as the administrator": (
            ADMINISTRATOR,
            lambda it: it.call("med_trace.api.sign.sign", **sign, user=ADMINISTRATOR, password=PASSWORD),
            403,
            "cannot sign",
        ),
        "release without a signature": (
            SUPERVISOR,
            lambda it: it.put(f"/api/resource/Lot Release/{sign['name']}", docstatus=1),
            None,
            "",
        ),
        "skip an operation": (
            OPERATOR,
            lambda it: it.post("/api/resource/Process Record", **screw_record("SC-2604", 40)),
            417,
            "30 Passivation has no record",
        ),
        "type a verdict": (
            INSPECTOR,
            lambda it: it.post(
                "/api/resource/Inspection Record", lot="TUB-4530", plan="TUBING-IN-A", verdict="Accepted"
            ),
            417,
            "typed",
        ),
        "edit a submitted record": (
            SUPERVISOR,
            lambda it: it.put(f"/api/resource/Process Record/{record}", quantity_good=99),
            417,
            "Not allowed to change",
        ),
        "delete an event": (
            SUPERVISOR,
            lambda it: it.delete(f"/api/resource/Trace Event/{event}"),
            None,
            "",
        ),
    }


def counts() -> dict[str, int]:
    frappe.db.rollback()
    tables = [table for table in frappe.db.get_tables(cached=False) if table.startswith("tab")]
    found = {
        table: frappe.db.sql(f"select count(*) from `{table}`")[0][0]
        for table in tables
        if table not in LOGGED
    }
    # Logins, and signatures that failed, are told of: nothing else may be.
    told = "select count(*) from `tabAudit Entry` where category != 'Access' and kind != 'Signing Failed'"
    return {**found, "tabAudit Entry": frappe.db.sql(told)[0][0]}


@pytest.mark.requirement("GATE-1", "GATE-3", "SIG-1", "PROD-3", "INSP-2", "AUD-2")
def test_wrong_moves_over_http_are_refused_in_words_and_leave_nothing(
    visitor: Callable[[str], Client],
) -> None:
    people: dict[str, Client] = {}
    moves = wrong_moves()
    before = counts()
    for what, (user, move, status, words) in moves.items():
        people[user] = people.get(user) or visitor(user)
        reply = move(people[user])
        assert 400 <= reply.status < 500, (what, reply.status, reply.text[:2000])
        assert status in (None, reply.status), (what, reply.status, reply.text[:2000])
        assert words in reply.words + reply.text, (what, reply.text[:2000])
    after = counts()
    assert {table: after[table] - before[table] for table in after if after[table] != before[table]} == {}
