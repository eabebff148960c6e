"""Signing over HTTP: user id and password are asked again on the server, a mistake is a 4xx and signs nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_qualification, a_supplier, a_user
from frappe.model.document import Document
from med_trace.ledger.signing import signatures_of
from web import Client

SIGN = "med_trace.api.sign.sign"
STATUS = "/api/method/med_trace.api.sign.status"


@pytest.fixture
def to_sign(site: str) -> str:
    rule = {"document_type": "Qualification", "meaning": "Read", "role": "Trace Quality", "count": 1}
    if not frappe.db.exists("Signature Rule", "Qualification: Read"):
        frappe.get_doc({"doctype": "Signature Rule", **rule}).insert()
    return a_record().name


def a_record() -> Document:
    return a_qualification("Supplier", a_supplier(is_approved=False), "Supplier Approval")


@pytest.mark.requirement("SIG-1", "SIG-2")
def test_signing_over_http(client: Client, to_sign: str) -> None:
    signer, operator = a_user("Quality"), a_user("Operator")
    frappe.db.commit()

    def sign(**changed: Any) -> Any:
        given = {"doctype": "Qualification", "name": to_sign, "meaning": "Read", "password": PASSWORD}
        return client.call(SIGN, **{**given, "user": signer, **changed})

    assert sign().status == 403
    client.login(operator, PASSWORD)
    assert sign().status == 403

    client.login(signer, PASSWORD)
    for mistake in ({"password": "wrong"}, {"user": operator}):
        wrong = sign(**mistake)
        assert wrong.status == 401 and "nothing was signed" in wrong.words
    assert sign(meaning="Blessed").status == 417
    assert sign(name="NO-SUCH").status == 404
    frappe.db.rollback()
    assert signatures_of("Qualification", to_sign) == []
    failed = {"user": signer, "status": "Failed"}
    assert frappe.db.count("Activity Log", failed) == 2

    signed = sign()
    assert signed.status == 200, signed.text
    assert sign().status == 403
    [shown] = client.get(
        "/api/method/med_trace.api.sign.signatures", doctype="Qualification", name=to_sign
    ).message
    assert (shown["signer"], shown["meaning"], shown["valid"]) == (signer, "Read", True)
    assert shown["name"] == signed.message and "content" not in shown and "session" not in shown


@pytest.mark.requirement("SIG-1")
def test_the_first_signature_of_a_session_takes_the_user_id_and_later_ones_do_not(
    client: Client, to_sign: str
) -> None:
    signer, second, third = a_user("Quality"), a_record().name, a_record().name
    frappe.db.commit()

    def sign(name: str, **user: str) -> Any:
        return client.call(
            SIGN, doctype="Qualification", name=name, meaning="Read", password=PASSWORD, **user
        )

    client.login(signer, PASSWORD)
    assert client.get(STATUS).message["needs_user"] is True
    refused = sign(to_sign)
    assert (refused.status, refused.json["exc_type"]) == (403, "UserIdRequired")
    assert sign(to_sign, user=signer.upper()).status == 200
    assert client.get(STATUS).message["needs_user"] is False
    assert sign(second).status == 200
    frappe.db.rollback()
    how = [signatures_of("Qualification", name)[0].identified_by for name in (to_sign, second)]
    assert how == ["User Id And Password", "Password"]

    client.login(signer, PASSWORD)
    assert sign(third).status == 403, "another session begins anew"


@pytest.mark.requirement("SIG-1")
def test_an_api_key_has_no_session_and_always_takes_both(client: Client, to_sign: str) -> None:
    signer, second = frappe.get_doc("User", a_user("Quality")), a_record().name
    signer.update({"api_key": frappe.generate_hash(length=15), "api_secret": "secret-of-the-key"})
    signer.save()
    frappe.db.commit()
    client.as_token(signer.api_key, "secret-of-the-key")

    def sign(name: str, **user: str) -> int:
        values = {"doctype": "Qualification", "name": name, "meaning": "Read", "password": PASSWORD}
        return client.call(SIGN, **values, **user).status

    assert [sign(to_sign, user=signer.name), sign(second), sign(second, user=signer.name)] == [200, 403, 200]


@pytest.mark.requirement("SIG-2")
def test_the_dialog_learns_what_may_be_signed_and_why_not(client: Client, to_sign: str) -> None:
    signer, operator = a_user("Quality"), a_user("Operator")
    frappe.db.commit()
    client.login(operator, PASSWORD)
    [meaning] = client.get(STATUS, doctype="Qualification", name=to_sign).message["meanings"]
    assert (meaning["may_sign"], meaning["role"]) == (False, "Trace Quality")
    assert "Trace Quality" in meaning["why_not"]
    client.login(signer, PASSWORD)
    [meaning] = client.get(STATUS, doctype="Qualification", name=to_sign).message["meanings"]
    assert (meaning["may_sign"], meaning["why_not"], meaning["needed"], meaning["given"]) == (True, "", 1, 0)
    assert client.get(STATUS, doctype="Qualification", name="NO-SUCH").status == 404


@pytest.mark.requirement("SIG-2", "AUD-6")
def test_forms_learn_which_records_are_signed_and_what_takes_a_reason(client: Client) -> None:
    nobody = a_user()
    frappe.db.commit()
    assert client.get("/api/method/med_trace.api.sign.types").status == 403
    client.login(nobody, PASSWORD)
    found = client.get("/api/method/med_trace.api.sign.types").message
    assert {"Lot Release", "Process Routing", "NCR"} <= set(found["signed"])
    assert "*" in found["regulated"]["Signature Rule"] and "Recall" in found["ours"]


@pytest.fixture
def untraced_unregulated(client: Client) -> Iterator[None]:
    """A rule for a reason out of force, and in force again afterwards."""

    def put(active: int) -> None:
        rule = frappe.get_doc("Regulated Field", "Item: mt_untraced")
        rule.active, rule.change_reason = active, "Agreed in change control 7"
        rule.save()
        frappe.db.commit()

    put(0)
    yield
    frappe.db.rollback()
    put(1)


@pytest.mark.requirement("AUD-6")
def test_a_rule_that_is_out_of_force_asks_nobody_for_a_reason(
    client: Client, untraced_unregulated: None
) -> None:
    reader = a_user("Quality")
    frappe.get_doc("User", reader).add_roles("Item Manager")
    frappe.db.commit()
    client.login(reader, PASSWORD)
    told = client.get("/api/method/med_trace.api.sign.types").message["regulated"]
    form = client.get("/api/method/med_trace.api.records.about", doctype="Item").message["regulated"]
    assert "mt_untraced" not in told.get("Item", []) and "mt_untraced" not in form
    assert sorted(told.get("Item", [])) == form
