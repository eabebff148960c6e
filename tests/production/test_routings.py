"""Routings have revisions, come into force by signature, and never change afterwards."""

import pytest

import builders as a
import frappe
from med_trace.domain.errors import BadInput, NotSigned, SignatureRefused, TraceError
from med_trace.production.service import current_routing, make_revision
from med_trace.qualification.revisions import NotApproved, RevisionIsFrozen

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.requirement("PROD-1")]


def test_a_routing_is_in_force_once_it_is_signed() -> None:
    item = a.an_item("Finished")
    routing = a.a_routing(item, is_approved=False)
    assert current_routing(item, frappe.utils.nowdate()) is None
    a.sign(routing, "Approved")
    routing.reload()
    assert (routing.workflow_state, current_routing(item, frappe.utils.nowdate())) == (
        "Approved",
        routing.name,
    )


@pytest.mark.requirement("SIG-3")
def test_the_signature_of_an_approved_routing_stays_valid() -> None:
    from med_trace.ledger.signing import signatures_of

    routing = a.a_routing(a.an_item("Finished"))
    assert [one["valid"] for one in signatures_of(routing.doctype, routing.name)] == [True]


def test_its_status_is_not_typed() -> None:
    routing = a.a_routing(a.an_item("Finished"), is_approved=False)
    routing.workflow_state = "Approved"
    with pytest.raises(NotSigned):
        routing.save()


def test_a_new_routing_is_a_draft_whatever_it_says() -> None:
    with pytest.raises(TraceError):
        a.a_routing(a.an_item("Finished"), is_approved=False, workflow_state="Approved")


def test_the_author_does_not_approve_his_own_routing() -> None:
    author = a.a_user("Quality")
    item = a.an_item("Finished")
    with a.as_user(author):
        routing = a.a_routing(item, is_approved=False)
    with pytest.raises(SignatureRefused):
        a.sign(routing, "Approved", user=author)


@pytest.mark.parametrize("change", ["operation", "limit", "item"])
def test_an_approved_routing_does_not_change(change: str) -> None:
    item = a.an_item("Finished")
    routing = a.a_routing(item, parameters=[{"parameter": "Speed", "upper_limit": "100"}])
    if change == "operation":
        routing.append("operations", {"operation_no": 99, "operation_name": "Extra"})
    elif change == "limit":
        routing.parameters[0].upper_limit = "200"
    else:
        routing.item_code = a.an_item("Finished")
    with pytest.raises(RevisionIsFrozen):
        routing.save()


def test_a_new_revision_replaces_the_last_once_it_is_signed() -> None:
    item = a.an_item("Finished")
    first = a.a_routing(item)
    second = frappe.get_doc("Process Routing", make_revision("Process Routing", first.name))
    assert (second.revision, second.supersedes, second.workflow_state) == ("B", first.name, "Draft")
    assert current_routing(item, frappe.utils.nowdate()) == first.name
    a.sign(second, "Approved")
    assert current_routing(item, frappe.utils.nowdate()) == second.name
    assert frappe.db.get_value("Process Routing", first.name, "workflow_state") == "Obsolete"


def test_a_lot_stays_on_the_revision_that_it_began_with() -> None:
    item = a.an_item("Finished")
    first = a.a_routing(item, ["Turning", "Cleaning"])
    lot = a.a_started_lot(item)
    a.a_process_record(lot, 10)
    second = frappe.get_doc("Process Routing", make_revision("Process Routing", first.name))
    a.sign(second, "Approved")
    assert a.a_process_record(lot, 20).routing == first.name
    with pytest.raises(BadInput, match="stays on it"):
        a.a_process_record(lot, 20, routing=second.name)


def test_a_draft_routing_is_not_run() -> None:
    item = a.an_item("Finished")
    routing = a.a_routing(item, is_approved=False)
    with pytest.raises(NotApproved):
        a.a_started_lot(item, routing=routing.name)


@pytest.mark.parametrize(
    ("operations", "parameters", "words"),
    [
        (
            [{"operation_no": 10, "operation_name": "A"}, {"operation_no": 10, "operation_name": "B"}],
            [],
            "twice",
        ),
        (["A"], [{"operation_no": 77, "parameter": "Speed"}], "not in this routing"),
        (["A"], [{"parameter": "Speed", "lower_limit": "5", "upper_limit": "1"}], "rise"),
        (["A"], [{"parameter": "Speed", "lower_limit": "five"}], "not a number"),
        (["A"], [{"parameter": "Speed"}, {"parameter": "Speed"}], "twice"),
    ],
)
def test_a_routing_that_could_not_be_followed_is_refused(
    operations: list, parameters: list, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        a.a_routing(a.an_item("Finished"), operations, parameters, is_approved=False)


def test_only_a_signature_withdraws_an_approved_routing() -> None:
    routing = a.a_routing(a.an_item("Finished"))
    routing.workflow_state = "Obsolete"
    with pytest.raises(NotSigned):
        routing.save()
    routing.reload()
    a.sign(routing, "Obsolete", reason="The machine is gone")
    assert frappe.db.get_value("Process Routing", routing.name, "workflow_state") == "Obsolete"
    assert current_routing(routing.item_code, frappe.utils.nowdate()) is None


def test_a_draft_is_approved_and_not_withdrawn() -> None:
    routing = a.a_routing(a.an_item("Finished"), is_approved=False)
    with pytest.raises(RevisionIsFrozen):
        a.sign(routing, "Obsolete", reason="Never used")


def test_the_day_on_which_an_approved_routing_takes_effect_stays() -> None:
    routing = a.a_routing(a.an_item("Finished"))
    routing.effective_from = frappe.utils.add_days(frappe.utils.nowdate(), 30)
    with pytest.raises(RevisionIsFrozen):
        routing.save()
