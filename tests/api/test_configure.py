"""Administrators configure in the browser: never without a reason, and not what the rules rest on."""

from __future__ import annotations

from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_routing, a_user, an_item, unique

CONFIGURE = "med_trace.api.configure"
pytestmark = pytest.mark.requirement("CFG-1")


@pytest.fixture
def administrator(client: Any) -> Any:
    user = a_user("Trace Administrator")
    frappe.db.commit()
    return client.login(user, PASSWORD)


def a_field(**values: Any) -> dict[str, Any]:
    return {
        "doctype": "Custom Field",
        "__islocal": 1,
        "dt": "NCR",
        "label": f"Shift leader {frappe.generate_hash(length=6)}",
        "fieldtype": "Data",
        **values,
    }


def test_who_is_no_administrator_configures_nothing(client: Any) -> None:
    user = a_user("Trace Quality")
    frappe.db.commit()
    client.login(user, PASSWORD)
    for method in (
        "entries",
        "record",
        "save",
        "remove",
        "revise",
        "fields_of",
        "doctypes",
        "roles",
        "search",
        "give",
    ):
        assert client.call(f"{CONFIGURE}.{method}", doctype="Workflow", name="Trace NCR").status == 403


@pytest.mark.requirement("AUD-6")
def test_nothing_is_configured_without_a_reason(administrator: Any) -> None:
    refused = administrator.call(f"{CONFIGURE}.save", doc=a_field())
    assert refused.status == 417 and "Say why" in refused.words


@pytest.mark.requirement("AUD-1", "AUD-6")
def test_a_new_field_is_there_without_code_and_in_the_audit_trail(administrator: Any) -> None:
    field = a_field()
    made = administrator.call(f"{CONFIGURE}.save", doc=field, reason="Asked for by the audit of May")
    assert made.status == 200, made.text
    name = made.message["name"]
    fields = administrator.call(f"{CONFIGURE}.fields_of", doctype="NCR").message
    own = [one for one in fields if one["is_own"] and one["label"] == field["label"]]
    assert len(own) == 1
    meta = administrator.get("/api/method/frappe.desk.form.load.getdoctype", doctype="NCR").json["docs"][0]
    assert own[0]["fieldname"] in [one["fieldname"] for one in meta["fields"]]
    frappe.db.rollback()
    reasons = frappe.get_all(
        "Audit Entry", filters={"document_type": "Custom Field", "document_name": name}, pluck="reason"
    )
    assert reasons == ["Asked for by the audit of May"]
    gone = administrator.call(f"{CONFIGURE}.remove", doctype="Custom Field", name=name, reason="Not needed")
    assert gone.status == 200, gone.text
    left = [one["label"] for one in administrator.call(f"{CONFIGURE}.fields_of", doctype="NCR").message]
    assert field["label"] not in left


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"dt": "Trace Event"}, "no custom fields"),
        ({"dt": "Audit Entry"}, "no custom fields"),
        ({"dt": "User"}, "no custom fields"),
        ({"fieldtype": "Password"}, "expected one of"),
        ({"fieldtype": "Link", "options": "Nothing"}, "record type it leads to"),
        ({"fieldtype": "Select"}, "its options"),
        ({"label": ""}, "label"),
    ],
)
def test_a_field_that_could_not_be_carried_is_refused(
    administrator: Any, values: dict[str, Any], words: str
) -> None:
    refused = administrator.call(f"{CONFIGURE}.save", doc=a_field(**values), reason="Test")
    assert refused.status == 417 and words in refused.words


def test_a_field_of_the_app_stays(administrator: Any) -> None:
    name = frappe.get_all("Custom Field", filters={"fieldname": ["like", "mt_%"]}, pluck="name", limit=1)[0]
    refused = administrator.call(f"{CONFIGURE}.remove", doctype="Custom Field", name=name, reason="Test")
    assert refused.status == 417 and "belongs to med_trace" in refused.words


def test_a_workflow_gets_a_state_and_a_step_and_keeps_what_the_rules_rest_on(administrator: Any) -> None:
    waiting, ask = f"Waiting {frappe.generate_hash(length=6)}", f"Ask {frappe.generate_hash(length=6)}"
    state = {"doctype": "Workflow State", "__islocal": 1, "workflow_state_name": waiting}
    assert administrator.call(f"{CONFIGURE}.save", doc=state, reason="Suppliers").status == 200
    action = {"doctype": "Workflow Action Master", "__islocal": 1, "workflow_action_name": ask}
    assert administrator.call(f"{CONFIGURE}.save", doc=action, reason="Suppliers").status == 200
    read = administrator.call(f"{CONFIGURE}.record", doctype="Workflow", name="Trace NCR").message
    doc = read["doc"]
    doc["states"].append({"state": waiting, "doc_status": "0", "allow_edit": "Trace Quality"})
    doc["transitions"].append(
        {"state": "Open", "action": ask, "next_state": waiting, "allowed": "Trace Quality"}
    )
    saved = administrator.call(f"{CONFIGURE}.save", doc=doc, reason="Suppliers answer late")
    assert saved.status == 200, saved.text
    without = dict(saved.message, states=[one for one in saved.message["states"] if one["state"] != "Open"])
    refused = administrator.call(f"{CONFIGURE}.save", doc=without, reason="Test")
    assert refused.status == 417 and "needed by the rules" in refused.words
    gone = administrator.call(f"{CONFIGURE}.remove", doctype="Workflow", name="Trace NCR", reason="Test")
    assert gone.status == 417
    shipped = {
        "states": [one for one in saved.message["states"] if one["state"] != waiting],
        "transitions": [one for one in saved.message["transitions"] if one["action"] != ask],
    }
    again = administrator.call(f"{CONFIGURE}.save", doc=dict(saved.message, **shipped), reason="Not any more")
    assert again.status == 200, again.text


def test_limits_change_in_a_new_revision_that_waits_for_a_signature(administrator: Any) -> None:
    routing = a_routing(
        an_item("Finished"),
        parameters=[{"parameter": "Speed", "uom": "1/min", "lower_limit": "900", "upper_limit": "1100"}],
    )
    frappe.db.commit()
    rows = [{"table": "parameters", "idx": 1, "upper_limit": "1200"}]
    made = administrator.call(
        f"{CONFIGURE}.revise", doctype="Process Routing", name=routing.name, reason="New tool", rows=rows
    )
    assert made.status == 200, made.text
    frappe.db.rollback()
    draft = frappe.get_doc("Process Routing", made.message)
    assert (draft.workflow_state, draft.supersedes, draft.change_reason) == (
        "Draft",
        routing.name,
        "New tool",
    )
    assert draft.parameters[0].upper_limit == "1200"
    assert frappe.get_doc("Process Routing", routing.name).parameters[0].upper_limit == "1100"
    refused = administrator.call(
        f"{CONFIGURE}.revise",
        doctype="Process Routing",
        name=routing.name,
        reason="Test",
        rows=[{"table": "operations", "idx": 1, "operation_name": "Milling"}],
    )
    assert refused.status == 417


def test_the_roles_are_shown_as_they_are_now(administrator: Any) -> None:
    overview = administrator.call(f"{CONFIGURE}.roles").message
    rights = {row["doctype"]: row["rights"] for row in overview["rows"]}
    assert "w" in rights["NCR"]["Trace Quality"]
    assert "w" not in rights["NCR"].get("Trace Auditor", "")


def test_what_is_not_configured_here_is_not_touched_here(administrator: Any) -> None:
    user = {"doctype": "User", "__islocal": 1, "email": f"{unique('x').lower()}@example.com"}
    assert administrator.call(f"{CONFIGURE}.save", doc=user, reason="Test").status == 404
    assert administrator.call(f"{CONFIGURE}.search", doctype="Customer", txt="").status == 404
    assert administrator.call(f"{CONFIGURE}.entries", doctype="Customer").status == 404


ODD = (
    "x",
    "",
    "[",
    "[1]",
    "{}",
    None,
    0,
    -1,
    1.5,
    True,
    [],
    ["x"],
    {},
    {"x": {}},
    [{"table": None}],
    "x" * 600,
)
METHODS = (
    "entries",
    "record",
    "save",
    "remove",
    "revise",
    "fields_of",
    "search",
    "texts_of",
    "preview",
    "give",
)


def test_no_value_makes_the_configuration_fail(administrator: Any) -> None:
    wrong = []
    for doctype in (
        "Workflow",
        "Custom Field",
        "Process Routing",
        "Trace Settings",
        "Notification",
        "Print Format",
    ):
        for odd in ODD:
            documents: list[Any] = [odd, {"doctype": doctype, "name": odd}]
            documents += [{"doctype": doctype, "__islocal": 1, "states": odd, "fieldtype": odd, "dt": odd}]
            documents += [{"doctype": doctype, "__islocal": 1, "transitions": odd, "operations": odd}]
            documents += [
                {
                    "doctype": doctype,
                    "__islocal": 1,
                    "document_type": "NCR",
                    "event": "New",
                    "channel": "Email",
                }
                | {
                    "doc_type": "NCR",
                    "condition": odd,
                    "subject": "x",
                    "message": odd,
                    "html": odd,
                    "recipients": odd,
                }
            ]
            for method in METHODS:
                for doc in documents if method in ("save", "preview") else [odd]:
                    sent = {
                        "doctype": doctype,
                        "name": odd,
                        "reason": "Test",
                        "rows": odd,
                        "txt": odd,
                        "doc": doc,
                        "document_type": odd,
                        "role": odd,
                        "letters": odd,
                    }
                    reply = administrator.call(f"{CONFIGURE}.{method}", **sent)
                    if reply.status >= 500:
                        wrong.append(f"{method} {str(sent)[:150]}: {reply.json.get('exception')}")
    assert wrong == []


# -- rights of roles


@pytest.fixture
def shipped_rules(administrator: Any) -> Any:
    """The rules of NCR and of the events, whatever a test changed."""
    yield
    frappe.db.rollback()
    for doctype in ("NCR", "Trace Event"):
        assert administrator.call(f"{CONFIGURE}.give", doctype=doctype, reason="Test is over").status == 200


def rights_of(administrator: Any, doctype: str) -> dict[str, Any]:
    rows = administrator.call(f"{CONFIGURE}.roles").message["rows"]
    return next(row for row in rows if row["doctype"] == doctype)


@pytest.mark.requirement("AUD-1", "AUD-6", "OPS-3")
def test_a_role_gets_a_right_at_once_and_loses_it_again(
    administrator: Any, client: Any, shipped_rules: None
) -> None:
    before = rights_of(administrator, "NCR")
    assert "w" not in before["rights"].get("Trace Warehouse", "") and not before["changed"]
    warehouse = a_user("Trace Warehouse")
    frappe.db.commit()
    given = {"doctype": "NCR", "role": "Trace Warehouse", "letters": "rwc", "reason": "They find damage"}
    assert administrator.call(f"{CONFIGURE}.give", **given).status == 200
    after = rights_of(administrator, "NCR")
    assert after["changed"] and after["rights"]["Trace Warehouse"] == "rwc"
    others = {role: letters for role, letters in after["rights"].items() if role != "Trace Warehouse"}
    assert others == {
        role: letters for role, letters in before["rights"].items() if role != "Trace Warehouse"
    }
    frappe.db.rollback()
    frappe.clear_cache(doctype="NCR")
    assert frappe.has_permission("NCR", "create", user=warehouse)
    entry = frappe.get_all(
        "Audit Entry",
        filters={"document_type": "DocType", "document_name": "NCR", "category": "Permission"},
        fields=["reason", "changes"],
        order_by="name desc",
        limit=1,
    )[0]
    assert entry.reason == "They find damage" and "Trace Warehouse" in entry.changes
    assert administrator.call(f"{CONFIGURE}.give", doctype="NCR", reason="Trial is over").status == 200
    back = rights_of(administrator, "NCR")
    assert (back["rights"], back["changed"]) == (before["rights"], False)


@pytest.mark.requirement("OPS-3")
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"doctype": "User", "role": "Trace Quality", "letters": "rw"}, "not changed here"),
        ({"doctype": "Trace Event", "role": "Trace Quality", "letters": "rw"}, "not given to any role"),
        ({"doctype": "Material Lot", "role": "Trace Quality", "letters": "rwd"}, "not given to any role"),
        ({"doctype": "Lot Release", "role": "Trace Administrator", "letters": "rws"}, "kept apart"),
        ({"doctype": "NCR", "role": "Trace Auditor", "letters": "rw"}, "kept apart"),
        ({"doctype": "NCR", "role": "System Manager", "letters": "r"}, "kept apart"),
        ({"doctype": "NCR", "role": "Trace Quality", "letters": "w"}, "write needs read"),
        ({"doctype": "NCR", "role": "Trace Quality", "letters": "rz"}, "z is not given"),
    ],
)
def test_rights_that_duties_do_not_allow_are_refused(
    administrator: Any, given: dict[str, Any], words: str
) -> None:
    refused = administrator.call(f"{CONFIGURE}.give", **given, reason="Test")
    assert refused.status in (404, 417) and words in refused.words, refused.text
    assert administrator.call(f"{CONFIGURE}.give", **given).status in (404, 417)  # and never without a reason
