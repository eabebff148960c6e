"""A change of a regulated field says why, by whichever route it comes (AUD-6)."""

import pytest

import frappe
from builders import PASSWORD, a_routing, a_user, as_user, insert
from lots import a_lot, an_item
from med_trace.domain.errors import ReasonRequired
from med_trace.ledger.audit import verify
from web import Client

pytestmark = pytest.mark.requirement("AUD-6")


def reason(doctype: str, name: str) -> str | None:
    found = frappe.get_all(
        "Audit Entry",
        filters={"document_type": doctype, "document_name": name, "kind": ["!=", "Created"]},
        pluck="reason",
        order_by="name desc",
        limit=1,
    )
    return found[0] if found else None


def test_a_regulated_field_is_not_changed_without_a_reason(site: str) -> None:
    item = frappe.get_doc("Item", an_item(has_batch_no=1))
    item.mt_untraced = 1
    with pytest.raises(ReasonRequired, match="Not Traced") as refused:
        item.save()
    assert refused.value.fields == ("mt_untraced",)
    assert not frappe.db.get_value("Item", item.name, "mt_untraced")


def test_with_a_reason_it_is_changed_and_the_reason_kept(site: str) -> None:
    item = frappe.get_doc("Item", an_item(has_batch_no=1))
    item.mt_untraced = 1
    item.change_reason = "Office material"
    item.save()
    assert reason("Item", item.name) == "Office material"


def test_a_blank_reason_is_none(site: str) -> None:
    item = frappe.get_doc("Item", an_item(has_batch_no=1))
    item.mt_untraced, item.change_reason = 1, "   "
    with pytest.raises(ReasonRequired):
        item.save()


def test_other_fields_need_no_reason(site: str) -> None:
    item = frappe.get_doc("Item", an_item())
    item.description = "Longer"
    item.save()
    assert reason("Item", item.name) is None


def test_filling_what_was_empty_needs_no_reason_but_changing_it_does(site: str) -> None:
    lot = frappe.get_doc("Material Lot", a_lot(state=None))
    lot.heat_no = "H817"
    lot.save()
    lot.heat_no = "H818"
    with pytest.raises(ReasonRequired, match="Heat"):
        lot.save()


def test_weakening_a_signature_rule_needs_a_reason(site: str) -> None:
    rule = insert("Signature Rule", document_type="NCR", meaning="Seen", role="Trace Quality", count=2)
    rule.count = 1
    with pytest.raises(ReasonRequired):
        rule.save()


def test_what_is_regulated_is_itself_regulated(site: str) -> None:
    field = frappe.get_doc("Regulated Field", "Item: mt_untraced")
    field.active = 0
    with pytest.raises(ReasonRequired):
        field.save()
    field = frappe.get_doc("Regulated Field", "Item: mt_untraced")
    field.active, field.change_reason = 0, "Agreed in change control 7"
    field.save()
    item = frappe.get_doc("Item", an_item(has_batch_no=1))
    item.mt_untraced = 1
    item.save()


def test_a_regulated_field_is_not_deleted_without_a_reason(site: str) -> None:
    with pytest.raises(ReasonRequired):
        frappe.delete_doc("Regulated Field", "Item: mt_untraced")
    assert frappe.db.exists("Regulated Field", "Item: mt_untraced")


def test_a_misspelt_field_regulates_nothing_and_is_refused(site: str) -> None:
    with pytest.raises(frappe.ValidationError, match="has no field"):
        insert("Regulated Field", document_type="Item", fieldname="mt_untracd")
    with pytest.raises(frappe.ValidationError, match="has no field"):
        insert("Regulated Field", document_type="Process Record", fieldname="parameters.valu")


def test_a_draft_asks_only_who_changes_what_somebody_else_saved(site: str) -> None:
    author, other = a_user("Supervisor"), a_user("Supervisor")
    with as_user(author):
        routing = a_routing(an_item(), is_approved=False)
        routing.operations[0].operation_name = "Milling"
        routing.save()
    with as_user(other):
        routing = frappe.get_doc("Process Routing", routing.name)
        routing.operations[0].operation_name = "Grinding"
        with pytest.raises(ReasonRequired, match="Operations"):
            routing.save()
        routing = frappe.get_doc("Process Routing", routing.name)
        routing.operations[0].operation_name = "Grinding"
        routing.change_reason = "Drawing revision C"
        routing.save()
    assert reason("Process Routing", routing.name) == "Drawing revision C"


def test_a_reason_that_the_record_has_from_before_is_none_for_now(site: str) -> None:
    author, other = a_user("Supervisor"), a_user("Supervisor")
    with as_user(author):
        routing = a_routing(an_item(), is_approved=False, change_reason="First issue")
    with as_user(other):
        routing = frappe.get_doc("Process Routing", routing.name)
        routing.operations[0].operation_name = "Grinding"
        with pytest.raises(ReasonRequired):
            routing.save()


def test_over_rest_the_reason_comes_in_the_body_or_the_header(client: Client, site: str) -> None:
    item = an_item(has_batch_no=1)
    user = a_user("Item Manager")
    frappe.db.commit()
    client.login(user, PASSWORD)
    path = f"/api/resource/Item/{item}"
    refused = client.send("PUT", path, {"mt_untraced": 1})
    assert refused.status == 417 and "Not Traced" in refused.words
    assert client.send("PUT", path, {"mt_untraced": 1, "change_reason": "Office"}).status == 200
    client.headers["X-Change-Reason"] = "%E5%8A%9E%E5%85%AC"
    assert client.send("PUT", path, {"mt_untraced": 0}).status == 200
    frappe.db.rollback()
    told = frappe.get_all(
        "Audit Entry", filters={"document_name": item, "kind": "Changed"}, pluck="reason", order_by="name"
    )
    assert told == ["Office", "办公"]
    assert [finding for finding in verify.findings() if item in finding.place] == []
