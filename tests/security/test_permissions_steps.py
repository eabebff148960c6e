"""Workflow steps, signatures, ledger events and our own methods: each by the roles of docs/roles.md, and no other."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import frappe
import med_trace.api
from builders import PASSWORD, a_made_lot, a_user, as_user
from frappe.model.workflow import WorkflowTransitionError, apply_workflow
from med_trace.api.ledger import record
from med_trace.domain.errors import BadInput, SignatureRefused
from med_trace.ledger import signing
from permissions import GUEST, NOBODY, RECORDS, SUBMITTED, doctypes, people, refused, roles, table
from web import Client

PEOPLE = [role for role in roles() if role != GUEST]


@pytest.fixture
def users(site: str) -> dict[str, str]:
    return {role: a_user(*([] if role == NOBODY else [role])) for role in PEOPLE}


# -- steps of workflows -----------------------------------------------------------


def in_state(doctype: str, state: str) -> Any:
    """A record of that type in that state; how it came there is not asked."""
    if (doctype, state) == ("Lot Release", "Released"):
        return frappe.get_doc(doctype, SUBMITTED[doctype]())
    name = RECORDS[doctype]()
    frappe.db.set_value(doctype, name, "workflow_state", state, update_modified=False)
    return frappe.get_doc(doctype, name)


STEPS = [tuple(row) for row in table("DocType", "action")[1:]]


@pytest.mark.requirement("OPS-3")
def test_steps_are_taken_by_their_roles_only(users: dict[str, str]) -> None:
    wrong = []
    for doctype, action, step in sorted({row[:3] for row in STEPS}):
        allowed = {row[3] for row in STEPS if row[:3] == (doctype, action, step)}
        document = in_state(doctype, step.partition(" -> ")[0])
        open_to = {role for role, user in users.items() if is_open(document, action, user)}
        if open_to != allowed:
            wrong.append((doctype, action, step, open_to ^ allowed))
    assert wrong == []


def is_open(document: Any, action: str, user: str) -> bool:
    """Whether the workflow lets this person take the step; what comes of it is taken back."""
    frappe.db.savepoint("step")
    try:
        with as_user(user):
            apply_workflow(frappe.get_doc(document.doctype, document.name), action)
        return True
    except (WorkflowTransitionError, frappe.PermissionError):
        return False
    except frappe.ValidationError:  # what the record itself asks for: a signature, a scope
        return True
    finally:
        frappe.db.rollback(save_point="step")


# -- signatures -------------------------------------------------------------------


@pytest.mark.requirement("OPS-3", "REL-2")
def test_signatures_are_given_by_their_role_only(users: dict[str, str]) -> None:
    wrong = []
    for doctype, meaning, allowed, *_rest in table("DocType", "meaning")[1:]:
        name = RECORDS[doctype]()
        open_to = {role for role, user in users.items() if may_sign(doctype, name, meaning, user)}
        if open_to != {allowed}:
            wrong.append((doctype, meaning, open_to))
    assert wrong == []


def may_sign(doctype: str, name: str, meaning: str, user: str) -> bool:
    """Whether he comes as far as the record's own checks, or the question who he is."""
    with as_user(user):
        try:
            signing.sign(doctype, name, meaning, "", "because")
        except (SignatureRefused, frappe.PermissionError):
            return False
        except frappe.ValidationError:
            return True
    raise AssertionError("signed without a user id")


# -- events -----------------------------------------------------------------------


@pytest.mark.requirement("OPS-3", "GATE-1")
def test_events_are_recorded_by_their_roles_only(users: dict[str, str]) -> None:
    wrong = []
    for kind, allowed in table("event")[1:]:
        open_to = {role for role, user in users.items() if may_record(kind, user)}
        if open_to != set(allowed.split(", ")):
            wrong.append((kind, open_to))
    assert wrong == []


def may_record(kind: str, user: str) -> bool:
    with as_user(user):
        try:
            record({"type": kind, "rows": []})
        except frappe.PermissionError:
            return False
        except BadInput:  # an event needs rows
            return True
    raise AssertionError("an event without rows was recorded")


# -- our own methods --------------------------------------------------------------


def methods() -> Iterator[tuple[str, list[str]]]:
    for module in pkgutil.iter_modules(med_trace.api.__path__):
        found = importlib.import_module(f"med_trace.api.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            if function in frappe.whitelisted and function.__module__ == found.__name__:
                yield f"{found.__name__}.{name}", list(inspect.signature(function).parameters)


METHODS = dict(methods())
# What everyone who is logged in may ask: who he is, words, and his own queue.
ABOUT_ONESELF = {"med_trace.api.screen", "med_trace.api.queue", "med_trace.api.records.types"}


def likely(arguments: list[str], lot: str, release: str) -> dict[str, Any]:
    """Values with which a method would find something, if it were allowed to."""
    known = {
        "lot": lot,
        "code": lot,
        "name": lot,
        "doctype": "Material Lot",
        "document_type": "Material Lot",
        "document_name": lot,
        "lots": [lot],
        "reason": "x",
        "quantity": 1,
        "user": "x",
        "password": "x",
        "criteria": [{"criterion": "Lot", "value": lot}],
        "release": release,
        "query": lot,
        "text": lot,
        "item_code": frappe.db.get_value("Material Lot", lot, "item_code"),
        "lot_no": "NEW-LOT",
        "value": lot,
        "kind": "Lot",
        "direction": "forward",
    }
    return {argument: known[argument] for argument in arguments if argument in known}


@pytest.fixture
def scene(site: str) -> tuple[str, str]:
    lot = a_made_lot()
    return lot, frappe.get_doc({"doctype": "Lot Release", "lot": lot}).insert().name


def state() -> dict[str, Any]:
    """Everything of ours but the trail, which keeps who looked."""
    frappe.db.rollback()
    kept = [
        name for name, one in doctypes().items() if not one.get("issingle") and not name.startswith("Audit ")
    ]
    return {name: frappe.db.sql(f"select count(*), max(modified) from `tab{name}`")[0] for name in kept}


@pytest.mark.requirement("OPS-3")
@pytest.mark.parametrize("role", [NOBODY, GUEST, "Trace Machine"])
def test_our_methods_tell_nothing_to_who_has_no_right(
    client: Client, scene: tuple[str, str], role: str
) -> None:
    browser, before, told = people(client)[role], state(), []
    for method, arguments in METHODS.items():
        reply = browser.call(method, **likely(arguments, *scene))
        is_own = any(method.startswith(known) for known in ABOUT_ONESELF) and role != GUEST
        if reply.status >= 500 or (reply.status == 200 and not is_own and reply.json.get("message")):
            told.append((method, reply.status, reply.text[:120]))
        if scene[0] in reply.text and reply.status == 200:
            told.append((method, "names the lot"))
    assert told == []
    assert state() == before


@pytest.mark.requirement("OPS-3")
@pytest.mark.parametrize("role", ["Trace Auditor", "Trace Administrator"])
def test_who_reads_or_configures_writes_no_record_by_any_method(
    client: Client, scene: tuple[str, str], role: str
) -> None:
    browser, before, failed = people(client)[role], state(), []
    for method, arguments in METHODS.items():
        reply = browser.call(method, **likely(arguments, *scene))
        if reply.status >= 500:
            failed.append((method, reply.status, reply.text[-200:]))
    assert failed == []
    assert state() == before


@pytest.mark.requirement("OPS-3")
def test_no_lock_out_readers_read_by_our_methods(client: Client, scene: tuple[str, str]) -> None:
    wrong = []
    for role, browser in people(client).items():
        for method in ("trace.forward", "trace.backward", "trace.balance"):
            is_reader = role not in (NOBODY, GUEST, "Trace Machine")
            reply = browser.call(f"med_trace.api.{method}", lot=scene[0])
            if (reply.status == 200) != is_reader or refused(reply) == is_reader:
                wrong.append((role, method, reply.status))
    assert wrong == []


# -- duties -----------------------------------------------------------------------


def roles_of(user: str) -> set[str]:
    return {row.role for row in frappe.get_doc("User", user).roles}


@pytest.mark.requirement("OPS-3")
@pytest.mark.parametrize(
    "pair",
    [
        ("Trace Auditor", "Trace Operator"),
        ("Trace Auditor", "System Manager"),
        ("Trace Machine", "Trace Warehouse"),
        ("Trace Administrator", "Trace Quality"),
        ("Trace Regulatory", "Trace Administrator"),
    ],
)
def test_exclusive_duties_are_not_given_to_one_person(site: str, pair: tuple[str, str]) -> None:
    first, second = pair
    with pytest.raises(frappe.ValidationError, match="together"):
        a_user(first, second)
    user = frappe.get_doc("User", a_user(first))
    user.append("roles", {"role": second})
    with pytest.raises(frappe.ValidationError, match="together"):
        user.save()
    assert second not in roles_of(user.name)


@pytest.mark.requirement("OPS-3")
def test_a_system_manager_gives_himself_no_role_of_the_plant_by_any_route(client: Client) -> None:
    manager = a_user("System Manager")
    frappe.db.commit()
    client.login(manager, PASSWORD)
    row = {"parent": manager, "parenttype": "User", "parentfield": "roles", "role": "Trace Quality"}
    given = [*({"role": role} for role in sorted(roles_of(manager))), {"role": "Trace Quality"}]
    for reply in (
        client.put(f"/api/resource/User/{manager}", roles=given),
        client.post("/api/resource/Has Role", **row),
        client.call("frappe.client.insert", doc={"doctype": "Has Role", **row}),
        client.call("frappe.client.save", doc={**frappe.get_doc("User", manager).as_dict(), "roles": given}),
    ):
        assert reply.status in (403, 417), reply.text
    frappe.db.rollback()
    assert "Trace Quality" not in roles_of(manager)
    assert frappe.db.count("Has Role", {"parent": manager, "role": "Trace Quality"}) == 0


@pytest.mark.requirement("OPS-3")
def test_pairs_that_were_there_before_lock_nobody_out(site: str) -> None:
    user = a_user("Trace Administrator")
    values = {
        "name": frappe.generate_hash(length=10),
        "parent": user,
        "parenttype": "User",
        "role": "Trace Quality",
    }
    frappe.db.bulk_insert("Has Role", [*values, "parentfield"], [(*values.values(), "roles")])
    frappe.clear_cache(user=user)
    document = frappe.get_doc("User", user)
    document.first_name = "Still"
    document.save()
    assert roles_of(user) >= {"Trace Administrator", "Trace Quality"}
