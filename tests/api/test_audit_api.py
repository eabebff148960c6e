"""The audit trail over the API: who may read it, filters, the head, the state of the chain."""

import pytest

import frappe
from builders import PASSWORD, a_user, as_user, insert, unique
from med_trace.api import audit
from med_trace.domain.errors import BadInput
from med_trace.ledger.audit import entries, sealing
from web import Client

pytestmark = pytest.mark.requirement("AUD-5")


@pytest.fixture
def read(site: str) -> str:
    """The name of what was read twice and exported once."""
    name = unique("LOT")
    for kind in ("Read", "Exported", "Read"):
        entries.append(kind, category="Access", document_type="Material Lot", document_name=name)
    return name


def test_entries_are_found_by_record_and_kind_newest_first(read: str) -> None:
    found = audit.entries(document_type="Material Lot", document_name=read)
    assert [row["kind"] for row in found["rows"]] == ["Read", "Exported", "Read"]
    assert found["more"] is False
    assert len(audit.entries(document_name=read, kind="Read")["rows"]) == 2
    names = [row["name"] for row in found["rows"]]
    assert names == sorted(names, reverse=True)


def test_pages_follow_one_another(read: str) -> None:
    pages = [audit.entries(document_name=read, start=start, limit=2) for start in (0, 2)]
    assert [len(page["rows"]) for page in pages] == [2, 1]
    assert [page["more"] for page in pages] == [True, False]


def test_entries_are_found_by_time_and_user(read: str) -> None:
    assert audit.entries(document_name=read, from_time="2001-01-01", to_time="2002-01-01")["rows"] == []
    assert audit.entries(document_name=read, from_time="2001-01-01", user="Administrator")["rows"]
    with pytest.raises(BadInput, match="from_time"):
        audit.entries(from_time="yesterday-ish")


def test_changes_are_read_as_old_and_new(site: str) -> None:
    tool = insert("Tool", tool_id=unique("TOOL"), tool_name="Mould", tool_type="Mould")
    tool.tool_name = "Mould 2"
    tool.save()
    row = audit.entries(document_type="Tool", document_name=tool.name)["rows"][0]
    assert row["changes"] == [{"field": "tool_name", "old": "Mould", "new": "Mould 2"}]


def test_the_head_and_the_state_of_the_chain_are_told(read: str) -> None:
    assert audit.status()["unsealed"] >= 3
    sealing.seal_now()
    status = audit.status()
    assert status["unsealed"] == 0
    assert status["head"] == audit.head()
    assert len(status["head"]["hash"]) == 64


@pytest.mark.requirement("OPS-3")
def test_an_auditor_reads_the_trail_and_an_operator_does_not(read: str) -> None:
    with as_user(a_user("Auditor")):
        assert audit.entries(document_name=read)["rows"]
        audit.status()
    with as_user(a_user("Operator")):
        for method in (audit.entries, audit.head, audit.status):
            with pytest.raises(frappe.PermissionError):
                method()


def test_who_may_read_a_record_reads_what_became_of_it(site: str) -> None:
    tool = insert("Tool", tool_id=unique("TOOL"), tool_name="Mould", tool_type="Mould").name
    entries.append("Read", category="Access", document_type="Tool", document_name=tool)
    user = a_user("Item Manager")
    with as_user(a_user("Operator")):
        assert [row["kind"] for row in audit.entries("Tool", tool)["rows"]] == ["Created"]
        with pytest.raises(frappe.PermissionError):
            audit.entries("User", user)
        with pytest.raises(frappe.PermissionError):
            audit.entries("Tool")


def test_a_field_that_is_closed_to_the_reader_stays_closed(site: str) -> None:
    insert("Custom Field", dt="Tool", fieldname="mt_price", label="Price", fieldtype="Data", permlevel=2)
    tool = insert("Tool", tool_id=unique("TOOL"), tool_name="Mould", tool_type="Mould", mt_price="7000").name
    with as_user(a_user("Operator")):
        told = audit.entries("Tool", tool)["rows"][0]["changes"]
    assert told and "mt_price" not in {change["field"] for change in told}
    fields = {change["field"] for change in audit.entries("Tool", tool)["rows"][0]["changes"]}
    assert "mt_price" in fields


@pytest.mark.requirement("AUD-2")
def test_no_route_writes_the_trail(client: Client, site: str) -> None:
    user = a_user("Auditor")
    name = entries.append("Read", category="Access")
    frappe.db.commit()
    for login, password in ((user, PASSWORD), ("Administrator", "admin")):
        client.login(login, password)
        for doctype, record in (
            ("Audit Entry", name),
            ("Audit Seal", sealing.last_seal().name),
            ("Audit Key", frappe.get_all("Audit Key", pluck="name")[0]),
        ):
            path = f"/api/resource/{doctype.replace(' ', '%20')}"
            assert client.send("POST", path, {"kind": "Read", "category": "Access"}).status in (403, 417)
            assert client.send("PUT", f"{path}/{record}", {"owner": "x", "reason": "x"}).status in (403, 417)
            assert client.send("DELETE", f"{path}/{record}").status in (403, 417)
            values = {"doctype": doctype, "name": record, "fieldname": "owner", "value": "x"}
            assert client.call("frappe.client.set_value", **values).status in (403, 417)
