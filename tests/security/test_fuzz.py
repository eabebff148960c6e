"""What no person would send, to every method and record: the answer is a result or a refusal, never a broken server."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_customer, a_delivery, a_recall, a_released_lot, a_user
from proof.methods import of_frappe, ours
from proof.openapi import document
from proof.size import SEED, chance, is_full, report, size
from web import Client, Reply

hypothesis = pytest.importorskip("hypothesis")
schemathesis = pytest.importorskip("schemathesis", reason="needs Python 3.11")

pytestmark = pytest.mark.embedded_only  # Frappe's own methods answer 500 to much of this

SHARE = 50  # operations, in scripts/test; making requests for one takes a while
ROLES = ("Operator", "Inspector", "Quality", "Supervisor", "Warehouse", "Regulatory")
# They end the session, or change who may log in.
LEFT_OUT = (".logout", ".update_password", ".reset_password", ".generate_keys", ".upload_file")


@pytest.fixture
def person(client: Client) -> Client:
    """Somebody who may do all that people of the plant may."""
    user = a_user(*ROLES)
    frappe.db.commit()
    return client.login(user, PASSWORD).as_page()


@pytest.fixture
def names(site: str) -> list[str]:
    """Names of records that are there, so that more than "not found" is tried."""
    lot, hospital = a_released_lot(), a_customer()
    a_delivery(lot, 1, hospital)
    recall = a_recall({"criterion": "Lot", "value": lot})
    frappe.db.commit()
    doctypes = ("Material Lot", "Recall", "NCR", "Process Record", "Trace Event", "Item")
    return [lot, hospital, recall.name, "Approved", "Released", "pdf", "zh", *doctypes]


def doctypes() -> list[str]:
    filters = {"module": ["in", frappe.get_module_list("med_trace")], "issingle": 0}
    return [*frappe.get_all("DocType", filters, pluck="name"), "File", "Item", "User", "Delivery Note"]


def send(client: Client, case: Any) -> Reply:
    path = urllib.parse.quote(case.formatted_path, safe="/%")
    query = urllib.parse.urlencode(dict(case.query or {}), doseq=True, errors="surrogatepass")
    body = case.body if isinstance(case.body, (dict, list, str, int, float, bool, type(None))) else None
    path += f"?{query}" if query else ""
    return client.send(case.method.upper(), path, body if isinstance(body, dict) else None)


class Tries:
    """Sends what is generated for an operation; keeps what broke the server."""

    def __init__(self, client: Client) -> None:
        self.client, self.sent, self.broken = client, 0, {}

    def all_of(self, operation: Any, mode: Any) -> None:
        from hypothesis import HealthCheck, Phase, errors, given, seed, settings

        quietly = {"database": None, "phases": [Phase.generate], "suppress_health_check": list(HealthCheck)}

        @seed(SEED)
        @settings(max_examples=size("fuzz"), **quietly)
        @given(case=operation.as_strategy(generation_mode=mode))
        def try_it(case: Any) -> None:
            self.one(operation.label, case)

        try:
            try_it()
        except errors.Unsatisfiable:  # nothing can be wrong about a request without arguments
            pass

    def one(self, label: str, case: Any) -> None:
        reply = send(self.client, case)
        self.sent += 1
        if reply.status >= 500:
            self.broken.setdefault(label, f"{json.dumps(case.body, default=str)[:150]} {reply.text[-250:]}")


def test_no_request_breaks_the_server(person: Client, names: list[str]) -> None:
    methods = [one for one in (*ours(), *of_frappe()) if not one.path.endswith(LEFT_OUT)]
    schema = schemathesis.openapi.from_dict(document(methods, doctypes(), names))
    signatures, tries = frappe.db.count("Electronic Signature"), Tries(person)
    operations = [found.ok() for found in schema.get_all_operations()]
    if not is_full():
        operations = chance("fuzz").sample(operations, min(SHARE, len(operations)))
    for operation in operations:
        for mode in schemathesis.GenerationMode:
            tries.all_of(operation, mode)
    frappe.db.rollback()
    report("fuzz", requests=tries.sent, operations=len(operations), broken=len(tries.broken))
    told = "\n".join(f"{label}: {what}" for label, what in tries.broken.items())
    assert not tries.broken, f"seed {SEED}\n{told}"
    assert frappe.db.count("Electronic Signature") == signatures
