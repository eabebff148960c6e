"""Recording by external systems: typed, permitted, idempotent; a mistake names itself and writes nothing."""

from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_customer, a_user, as_user
from lots import a_lot, says
from med_trace.api.ledger import RECORDED_BY, record
from med_trace.domain import errors
from med_trace.domain.event import EventType
from med_trace.domain.states import State
from web import Client

METHOD = "med_trace.api.ledger.record"


def a_shipment(lot: str, quantity: Any = 1, **more: Any) -> dict[str, Any]:
    return {"type": "Shipped", "consignee": a_customer(), "rows": of(lot, quantity), **more}


def of(lot: str, quantity: Any = 1) -> list[dict[str, Any]]:
    return [{"action": "Ship", "lot": lot, "quantity": quantity}]


def test_another_system_records_and_repeats_itself_without_harm(site: str) -> None:
    lot = a_lot(quantity=10)
    shipment = a_shipment(lot, 3, event_id=f"mes-{lot}")
    with as_user(a_user("Warehouse")):
        name = record(shipment)
        assert record(frappe.as_json(shipment)) == name
        with pytest.raises(errors.DuplicateEvent):
            record({**shipment, "reason": "Again"})
    assert says(lot).on_hand == 7


@pytest.mark.parametrize("role", ["Auditor", "Administrator", "Machine"])
def test_who_only_reads_does_not_record(site: str, role: str) -> None:
    shipment = a_shipment(a_lot())
    with as_user(a_user(f"Trace {role}")), pytest.raises(frappe.PermissionError):
        record(shipment)


def test_an_operator_does_not_ship(site: str) -> None:
    shipment = a_shipment(a_lot())
    with as_user(a_user("Operator")), pytest.raises(frappe.PermissionError):
        record(shipment)


@pytest.mark.requirement("GATE-1", "REL-1")
@pytest.mark.parametrize(
    "kind",
    [
        "Released",
        "Accepted",
        "Release Revoked",
        "Rejected",
        "Hold Lifted",
        "Recalled",
        "Recall Lifted",
        "Finished",
    ],
)
def test_what_follows_from_a_document_or_a_signature_is_not_recorded_here(site: str, kind: str) -> None:
    assert EventType(kind) not in RECORDED_BY
    lot = a_lot(State.AWAITING_RELEASE)
    with as_user(a_user("Quality", "Supervisor")), pytest.raises(errors.BadInput, match=kind):
        record({"type": kind, "rows": [{"action": "Release", "lot": lot}]})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "Teleported"}, "type: 'Teleported'"),
        ({"type": None}, "type"),
        ({"rows": []}, "at least one row"),
        ({"rows": "nonsense"}, "rows: not valid JSON"),
        ({"rows": [7]}, r"rows\[0\]: 7 is not an object"),
        ({"rows": [{"action": "Fly", "lot": "L"}]}, r"rows\[0\].action: 'Fly'"),
        ({"rows": [{"action": "Ship", "lot": ""}]}, r"rows\[0\].lot"),
        ({"rows": [{"action": "Ship", "lot": "L", "quantity": "many"}]}, r"rows\[0\].quantity: 'many'"),
        ({"rows": [{"action": "Ship", "lot": "L", "quantity": {"a": 1}}]}, r"rows\[0\].quantity"),
        ({"rows": [{"action": "Ship", "lot": "L", "quantity": -4}]}, "more than 0"),
        ({"rows": [{"action": "Ship", "lot": "L", "quantity": 1, "equipment": "NO-SUCH"}]}, "NO-SUCH"),
        ({"rows": [{"action": "Ship", "lot": "L", "quantity": 1, "colour": "red"}]}, "colour is not known"),
        ({"time": "yesterday-ish"}, "time: 'yesterday-ish'"),
        ({"time": 5}, "time: 5"),
        ({"consignee": "NO-SUCH"}, "consignee: Customer 'NO-SUCH'"),
        ({"consignee": ["a"]}, "consignee"),
        ({"reverses": "x"}, "reverses is not known"),
        ({"event_id": "x" * 200}, "event_id: 200 characters"),
    ],
)
def test_a_mistake_names_the_field_the_value_and_what_is_expected(
    site: str, change: dict, words: str
) -> None:
    stated = {**a_shipment("L"), **change}
    with as_user(a_user("Warehouse")), pytest.raises(errors.BadInput, match=words) as refused:
        record(stated)
    assert refused.value.http_status_code == 417


@pytest.mark.parametrize("event", ["[]", "nonsense", 5, None, ""])
def test_an_event_is_an_object(site: str, event: Any) -> None:
    with as_user(a_user("Warehouse")), pytest.raises((errors.BadInput, TypeError), match="event"):
        record(event)


def test_over_http_every_refusal_is_a_4xx_with_its_reason(client: Client) -> None:
    machine, auditor = a_user("Warehouse"), a_user("Auditor")
    lot, stopped = a_lot(quantity=5), a_lot(State.ON_HOLD)
    shipment = a_shipment(lot, 2, event_id=f"mes-{lot}")
    frappe.db.commit()
    client.login(machine, PASSWORD)

    recorded = client.call(METHOD, event=shipment)
    assert recorded.status == 200 and recorded.message
    assert client.call(METHOD, event=shipment).message == recorded.message

    conflict = client.call(METHOD, event={**shipment, "reason": "Again"})
    assert conflict.status == 409 and conflict.json["exc_type"] == "DuplicateEvent"
    refused = client.call(
        METHOD, event={"type": "Shipped", "consignee": shipment["consignee"], "rows": of(stopped)}
    )
    assert refused.status == 417 and refused.json["exc_type"] == "OnHold" and stopped in refused.words
    assert client.call(METHOD, event={**shipment, "event_id": None, "rows": of("NO-SUCH")}).status == 404
    assert client.call(METHOD, event={**shipment, "rows": of(lot, "many")}).status == 417
    assert client.call(METHOD, event="nonsense").status == 417

    frappe.db.rollback()
    assert says(lot).on_hand == 3
    assert client.login(auditor, PASSWORD).call(METHOD, event=shipment).status == 403
    assert Client(client.address.geturl(), client.site).call(METHOD, event=shipment).status == 403
