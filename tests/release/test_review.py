"""Review by exception: what deviated comes first with its reason, the rest is folded and counted."""

from typing import Any

import pytest

import frappe
from builders import (
    PASSWORD,
    a_lot_release,
    a_made_lot,
    a_plan,
    a_process_record,
    a_routing,
    a_started_lot,
    a_user,
    an_accepted_lot,
    an_inspection,
    an_item,
    as_user,
    sign,
)
from frappe.utils import add_to_date, now_datetime
from med_trace.api.release import prepare, review, waiting
from med_trace.domain.errors import NotFound
from med_trace.ledger.service import hold, lift_hold
from med_trace.nonconformance import service as ncr_service
from web import Client

TEMPERATURE = {
    "parameter": "Temperature",
    "uom": "C",
    "target": "200",
    "critical": 1,
    "lower_limit": "180",
    "lower_warning": "190",
    "upper_warning": "210",
    "upper_limit": "220",
}


def kinds(lot: str) -> dict[str, dict[str, Any]]:
    """The last deviation of each kind."""
    return {one["kind"]: one for one in review(lot)["deviations"]}


@pytest.fixture
def item(site: str) -> str:
    code = an_item("Finished")
    a_routing(code, ["Moulding"], [TEMPERATURE])
    return code


def moulded(lot: str, value: float = 200, **fields: Any) -> Any:
    return a_process_record(lot, parameters=[{"parameter": "Temperature", "value": value}], **fields)


@pytest.mark.requirement("REL-4")
def test_a_lot_without_deviations_shows_none_and_folds_what_was_checked(site: str) -> None:
    raw = an_accepted_lot()
    lot = a_made_lot(used=[raw])
    found = review(lot)
    assert (found["lot"], found["state"], found["release"]) == (lot, "Awaiting Release", None)
    assert found["deviations"] == [] and found["blockers"] == []
    groups = {one["group"]: one for one in found["checked"]}
    assert [one["name"] for one in groups["materials"]["items"]] == [raw]
    assert groups["quantities"]["count"] == 1
    assert all(one["count"] == len(one["items"]) for one in found["checked"])


@pytest.mark.requirement("REL-4")
def test_a_reading_outside_its_warning_limits_is_named(item: str) -> None:
    lot = a_started_lot(item)
    record = moulded(lot, 215, remarks="Chiller was low")
    warned = kinds(lot)["Warning limit"]
    assert (warned["doctype"], warned["name"], warned["severity"]) == ("Process Record", record.name, "major")
    assert "Temperature" in warned["message"] and "215" in warned["message"]
    assert warned["reason"] == "Chiller was low"
    assert "parameters" not in {one["group"] for one in review(lot)["checked"] if one["count"]}


@pytest.mark.requirement("REL-4")
def test_a_closed_ncr_with_its_concession_stays_visible(item: str) -> None:
    lot = a_started_lot(item)
    moulded(lot)
    name = ncr_service.open_ncr("Scratch on the housing", [lot], severity="Critical")
    ncr_service.evaluate(name, "Cosmetic, outside the seal")
    approver = a_user("Quality")
    quantity = float(frappe.db.get_value("Material Lot", lot, "on_hand"))
    decision = {
        "lot": lot,
        "disposition": "Use As Is",
        "quantity": quantity,
        "approver": approver,
        "justification": "No risk to the patient",
    }
    ncr_service.propose(name, [decision])
    sign(frappe.get_doc("NCR", name), "Disposition Approved", approver)
    ncr_service.disposition(name)
    ncr_service.close(name)
    found = kinds(lot)
    assert (found["NCR"]["severity"], found["NCR"]["reason"]) == ("critical", "Cosmetic, outside the seal")
    assert found["Concession"]["reason"] == "No risk to the patient"
    assert approver in found["Concession"]["message"]
    assert review(lot)["deviations"][0]["severity"] == "critical"


@pytest.mark.requirement("REL-4")
def test_a_failed_inspection_and_a_lifted_hold_stay_visible(item: str) -> None:
    plan = a_plan(item, stage="Final", characteristics=[{"characteristic": "Look", "kind": "Attribute"}])
    lot = a_started_lot(item)
    moulded(lot)
    source = ("Material Lot", lot)
    hold([lot], "A door stood open", source=source)
    lift_hold(lot, source, "Particles counted")
    record = an_inspection(lot, plan, [{"characteristic": "Look", "sample_no": 1, "attribute": "Fail"}])
    found = kinds(lot)
    assert (found["Failed inspection"]["name"], "Look" in found["Failed inspection"]["message"]) == (
        record.name,
        True,
    )
    assert found["Hold"]["reason"] == "A door stood open"


@pytest.mark.requirement("REL-4")
def test_a_record_entered_days_after_the_work_is_back_dated(item: str) -> None:
    lot = a_started_lot(item)
    begun = add_to_date(now_datetime(), days=-3)
    record = moulded(lot, started_at=begun, finished_at=add_to_date(begun, hours=1))
    assert kinds(lot)["Back-dated"]["name"] == record.name


@pytest.mark.requirement("REL-4", "AUD-1")
def test_a_value_that_was_changed_after_it_was_entered_is_shown_with_both(item: str) -> None:
    lot = a_started_lot(item)
    record = moulded(lot, 201, is_submitted=False)
    record.reload()
    record.parameters[0].value = 204
    record.change_reason = "Misread the display"
    record.save()
    changed = kinds(lot)["Changed value"]
    assert "201" in changed["message"] and "204" in changed["message"]
    assert (changed["name"], changed["reason"]) == (record.name, "Misread the display")


@pytest.mark.requirement("REL-4", "SIG-3")
def test_a_broken_approval_is_critical(item: str) -> None:
    lot = a_started_lot(item)
    moulded(lot)
    routing = frappe.db.get_value("Material Lot", lot, "routing")
    frappe.db.set_value("Process Routing", routing, "routing_name", "Something else")
    broken = review(lot)["deviations"][0]
    assert (broken["kind"], broken["severity"], broken["name"]) == ("Broken signature", "critical", routing)


@pytest.mark.requirement("REL-5")
def test_a_revoked_release_is_remembered(site: str) -> None:
    lot = a_made_lot()
    release = a_lot_release(lot)
    sign(release, "Release Revoked", reason="Endotoxins")
    assert kinds(lot)["Revoked release"]["reason"] == "Endotoxins"


@pytest.mark.requirement("REL-2", "REL-3")
def test_what_waits_is_prepared_once_and_released_by_its_signatures(client: Client) -> None:
    lot, first, second = a_made_lot(mt_release_signatures=2), a_user("Quality"), a_user("Quality")
    frappe.db.commit()
    client.login(first, PASSWORD)
    api = "/api/method/med_trace.api.release."

    def waits() -> dict[str, Any]:
        count = client.get(api + "waiting").message["count"]
        return next(
            one for one in client.get(api + "waiting", start=count - 1).message["lots"] if one["lot"] == lot
        )

    row = waits()
    assert (row["release"], row["signatures_needed"], row["blockers"]) == (None, 2, 0)
    name = client.call("med_trace.api.release.prepare", lot=lot).message
    assert client.call("med_trace.api.release.prepare", lot=lot).message == name

    def signed(user: str) -> int:
        values = {"doctype": "Lot Release", "name": name, "meaning": "Released", "password": PASSWORD}
        return client.call("med_trace.api.sign.sign", **values, user=user).status

    assert client.get(api + "review", lot=lot).message["may_sign"] is True
    assert signed(first) == 200
    found = client.get(api + "review", lot=lot).message
    assert (found["given"], found["needed"], found["may_sign"]) == (1, 2, False)
    row = waits()
    assert (row["signatures_given"], row["signed_by_me"]) == (1, True)
    client.login(second, PASSWORD)
    assert signed(second) == 200
    found = client.get(api + "review", lot=lot).message
    assert (found["release_state"], found["state"]) == ("Released", "Released")
    assert [one["valid"] for one in found["signatures"]] == [True, True]


@pytest.mark.requirement("OPS-3")
def test_who_may_not_read_or_write_releases_is_refused(site: str) -> None:
    lot = a_made_lot()
    with as_user(a_user("Machine")), pytest.raises(frappe.PermissionError):
        review(lot)
    with as_user(a_user("Auditor")):
        assert review(lot)["may_sign"] is False
        with pytest.raises(frappe.PermissionError):
            prepare(lot)
    with as_user(a_user("Quality")), pytest.raises(NotFound):
        review("NO-SUCH")
    assert lot in {row["lot"] for row in waiting(waiting()["count"] - 1)["lots"]}


@pytest.mark.requirement("REL-2", "VIEW-2")
def test_what_waits_comes_a_page_at_a_time_each_lot_once(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = waiting()["count"]
    lots = [a_made_lot(), a_made_lot(), a_made_lot()]
    monkeypatch.setattr("med_trace.api.release.PAGE", 2)
    pages = [waiting(start) for start in (before, before + 2)]
    assert [[row["lot"] for row in page["lots"]] for page in pages] == [lots[:2], lots[2:]]
    assert {page["count"] for page in pages} == {before + 3}
