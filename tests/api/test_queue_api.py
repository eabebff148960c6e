"""What a device sends after a lost connection: carried out once, refused with the reason, never dropped."""

from __future__ import annotations

from typing import Any

import pytest

import builders as a
import frappe
from med_trace.api import queue, work
from med_trace.domain.errors import NotEnough, TraceError
from med_trace.ledger.device_entries import EntryIdTaken, WasDiscarded

pytestmark = pytest.mark.usefixtures("site")

SCRAP = "med_trace.api.lots.scrap"


def scrap(lot: str, quantity: float, client_id: str = "entry-0001", **more: Any) -> dict[str, Any]:
    arguments = {"lot": lot, "quantity": quantity, "reason": "dropped"}
    return queue.submit(client_id, SCRAP, arguments, **more)


@pytest.fixture
def operator() -> Any:
    with a.as_user(a.a_user("Operator", "Supervisor", "Stock User")):
        yield


@pytest.mark.requirement("VIEW-2")
def test_an_entry_that_arrives_twice_is_carried_out_once(operator: None) -> None:
    with a.as_user("Administrator"):
        lot = a.an_accepted_lot(qty=10)
    first = scrap(lot, 2, entered_at="2026-01-31T10:00:00+01:00", title="Scrap 2")
    second = scrap(lot, 2, entered_at="2026-01-31T10:00:00+01:00", title="Scrap 2")
    assert a.on_hand(lot) == 8
    assert first["result"] == second["result"]
    assert (first["repeated"], second["repeated"]) == (False, True)
    assert frappe.db.get_value("Device Entry", "entry-0001", ["outcome", "title"]) == ("Done", "Scrap 2")


@pytest.mark.requirement("VIEW-2")
def test_another_content_or_another_person_under_the_same_id_is_refused() -> None:
    lot = a.an_accepted_lot(qty=10)
    scrap(lot, 2)
    with pytest.raises(EntryIdTaken):
        scrap(lot, 3)
    with a.as_user(a.a_user("Operator", "Supervisor")), pytest.raises(EntryIdTaken):
        scrap(lot, 2)
    assert a.on_hand(lot) == 8


@pytest.mark.requirement("VIEW-2", "GATE-1")
def test_a_refused_entry_leaves_nothing_and_can_be_sent_again_when_the_cause_is_gone() -> None:
    lot = a.an_accepted_lot(qty=1)
    frappe.db.savepoint("sent")
    with pytest.raises(NotEnough):
        scrap(lot, 2)
    frappe.db.rollback(save_point="sent")
    assert not frappe.db.exists("Device Entry", "entry-0001")
    assert scrap(lot, 1)["repeated"] is False


@pytest.mark.requirement("VIEW-2")
def test_what_is_given_up_stays_on_file_with_its_reason() -> None:
    lot = a.an_accepted_lot(qty=1)
    arguments = {"lot": lot, "quantity": 2, "reason": "dropped"}
    given_up = queue.discard("entry-0002", SCRAP, arguments, "counted wrongly", "there is only 1")
    assert given_up["outcome"] == "Discarded"
    entry = frappe.get_doc("Device Entry", "entry-0002")
    assert (entry.reason, entry.refusal) == ("counted wrongly", "there is only 1")
    assert lot in entry.content
    with pytest.raises(WasDiscarded, match="counted wrongly"):
        queue.submit("entry-0002", SCRAP, arguments)


def test_what_was_carried_out_after_all_cannot_be_given_up() -> None:
    lot = a.an_accepted_lot(qty=10)
    scrap(lot, 2)
    arguments = {"lot": lot, "quantity": 2, "reason": "dropped"}
    assert queue.discard("entry-0001", SCRAP, arguments, "never mind")["outcome"] == "Done"
    assert a.on_hand(lot) == 8


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (("entry-0003", "frappe.client.delete", {"doctype": "User"}), "not kept on devices"),
        (("short", SCRAP, {}), "client_id"),
        (("entry-0003", SCRAP, {"cmd": "x"}), "cmd is not known"),
        (("entry-0003", SCRAP, "[1]"), "an object"),
    ],
)
def test_what_devices_do_not_keep_is_refused(sent: tuple[Any, ...], words: str) -> None:
    with pytest.raises(TraceError, match=words):
        queue.submit(*sent)


@pytest.mark.requirement("OPS-3")
def test_an_entry_asks_for_the_permission_of_what_it_does() -> None:
    record = a.a_process_record(_a_lot(), is_submitted=False).name
    change = [{"place": "remarks", "was": None, "now": "mine"}]
    with a.as_user(a.a_user("Warehouse")), pytest.raises(frappe.PermissionError):
        queue.submit("entry-0004", "med_trace.api.work.save", {"record": record, "changes": change})
    done = queue.submit("entry-0004", "med_trace.api.work.save", {"record": record, "changes": change})
    assert done["result"]["remarks"] == work.record(record)["remarks"] == "mine"


@pytest.mark.requirement("AUD-2")
def test_the_register_is_never_changed() -> None:
    lot = a.an_accepted_lot(qty=10)
    scrap(lot, 2)
    entry = frappe.get_doc("Device Entry", "entry-0001")
    entry.title = "other"
    with pytest.raises(TraceError):
        entry.save()
    with pytest.raises(TraceError):
        frappe.delete_doc("Device Entry", "entry-0001")
    with pytest.raises(TraceError):
        a.insert("Device Entry", client_id="entry-0005", method="x", user="Administrator", outcome="Done")


def _a_lot() -> str:
    item = a.an_item("Finished")
    a.a_routing(item, ["Turning"])
    return a.a_started_lot(item)
