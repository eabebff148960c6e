"""A machine posts readings for its own equipment, from a registered device, and does nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

import frappe
from builders import (
    PASSWORD,
    a_process_record,
    a_routing,
    a_started_lot,
    a_tool,
    a_user,
    a_workstation,
    an_item,
    as_user,
    insert,
    unique,
)
from lots import a_lot
from med_trace.api.machine import open_records, post_readings
from med_trace.domain.errors import BadInput, NotFound
from med_trace.qualification.devices import DeviceRefused
from med_trace.qualification.doctype.registered_device.registered_device import DeviceStays
from web import Client

SPEED = {
    "parameter": "Spindle speed",
    "uom": "1/min",
    "lower_limit": "100",
    "lower_warning": "150",
    "upper_warning": "250",
    "upper_limit": "300",
}


@pytest.fixture
def record(site: str) -> Any:
    """An open record on a machine."""
    item = an_item("Finished")
    a_routing(item, ["Turning"], [SPEED])
    return a_process_record(a_started_lot(item), is_submitted=False, equipment=a_workstation())


def a_machine(workstation: str | None, **values: Any) -> Any:
    user = a_user("Machine")
    given = {
        "device_id": unique("DEV"),
        "device_name": "Lathe",
        "kind": "Machine",
        "workstation": workstation,
    }
    return insert("Registered Device", **{**given, "user": user, **values})


def posted(device: Any, record: Any, value: Any = 200, **more: Any) -> Any:
    with as_user(device.user):
        return post_readings(
            device.name, record.name, [{"parameter": "Spindle speed", "value": value}], **more
        )


def reading(record: Any) -> Any:
    return frappe.get_doc("Process Record", record.name).parameters[0]


@pytest.mark.requirement("OPS-3", "PROD-5")
def test_a_registered_machine_posts_readings_and_learns_how_they_are_judged(record: Any) -> None:
    device = a_machine(record.equipment)
    with as_user(device.user):
        [found] = open_records(device.name)
    assert (found["name"], found["parameters"][0]["parameter"]) == (record.name, "Spindle speed")
    assert posted(device, record) == [{"parameter": "Spindle speed", "judgement": "OK"}]
    assert posted(device, record, 260)[0]["judgement"] == "Warning"
    assert (reading(record).value, bool(reading(record).recorded_at)) == (260, True)
    span = [{"parameter": "Spindle speed", "minimum": 120, "maximum": 310, "at": "2026-11-22T08:00:00Z"}]
    with as_user(device.user):
        assert post_readings(device.name, record.name, span)[0]["judgement"] == "Out Of Specification"


@pytest.mark.requirement("PROD-5")
def test_a_series_is_kept_with_its_hash(record: Any) -> None:
    device = a_machine(record.equipment)
    series = [{"parameter": "Spindle speed", "file_name": "turning.csv", "content": "0,200\n1,201\n"}]
    posted(device, record, series=series)
    row = reading(record)
    assert row.series_file.startswith("/private/files/turning") and row.series_hash.startswith("sha256:")


@pytest.mark.requirement("OPS-3")
@pytest.mark.parametrize(
    "wrong", ["withdrawn", "other user", "other equipment", "unknown", "finished", "a scanner"]
)
def test_nothing_else_is_taken(record: Any, wrong: str) -> None:
    elsewhere = a_workstation() if wrong == "other equipment" else record.equipment
    device = a_machine(elsewhere, kind="Scanner" if wrong == "a scanner" else "Machine")
    if wrong == "withdrawn":
        device.update({"status": "Withdrawn", "change_reason": "Sold"}).save()
    if wrong == "finished":
        posted(device, record)
        frappe.get_doc("Process Record", record.name).submit()
    user = a_user("Machine") if wrong == "other user" else device.user
    name = "NO-SUCH" if wrong == "unknown" else device.name
    with as_user(user), pytest.raises(DeviceRefused):
        post_readings(name, record.name, [{"parameter": "Spindle speed", "value": 1}])


def test_a_mistake_names_itself_and_writes_nothing(record: Any) -> None:
    device = a_machine(record.equipment)
    good = {"parameter": "Spindle speed", "value": 200}
    with as_user(device.user):
        for readings, words in (
            ([good, {"parameter": "Colour", "value": 1}], "Colour"),
            ([good, {"parameter": "Spindle speed"}], "no value"),
            ([good, {"parameter": "Spindle speed", "value": "fast"}], "fast"),
        ):
            with pytest.raises(BadInput, match=words):
                post_readings(device.name, record.name, readings)
        with pytest.raises(NotFound):
            post_readings(device.name, "NO-SUCH", [good])
    assert not reading(record).recorded_at


@pytest.mark.requirement("OPS-3")
def test_people_do_not_post_as_machines(record: Any) -> None:
    device = a_machine(record.equipment)
    with as_user(a_user("Operator")), pytest.raises(frappe.PermissionError):
        post_readings(device.name, record.name, [])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"workstation": None}, "Workstation"),
        ({"user": None}, "Trace Machine"),
        ({"user": "Administrator", "workstation": "W"}, "Trace Machine"),
        ({"address": "next door"}, "network address"),
    ],
)
def test_a_device_is_registered_whole(record: Any, values: dict, words: str) -> None:
    if values.get("user") == "Administrator":
        values = {"user": a_user("Operator"), "workstation": record.equipment}
    with pytest.raises(BadInput, match=words):
        a_machine(values.pop("workstation", record.equipment), **values)


def test_a_device_is_never_deleted_and_says_who_registered_it(record: Any) -> None:
    device = a_machine(None, gauge=a_tool("Gauge"))
    assert (device.registered_by, bool(device.registered_on)) == (frappe.session.user, True)
    with pytest.raises(DeviceStays):
        device.delete()


# -- terminals --------------------------------------------------------------------


@pytest.fixture
def only_registered_terminals(client: Client) -> Iterator[None]:
    def put(required: int) -> None:
        settings = frappe.get_single("Trace Settings")
        settings.require_registered_terminals, settings.change_reason = required, "Line 2 has terminals"
        settings.save()
        frappe.db.commit()

    put(1)
    yield
    frappe.db.rollback()
    put(0)


@pytest.mark.requirement("OPS-3")
def test_where_the_site_asks_for_it_entries_come_from_registered_terminals(
    client: Client, only_registered_terminals: None
) -> None:
    operator, lot = a_user("Operator"), a_lot(quantity=5)
    terminal = insert("Registered Device", device_id=unique("TERM"), device_name="Bench 4", kind="Terminal")
    elsewhere = insert(
        "Registered Device",
        device_id=unique("TERM"),
        device_name="Bench 5",
        kind="Terminal",
        address="10.9.9.9",
    )
    frappe.db.commit()
    client.login(operator, PASSWORD)
    event = {"type": "Sampled", "reason": "x", "rows": [{"action": "Sample", "lot": lot, "quantity": 1}]}

    def recorded(device: str | None) -> int:
        client.headers.pop("X-Terminal", None)
        client.headers.update({"X-Terminal": device} if device else {})
        return client.call("med_trace.api.ledger.record", event=event).status

    assert [recorded(None), recorded("NO-SUCH"), recorded(elsewhere.name)] == [403, 403, 403]
    assert recorded(terminal.name) == 200
