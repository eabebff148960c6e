"""An administrator's rules: any document type, any step of it; refused unsigned, carried out by the last signature."""

from collections.abc import Iterator

import pytest

import frappe
import frappe.share
from builders import PASSWORD, a_tool, a_user, an_untraced_item, as_user, insert, stores, unique
from frappe.model.document import Document
from frappe.model.workflow import apply_workflow
from med_trace.domain.errors import BadInput, NotSigned, SignatureRefused
from med_trace.ledger import signing
from med_trace.ledger.doctype.signature_rule.signature_rule import RuleStays
from med_trace.ledger.signing import is_signed, status


def a_rule(doctype: str, meaning: str, **values: object) -> Document:
    given = {"document_type": doctype, "meaning": meaning, "role": "Trace Quality", **values}
    return frappe.get_doc({"doctype": "Signature Rule", **given}).insert()


def sign(document: Document, meaning: str, user: str | None = None) -> str:
    user = user or a_user("Quality", "Stock User", "Stock Manager")
    with as_user(user):
        return signing.sign(document.doctype, document.name, meaning, PASSWORD, user=user)


def a_stock_entry() -> Document:
    """A receipt of something untraced, not yet submitted."""
    item = an_untraced_item()
    rows = [{"item_code": item, "qty": 1, "t_warehouse": stores(), "basic_rate": 1}]
    return insert("Stock Entry", stock_entry_type="Material Receipt", purpose="Material Receipt", items=rows)


def a_reader(document: Document) -> str:
    """Somebody of Quality who may read this document and nothing more."""
    user = a_user("Quality")
    frappe.share.add(document.doctype, document.name, user, read=1)
    return user


# -- submit and cancel ------------------------------------------------------------


@pytest.mark.requirement("SIG-1", "OPS-3")
def test_a_submit_that_takes_a_signature_is_refused_without_it_even_for_the_administrator(site: str) -> None:
    a_rule("Stock Entry", "Checked", required_for="Submit")
    entry = a_stock_entry()
    with pytest.raises(NotSigned, match="Checked"):
        entry.submit()
    assert frappe.db.get_value("Stock Entry", entry.name, "docstatus") == 0


@pytest.mark.requirement("SIG-1")
def test_the_signature_carries_the_submit(site: str) -> None:
    a_rule("Stock Entry", "Checked", required_for="Submit")
    entry = a_stock_entry()
    sign(entry, "Checked")
    assert frappe.db.get_value("Stock Entry", entry.name, "docstatus") == 1
    assert is_signed(entry, "Checked"), "what the submit itself filled in breaks nothing"


def test_a_signer_who_may_not_submit_leaves_it_to_those_who_may(site: str) -> None:
    a_rule("Stock Entry", "Checked", required_for="Submit")
    entry = a_stock_entry()
    sign(entry, "Checked", a_reader(entry))
    assert frappe.db.get_value("Stock Entry", entry.name, "docstatus") == 0
    frappe.get_doc("Stock Entry", entry.name).submit()


def test_what_is_submitted_is_what_was_signed(site: str) -> None:
    a_rule("Stock Entry", "Checked", required_for="Submit")
    entry = a_stock_entry()
    sign(entry, "Checked", a_reader(entry))
    entry.reload()
    entry.items[0].qty = 500
    with pytest.raises(NotSigned, match="qty"):
        entry.submit()


def test_all_signatures_of_a_step_are_needed(site: str) -> None:
    a_rule("Stock Entry", "Checked", required_for="Submit", count=2)
    a_rule("Stock Entry", "Approved", required_for="Submit", independent_of_signers=1)
    entry, first = a_stock_entry(), a_user("Quality", "Stock User", "Stock Manager")
    sign(entry, "Checked", first)
    with pytest.raises(SignatureRefused, match="already"):
        sign(entry, "Approved", first)
    sign(entry, "Approved")
    assert frappe.db.get_value("Stock Entry", entry.name, "docstatus") == 0
    sign(entry, "Checked")
    assert frappe.db.get_value("Stock Entry", entry.name, "docstatus") == 1


def test_a_cancellation_takes_its_signature(site: str) -> None:
    a_rule("Stock Entry", "Void", required_for="Cancel", reason_required=0)
    entry = a_stock_entry()
    entry.submit()
    with pytest.raises(NotSigned, match="Void"):
        entry.cancel()
    sign(entry, "Void")
    assert frappe.db.get_value("Stock Entry", entry.name, "docstatus") == 2


def test_an_inactive_rule_asks_for_nothing(site: str) -> None:
    rule = a_rule("Stock Entry", "Checked", required_for="Submit")
    rule.active = 0
    rule.change_reason = "Checked at the dock since June"
    rule.save()
    entry = a_stock_entry()
    entry.submit()
    assert entry.docstatus == 1


# -- actions of a workflow --------------------------------------------------------


@pytest.fixture
def workflow(site: str) -> Iterator[str]:
    """Tools are approved before they are used."""
    for state in ("Open", "Approved For Use"):
        if not frappe.db.exists("Workflow State", state):
            frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": state}).insert()
    if not frappe.db.exists("Workflow Action Master", "Approve Tool"):
        insert("Workflow Action Master", workflow_action_name="Approve Tool")
    step = {
        "state": "Open",
        "action": "Approve Tool",
        "next_state": "Approved For Use",
        "allowed": "Trace Quality",
    }
    states = [
        {"state": state, "doc_status": "0", "allow_edit": "Trace Quality"}
        for state in ("Open", "Approved For Use")
    ]
    insert(
        "Workflow",
        workflow_name=unique("Tools"),
        document_type="Tool",
        is_active=1,
        workflow_state_field="workflow_state",
        states=states,
        transitions=[step],
    )
    yield "Approve Tool"
    frappe.db.rollback()
    frappe.clear_cache(doctype="Tool")


@pytest.mark.requirement("SIG-1", "CFG-1")
def test_a_workflow_s_action_is_refused_without_its_signature_by_any_route(workflow: str) -> None:
    a_rule("Tool", "Fit For Use", required_for="Workflow Action", workflow_action=workflow)
    tool = frappe.get_doc("Tool", a_tool())
    with as_user(a_user("Quality")):
        with pytest.raises(NotSigned, match="Fit For Use"):
            apply_workflow(tool, workflow)
        tool.reload()
        tool.workflow_state = "Approved For Use"
        with pytest.raises(NotSigned, match="Fit For Use"):
            tool.save()


@pytest.mark.requirement("SIG-1")
def test_the_signature_carries_the_workflow_s_action(workflow: str) -> None:
    a_rule("Tool", "Fit For Use", required_for="Workflow Action", workflow_action=workflow)
    tool = frappe.get_doc("Tool", a_tool())
    user = a_user("Quality")
    with as_user(user):
        [offered] = status("Tool", tool.name)["meanings"]
        assert (offered["action"], offered["may_sign"]) == (workflow, True)
    sign(tool, "Fit For Use", user)
    tool.reload()
    assert tool.workflow_state == "Approved For Use"
    with as_user(a_user("Quality")):
        [offered] = status("Tool", tool.name)["meanings"]
        assert not offered["may_sign"] and "not due" in offered["why_not"]


# -- the rule itself --------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"document_type": "Tool", "required_for": "Submit"}, "Required For"),
        ({"document_type": "Tool", "required_for": "Workflow Action"}, "Workflow Action"),
        ({"document_type": "Process Material"}, "no records"),
        ({"document_type": "Trace Settings"}, "no records"),
        ({"role": "Trace Machine"}, "people"),
        ({"count": 0}, "at least 1"),
        ({"unsigned_fields": "no_such_field"}, "no_such_field"),
        ({"unsigned_fields": "items.no_such"}, "no_such"),
    ],
)
def test_a_rule_that_nobody_could_follow_is_refused(site: str, values: dict, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        a_rule(values.pop("document_type", "Stock Entry"), "Odd", **values)


def test_a_rule_is_never_deleted(site: str) -> None:
    rule = a_rule("Stock Entry", "Checked")
    with pytest.raises(RuleStays, match="inactive"):
        rule.delete()


@pytest.mark.requirement("CFG-1")
def test_an_administrator_s_change_outlives_the_next_migrate(site: str) -> None:
    from med_trace import install

    frappe.db.set_value("Signature Rule", "Lot Release: Released", "count", 2)
    frappe.db.delete("Signature Rule", {"name": "NCR: Disposition Approved"})
    install.after_sync()
    assert frappe.db.get_value("Signature Rule", "Lot Release: Released", "count") == 2
    assert frappe.db.exists("Signature Rule", "NCR: Disposition Approved")


def test_a_field_that_goes_on_changing_can_be_left_out(site: str) -> None:
    a_rule("Stock Entry", "Checked", unsigned_fields="remarks")
    entry = a_stock_entry()
    sign(entry, "Checked")
    frappe.db.set_value("Stock Entry", entry.name, "remarks", "counted twice")
    assert is_signed(entry, "Checked")
    frappe.db.set_value("Signature Rule", "Stock Entry: Checked", "unsigned_fields", "")
    assert is_signed(entry, "Checked"), "a signature keeps what it left out"
