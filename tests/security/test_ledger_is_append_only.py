"""What was recorded is neither changed nor deleted: by SQL, by the ORM, over REST, by an import."""

import pytest

import frappe
from builders import PASSWORD, a_user, a_warehouse, as_user
from lots import a_lot, event, row, says
from med_trace.domain.errors import LedgerIsAppendOnly
from med_trace.domain.event import Action, EventType
from med_trace.domain.states import State
from med_trace.ledger import append_only
from med_trace.ledger.service import record
from web import Client

pytestmark = pytest.mark.requirement("AUD-2")


@pytest.fixture
def shipped(site: str) -> str:
    return record(event(EventType.SHIPPED, row(Action.SHIP, a_lot(), 1)))


@pytest.mark.parametrize(
    "statement",
    [
        "delete from `tabTrace Event` where name = %(name)s",
        "delete from `tabTrace Event Item` where parent = %(name)s",
        "update `tabTrace Event` set event_time = '2020-01-01' where name = %(name)s",
        "update `tabTrace Event` set reason = 'better' where name = %(name)s",
        "update `tabTrace Event` set owner = 'Guest' where name = %(name)s",
        "update `tabTrace Event Item` set quantity = 100 where parent = %(name)s",
        "update `tabTrace Event Item` set lot = 'ANOTHER' where parent = %(name)s",
        "update `tabTrace Event Item` set serial_unit = 'X' where parent = %(name)s",
        "update `tabTrace Event Item` set parent = 'X' where parent = %(name)s",
        "update `tabTrace Event` set name = 'X' where name = %(name)s",
        "replace into `tabTrace Event` (name, reason) values (%(name)s, 'better')",
        "replace into `tabTrace Event` (name, event_id) values ('X', %(name)s)",
        "replace into `tabTrace Event Item` (name) select name from `tabTrace Event Item` where parent = %(name)s",
    ],
)
def test_the_database_refuses_to_change_or_delete_events(shipped: str, statement: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        frappe.db.sql(statement, {"name": shipped})


def test_the_database_refuses_to_change_or_delete_signatures(site: str) -> None:
    frappe.db.bulk_insert(
        "Electronic Signature",
        ["name", "document_type", "document_name", "meaning", "signer"],
        [("T-SIGNATURE", "Lot Release", "LR-1", "Released", "Administrator")],
    )
    for statement in (
        "update `tabElectronic Signature` set meaning = 'Other' where name = 'T-SIGNATURE'",
        "delete from `tabElectronic Signature` where name = 'T-SIGNATURE'",
    ):
        with pytest.raises(Exception, match="append-only"):
            frappe.db.sql(statement)


def test_what_frappe_keeps_beside_a_record_may_change(shipped: str) -> None:
    frappe.db.sql("update `tabTrace Event` set _user_tags = 'seen' where name = %s", shipped)
    assert frappe.db.get_value("Trace Event", shipped, "_user_tags") == "seen"


def test_nothing_of_the_protection_is_missing(site: str) -> None:
    assert append_only.missing() == []


def test_the_orm_refuses_every_way_of_changing_an_event(shipped: str) -> None:
    stored = frappe.get_doc("Trace Event", shipped)
    stored.reason = "better"
    attempts = [
        stored.save,
        lambda: stored.save(ignore_permissions=True),
        stored.db_update,
        stored.submit,
        stored.delete,
        lambda: stored.db_set("reason", "better"),
        lambda: stored.items[0].db_set("quantity", 9),
        lambda: frappe.delete_doc("Trace Event", shipped, force=True, ignore_permissions=True),
        lambda: frappe.db.set_value("Trace Event", shipped, "reason", "better"),
        lambda: frappe.db.delete("Trace Event Item", {"parent": shipped}),
        lambda: frappe.rename_doc("Trace Event", shipped, "X", force=True),
    ]
    for attempt in attempts:
        with pytest.raises(Exception):  # noqa: B017 - which one depends on the layer that stops it first
            attempt()
    assert frappe.db.get_value("Trace Event", shipped, "reason") is None


@pytest.mark.parametrize("doctype", ["Trace Event", "Electronic Signature"])
def test_events_and_signatures_are_not_inserted_past_the_ledger(site: str, doctype: str) -> None:
    forged = {
        "Trace Event": {
            "event_type": "Released",
            "event_time": "2026-01-01",
            "items": [{"action": "Release", "lot": a_lot(State.AWAITING_RELEASE)}],
        },
        "Electronic Signature": {
            "document_type": "Lot Release",
            "document_name": "LR-1",
            "meaning": "Released",
            "signer": "Administrator",
            "printed_name": "A",
            "signed_at": "2026-01-01",
        },
    }
    with pytest.raises(LedgerIsAppendOnly):
        frappe.get_doc({"doctype": doctype, **forged[doctype]}).insert(ignore_permissions=True)


@pytest.mark.parametrize(("field", "value"), [("state", "Released"), ("on_hand", 1000), ("blocked", 0.5)])
def test_a_lot_is_not_written_past_the_ledger(site: str, field: str, value: object) -> None:
    lot = frappe.get_doc("Material Lot", a_lot(State.QUARANTINE))
    lot.set(field, value)
    with pytest.raises(LedgerIsAppendOnly, match=field):
        lot.save(ignore_permissions=True)


def test_a_new_lot_cannot_bring_a_state_or_a_quantity_of_its_own(site: str) -> None:
    item = frappe.db.get_value("Material Lot", a_lot(), "item_code")
    forged = frappe.get_doc({"doctype": "Material Lot", "item_code": item, "state": "Released", "on_hand": 5})
    assert not says(forged.insert().name).state
    assert says(forged.name).on_hand == 0


def test_a_lot_with_a_history_is_not_deleted_and_keeps_item_kind_and_unit(site: str) -> None:
    lot = frappe.get_doc("Material Lot", a_lot())
    with pytest.raises(frappe.ValidationError):
        frappe.delete_doc("Material Lot", lot.name, force=True)
    lot.kind = "Finished"
    with pytest.raises(LedgerIsAppendOnly, match="kind"):
        lot.save()


def test_other_fields_of_a_lot_can_be_corrected(site: str) -> None:
    lot = frappe.get_doc("Material Lot", a_lot())
    lot.heat_no = "H-77"
    lot.save()
    assert frappe.db.get_value("Material Lot", lot.name, "heat_no") == "H-77"


def test_a_master_named_in_the_ledger_keeps_its_name(site: str) -> None:
    warehouse = a_warehouse("Shelf")
    record(event(EventType.MOVED, row(Action.MOVE, a_lot(), 1), location=warehouse))
    with pytest.raises(LedgerIsAppendOnly, match="keeps its name"):
        frappe.rename_doc("Warehouse", warehouse, "Another Name", force=True)


def test_rest_refuses_to_create_change_or_delete_events(client: Client, shipped: str) -> None:
    user = a_user("Trace Supervisor", "Trace Quality", "System Manager")
    lot = a_lot()
    frappe.db.commit()
    client.login(user, PASSWORD)
    address = f"/api/resource/Trace Event/{shipped}"
    forged = {
        "event_type": "Released",
        "event_time": "2026-01-01",
        "items": [{"action": "Release", "lot": lot}],
    }
    answers = [
        client.delete(address),
        client.put(address, reason="better"),
        client.post("/api/resource/Trace Event", **forged),
        client.put(f"/api/resource/Material Lot/{lot}", state="Rejected"),
        client.delete(f"/api/resource/Material Lot/{lot}"),
        client.call(
            "frappe.client.set_value", doctype="Material Lot", name=lot, fieldname="on_hand", value=99
        ),
    ]
    assert [answer.status for answer in answers if not 400 <= answer.status < 500] == []
    frappe.db.rollback()
    assert frappe.db.exists("Trace Event", shipped)
    assert (says(lot).state, says(lot).on_hand) == ("Released", 10)


def test_whoever_may_write_lots_may_not_write_states(site: str) -> None:
    lot = a_lot(State.ON_HOLD)
    with as_user(a_user("Trace Quality")):
        stored = frappe.get_doc("Material Lot", lot)
        stored.state = "Released"
        with pytest.raises(LedgerIsAppendOnly):
            stored.save()
