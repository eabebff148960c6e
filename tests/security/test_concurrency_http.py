"""Fifty clients at once on one lot, each a process with its own connection: nothing is lost, taken twice or half done."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_lot_release, a_made_lot, a_user, an_item
from lots import a_lot, says
from med_trace.ledger.service import balance_of
from med_trace.ledger.verify import findings
from proof.size import chance, report, size
from web import Client

CLIENTS = Path(__file__).parents[1] / "proof" / "clients.py"
STOCK = 120

Request = tuple[str, str, dict[str, Any]]


def a_token(*roles: str) -> str:
    """key:secret of a new person."""
    user = frappe.get_doc("User", a_user(*roles))
    secret = frappe.generate_hash(length=15)
    user.api_key, user.api_secret = frappe.generate_hash(length=15), secret
    user.save(ignore_permissions=True)
    return f"{user.api_key}:{secret}"


def at_once(served: str, site: str, work: Sequence[tuple[str, list[Request]]]) -> list[list[int]]:
    """The statuses that each client got for its requests; all begin at the same moment."""
    command = [sys.executable, str(CLIENTS), served, site]
    done = subprocess.run(command, input=json.dumps(work), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return json.loads(done.stdout)


def recorded(event: dict[str, Any]) -> Request:
    return ("POST", "/api/method/med_trace.api.ledger.record", {"event": event})


def an_event(kind: str, action: str, lot: str, quantity: int, **more: Any) -> Request:
    row = {"action": action, "lot": lot, "quantity": quantity}
    return recorded({"type": kind, "rows": [row], "reason": "at once", **more})


def assert_sound(*lots: str) -> None:
    """The lots, their events and the audit trail agree."""
    frappe.db.rollback()
    for lot in lots:
        assert balance_of(lot).closes
        assert says(lot).on_hand >= 0
    assert not [finding for finding in findings() if any(lot in str(finding) for lot in lots)]
    orphans = """select e.name from `tabTrace Event` e where 1 <> (select count(*) from `tabAudit Entry` a
        where a.document_type = 'Trace Event' and a.document_name = e.name and a.kind = 'Recorded')"""
    assert frappe.db.sql(orphans) == ()


@pytest.mark.requirement("GATE-1", "TRC-4")
def test_fifty_clients_take_from_one_lot_no_more_than_there_is(
    client: Client, served: str, site: str
) -> None:
    lot, clients, draw = a_lot(quantity=STOCK), size("clients"), chance("clients")
    token = a_token("Supervisor")
    frappe.db.commit()
    work = [
        (token, [an_event("Scrapped", "Scrap", lot, draw.randint(1, 3)) for _ in range(4)])
        for _ in range(clients)
    ]
    answers = at_once(served, site, work)
    frappe.db.rollback()
    taken = sum(
        request[2]["event"]["rows"][0]["quantity"]
        for (_, requests), statuses in zip(work, answers, strict=True)
        for request, status in zip(requests, statuses, strict=True)
        if status == 200
    )
    statuses = Counter(status for each in answers for status in each)
    assert set(statuses) <= {200, 417, 409}
    assert says(lot).on_hand == STOCK - taken
    assert STOCK - 2 <= taken <= STOCK
    assert_sound(lot)
    report("clients", what="take from one lot", clients=clients, requests=4 * clients, done=statuses[200])


@pytest.mark.requirement("GATE-1")
def test_fifty_clients_send_the_same_event_and_it_is_there_once(
    client: Client, served: str, site: str
) -> None:
    lot, clients = a_lot(quantity=STOCK), size("clients")
    token = a_token("Supervisor")
    frappe.db.commit()
    same = an_event("Scrapped", "Scrap", lot, 1, event_id=f"once-{lot}")
    answers = at_once(served, site, [(token, [same])] * clients)
    frappe.db.rollback()
    assert {status for each in answers for status in each} <= {200, 409}
    assert says(lot).on_hand == STOCK - 1
    assert frappe.db.count("Trace Event", {"event_id": f"once-{lot}"}) == 1
    assert_sound(lot)
    report("clients", what="send one event", clients=clients, requests=clients, done=1)


@pytest.mark.requirement("VIEW-2")
def test_fifty_clients_send_what_one_device_kept_and_it_is_done_once(
    client: Client, served: str, site: str
) -> None:
    lot, clients = a_lot(quantity=STOCK), size("clients")
    token = a_token("Supervisor")
    frappe.db.commit()
    kept = {"client_id": f"kept-{lot}", "method": "med_trace.api.lots.scrap"}
    arguments = {"lot": lot, "quantity": 1, "reason": "dropped"}
    same = ("POST", "/api/method/med_trace.api.queue.submit", {**kept, "arguments": arguments})
    answers = at_once(served, site, [(token, [same, same])] * clients)
    frappe.db.rollback()
    assert {status for each in answers for status in each} <= {200, 409}
    assert {each[-1] for each in answers} == {200}
    assert says(lot).on_hand == STOCK - 1
    assert_sound(lot)
    report("clients", what="send what a device kept", clients=clients, requests=2 * clients, done=1)


@pytest.mark.requirement("REL-2", "REL-3")
def test_fifty_clients_sign_one_release_and_the_lot_is_released_once(
    client: Client, served: str, site: str
) -> None:
    lot = a_made_lot(an_item("Finished"), STOCK)
    release = a_lot_release(lot, is_signed=False)
    people = [a_person("Quality") for _ in range(5)]
    frappe.db.commit()
    clients = size("clients")
    work = [(token, [signing(release.name, user)]) for user, token in people * (clients // len(people))]
    answers = at_once(served, site, work)
    frappe.db.rollback()
    statuses = Counter(status for each in answers for status in each)
    assert set(statuses) <= {200, 403, 409, 417}
    events = frappe.get_all("Trace Event Item", {"lot": lot, "action": "Release"}, pluck="parent")
    assert len(events) == 1
    signers = frappe.get_all("Electronic Signature", {"document_name": release.name}, pluck="signer")
    assert len(signers) == len(set(signers)) == statuses[200] >= 1
    assert says(lot).state == "Released"
    assert_sound(lot)
    report("clients", what="sign one release", clients=clients, requests=len(work), done=statuses[200])


def a_person(*roles: str) -> tuple[str, str]:
    """(user, key:secret)"""
    token = a_token(*roles)
    return frappe.db.get_value("User", {"api_key": token.split(":")[0]}), token


def signing(name: str, user: str) -> Request:
    values = {"doctype": "Lot Release", "name": name, "meaning": "Released", "password": PASSWORD}
    return ("POST", "/api/method/med_trace.api.sign.sign", {**values, "user": user})


@pytest.mark.requirement("AUD-1")
def test_fifty_clients_change_one_record_they_have_read_and_one_of_them_does(
    client: Client, served: str, site: str
) -> None:
    lot, clients = a_lot(quantity=STOCK), size("clients")
    token = a_token("Quality", "Supervisor")
    frappe.db.commit()
    read = str(frappe.db.get_value("Material Lot", lot, "modified"))
    address = f"/api/resource/Material Lot/{lot}"
    work = [
        (token, [("PUT", address, {"heat_no": f"H-{number}", "modified": read})]) for number in range(clients)
    ]
    answers = at_once(served, site, work)
    frappe.db.rollback()
    done = [number for number, statuses in enumerate(answers) if statuses == [200]]
    assert len(done) == 1
    assert frappe.db.get_value("Material Lot", lot, "heat_no") == f"H-{done[0]}"
    assert {status for each in answers for status in each} <= {200, 409, 417}
    report("clients", what="change one record they have read", clients=clients, requests=clients, done=1)


@pytest.mark.requirement("AUD-3")
def test_fifty_clients_write_while_blocks_are_sealed_and_no_entry_is_left_out(
    client: Client, served: str, site: str
) -> None:
    from med_trace.ledger.audit.sealing import seal_now

    lots, clients = [a_lot(quantity=STOCK) for _ in range(3)], size("clients")
    token = a_token("Supervisor")
    frappe.db.commit()
    work = [
        (token, [an_event("Moved", "Move", lots[number % 3], 1) for _ in range(4)])
        for number in range(clients)
    ]
    before = frappe.db.sql("select coalesce(max(number), 0) from `tabAudit Seal`")[0][0]
    answers = sealing_meanwhile(lambda: at_once(served, site, work), seal_now)
    assert {status for each in answers for status in each} == {200}
    seals = frappe.db.sql("select number, entries from `tabAudit Seal` order by number")
    assert [number for number, _ in seals] == list(range(1, len(seals) + 1))
    sealed = [name for _, entries in seals for name in (entries or "").split("\n")]
    everything = frappe.db.sql("select name from `tabAudit Entry`", pluck=True)
    assert len(sealed) == len(set(sealed)) and set(sealed) == set(everything)
    assert len(seals) >= before + 2
    assert_sound(*lots)
    report(
        "clients",
        what="write while blocks are sealed (done: the seals)",
        clients=clients,
        requests=4 * clients,
        done=len(seals) - before,
    )


def sealing_meanwhile(work: Any, seal_now: Any) -> Any:
    """Does the work in a thread; this one seals until it is done, and once more."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        while not running.done():
            _sealed(seal_now)
            time.sleep(0.05)
        _sealed(seal_now)
        return running.result()


def _sealed(seal_now: Any) -> None:
    frappe.db.rollback()
    seal_now()
    frappe.db.commit()
