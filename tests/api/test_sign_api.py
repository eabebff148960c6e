"""Signing over HTTP: the password is asked again on the server, a mistake is a 4xx and signs nothing."""

from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_qualification, a_supplier, a_user
from med_trace.ledger.signing import signatures_of
from web import Client

SIGN = "med_trace.api.sign.sign"


@pytest.fixture
def to_sign(site: str) -> str:
    rule = {"document_type": "Qualification", "meaning": "Read", "role": "Trace Quality", "count": 1}
    if not frappe.db.exists("Signature Rule", "Qualification: Read"):
        frappe.get_doc({"doctype": "Signature Rule", **rule}).insert()
    return a_qualification("Supplier", a_supplier(is_approved=False), "Supplier Approval").name


@pytest.mark.requirement("SIG-1", "SIG-2")
def test_signing_over_http(client: Client, to_sign: str) -> None:
    signer, operator = a_user("Quality"), a_user("Operator")
    frappe.db.commit()

    def sign(**changed: Any) -> Any:
        given = {"doctype": "Qualification", "name": to_sign, "meaning": "Read", "password": PASSWORD}
        return client.call(SIGN, **{**given, **changed})

    assert sign().status == 403
    client.login(operator, PASSWORD)
    assert sign().status == 403

    client.login(signer, PASSWORD)
    wrong = sign(password="wrong")
    assert wrong.status == 401 and "nothing was signed" in wrong.words
    assert sign(meaning="Blessed").status == 417
    assert sign(name="NO-SUCH").status == 404
    frappe.db.rollback()
    assert signatures_of("Qualification", to_sign) == []
    failed = {"user": signer, "status": "Failed"}
    assert frappe.db.count("Activity Log", failed) == 1

    signed = sign()
    assert signed.status == 200, signed.text
    assert sign().status == 403
    [shown] = client.get(
        "/api/method/med_trace.api.sign.signatures", doctype="Qualification", name=to_sign
    ).message
    assert (shown["signer"], shown["meaning"], shown["valid"]) == (signer, "Read", True)
    assert shown["name"] == signed.message and "content" not in shown
