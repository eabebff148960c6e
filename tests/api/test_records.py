"""Any DocType as a form: what the person may do, what a new record starts with, what saving it answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_supplier, a_user, an_item, insert, unique

RECORDS = "med_trace.api.records"
SAVE = "frappe.desk.form.save.savedocs"


@pytest.fixture
def supervisor(client: Any) -> Any:
    user = a_user("Trace Supervisor")
    frappe.db.commit()
    return client.login(user, PASSWORD)


def test_the_form_knows_what_this_person_may_do(supervisor: Any) -> None:
    about = supervisor.call(f"{RECORDS}.about", doctype="Process Routing").message
    assert about["may"]["read"] and about["may"]["create"] and not about["may"]["delete"]
    assert 0 in about["levels"]["write"]
    ncr = supervisor.call(f"{RECORDS}.about", doctype="NCR").message
    assert ncr["workflow"]["field"] == "workflow_state"
    assert ncr["workflow"]["states"][0]["state"] == "Open"


def test_who_may_not_read_learns_nothing_of_the_form(client: Any) -> None:
    user = a_user("Trace Machine")
    frappe.db.commit()
    client.login(user, PASSWORD)
    assert client.call(f"{RECORDS}.about", doctype="Error Log").status == 403
    assert client.call(f"{RECORDS}.new", doctype="Recall").status == 403
    assert "Recall" not in [one["name"] for one in client.call(f"{RECORDS}.types").message]


def test_an_unknown_record_type_is_said_so(supervisor: Any) -> None:
    assert supervisor.call(f"{RECORDS}.about", doctype="No Such Thing").status == 404


def test_a_new_record_starts_with_its_defaults_and_is_saved_as_the_form_sends_it(supervisor: Any) -> None:
    item = an_item("Finished")
    frappe.db.commit()
    doc = supervisor.call(f"{RECORDS}.new", doctype="Process Routing").message
    doc.update(
        name="new-process-routing-1",
        __islocal=1,
        routing_name=unique("R"),
        item_code=item,
        revision="A",
        operations=[
            {
                "doctype": "Routing Operation",
                "__islocal": 1,
                "__key": "new-1",
                "idx": 1,
                "operation_no": 10,
                "operation_name": "Turning",
            }
        ],
    )
    saved = supervisor.call(SAVE, doc=json.dumps(doc), action="Save")
    assert saved.status == 200, saved.text
    (answer,) = saved.json["docs"]
    assert answer["operations"][0]["operation_name"] == "Turning"


@pytest.mark.requirement("AUD-1")
def test_who_saves_an_outdated_record_is_told_by_name_and_overwrites_nothing(supervisor: Any) -> None:
    tool = insert("Tool", tool_id=unique("T"), tool_name="Gauge", tool_type="Gauge").name
    frappe.db.commit()
    first = supervisor.get("/api/method/frappe.desk.form.load.getdoc", doctype="Tool", name=tool).json[
        "docs"
    ][0]
    second = dict(first, tool_name="Second")
    assert supervisor.call(SAVE, doc=json.dumps(dict(first, tool_name="First")), action="Save").status == 200
    refused = supervisor.call(SAVE, doc=json.dumps(second), action="Save")
    assert refused.json["exc_type"] == "TimestampMismatchError"
    frappe.db.rollback()
    assert frappe.db.get_value("Tool", tool, "tool_name") == "First"


def test_a_cancelled_record_is_amended_once_and_any_other_not(client: Any) -> None:
    from builders import a_receipt

    receipt = a_receipt(supplier=a_supplier())
    receipt.cancel()
    open_one = a_receipt(is_submitted=False)
    user = a_user("System Manager", "Stock Manager", "Purchase Manager", "Stock User")
    frappe.db.commit()
    client.login(user, PASSWORD)
    copy = client.call(f"{RECORDS}.new", doctype="Purchase Receipt", amends=receipt.name)
    assert copy.status == 200, copy.text
    assert copy.message["amended_from"] == receipt.name and copy.message["items"]
    refused = client.call(f"{RECORDS}.new", doctype="Purchase Receipt", amends=open_one.name)
    assert refused.status == 417 and "not cancelled" in refused.words
