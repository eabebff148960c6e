"""Whatever happens to a record is told: by whom, when, the old and the new value, once."""

import json
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_routing, a_user, as_user, insert, unique
from lots import a_lot, an_item, event, row
from med_trace.domain.event import Action, EventType
from med_trace.ledger.audit import capture, entries, state, vault
from med_trace.ledger.lots import create_units
from med_trace.ledger.service import record
from web import Client

pytestmark = pytest.mark.requirement("AUD-1")


def entries_of(doctype: str, name: str) -> list[Any]:
    return frappe.get_all(
        "Audit Entry",
        filters={"document_type": doctype, "document_name": name},
        fields=["*"],
        order_by="name asc",
        limit_page_length=0,
    )


def last(doctype: str, name: str) -> Any:
    return entries_of(doctype, name)[-1]


def changes(entry: Any) -> list[dict[str, Any]]:
    return json.loads(entry.changes or "[]")


def a_tool(**values: Any) -> Any:
    name = unique("TOOL")
    return insert(
        "Tool", **{"tool_id": name, "tool_name": "Mould", "tool_type": "Mould", "cavities": 8, **values}
    )


def test_a_new_record_is_told_with_its_values(site: str) -> None:
    user = a_user("Item Manager")
    with as_user(user):
        item = an_item(item_name="Screw")
    entry = last("Item", item)
    assert (entry.kind, entry.category, entry.user, entry.owner) == ("Created", "Record", user, user)
    assert entry.printed_name == frappe.utils.get_fullname(user)
    assert entry.utc.endswith("Z") and entry.time_zone == frappe.utils.get_system_timezone()
    assert {"field": "item_name", "new": "Screw"} in changes(entry)
    assert entry.content_hash == state.content_hash(state.stored_state("Item", item))


def test_a_change_is_told_with_old_and_new_value_and_nothing_else(site: str) -> None:
    tool = a_tool()
    tool.cavities = 4
    tool.remarks = "  welded "
    tool.change_reason = "Cavities 5 to 8 are worn"
    tool.save()
    entry = last("Tool", tool.name)
    assert (entry.kind, entry.reason) == ("Changed", "Cavities 5 to 8 are worn")
    told = {change["field"]: (change.get("old"), change.get("new")) for change in changes(entry)}
    assert told["cavities"] == (8, 4)
    assert set(told) == {"cavities", "remarks"}


def test_a_save_that_changes_nothing_tells_nothing(site: str) -> None:
    tool = a_tool()
    frappe.get_doc("Tool", tool.name).save()
    assert [entry.kind for entry in entries_of("Tool", tool.name)] == ["Created"]


def test_rows_that_come_change_and_go_are_told_by_their_place(site: str) -> None:
    user = frappe.get_doc("User", a_user("Quality", "Inspector"))
    kept, gone = sorted(user.roles, key=lambda one: one.idx)
    user.remove(gone)
    user.append("roles", {"role": "Trace Supervisor"})
    user.save()
    entry = last("User", user.name)
    assert entry.category == "Permission"
    told = {json.dumps(change, sort_keys=True) for change in changes(entry) if change["field"][:5] == "roles"}
    assert told == {
        json.dumps({"field": "roles[2]", "new": {"role": "Trace Supervisor"}}, sort_keys=True),
        json.dumps({"field": "roles[2]", "old": {"role": gone.role}}, sort_keys=True),
    }
    assert kept.role not in entry.changes


def test_a_db_set_is_told_once_alone_and_inside_a_save(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from med_trace.production.doctype.tool.tool import Tool

    tool = a_tool(remarks="new")
    tool.db_set("remarks", "seen")
    assert changes(last("Tool", tool.name)) == [{"field": "remarks", "old": "new", "new": "seen"}]
    monkeypatch.setattr(Tool, "on_update", lambda self: self.db_set("remarks", "stamped"), raising=False)
    again = frappe.get_doc("Tool", tool.name)
    again.tool_name = "Mould 2"
    again.save()
    told = [change for entry in entries_of("Tool", tool.name)[2:] for change in changes(entry)]
    assert sorted(told, key=lambda change: change["field"]) == [
        {"field": "remarks", "old": "seen", "new": "stamped"},
        {"field": "tool_name", "old": "Mould", "new": "Mould 2"},
    ]
    assert last("Tool", tool.name).content_hash == state.content_hash(state.stored_state("Tool", tool.name))


def test_a_db_set_inside_an_insert_is_told_once(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from med_trace.production.doctype.tool.tool import Tool

    monkeypatch.setattr(Tool, "after_insert", lambda self: self.db_set("remarks", "stamped"), raising=False)
    tool = a_tool()
    found = entries_of("Tool", tool.name)
    assert [entry.kind for entry in found] == ["Created"]
    assert {"field": "remarks", "new": "stamped"} in changes(found[0])


def test_submit_and_cancel_have_their_own_names(site: str) -> None:
    document = _submittable()
    document.submit()
    assert last(document.doctype, document.name).kind == "Submitted"
    document.cancel()
    entry = last(document.doctype, document.name)
    assert (entry.kind, changes(entry)[0]) == ("Cancelled", {"field": "docstatus", "old": 1, "new": 2})


def _submittable() -> Any:
    from builders import finished, stores

    item = an_item(mt_untraced=1)
    rows = [
        {
            "item_code": item,
            "qty": 1,
            "t_warehouse": stores(),
            "basic_rate": 1,
            "allow_zero_valuation_rate": 1,
        }
    ]
    finished()
    return insert("Stock Entry", stock_entry_type="Material Receipt", purpose="Material Receipt", items=rows)


def test_a_deleted_record_leaves_its_values(site: str) -> None:
    tool = a_tool(remarks="scrap it")
    tool.delete()
    entry = last("Tool", tool.name)
    assert (entry.kind, entry.content_hash) == ("Deleted", None)
    assert {"field": "remarks", "old": "scrap it"} in changes(entry)


def test_a_rename_is_told_and_so_are_the_links_that_follow_it(site: str) -> None:
    item, new = an_item(), unique("ITEM")
    routing = a_routing(item)
    frappe.rename_doc("Item", item, new)
    entry = last("Item", new)
    assert (entry.kind, changes(entry)) == ("Renamed", [{"field": "name", "old": item, "new": new}])
    entry = last("Process Routing", routing.name)
    assert changes(entry) == [{"field": "item_code", "old": item, "new": new}]
    assert entry.content_hash == state.content_hash(state.stored_state("Process Routing", routing.name))


def test_what_an_import_replaces_is_told_as_a_change(site: str, tmp_path: Any) -> None:
    from frappe.modules.import_file import import_file_by_path

    role = {"doctype": "Role", "name": unique("Role"), "desk_access": 1, "modified": "2026-01-01 00:00:00"}
    role["role_name"] = role["name"]
    for desk_access in (1, 0):
        (tmp_path / "role.json").write_text(json.dumps([{**role, "desk_access": desk_access}]))
        import_file_by_path(str(tmp_path / "role.json"), data_import=True, force=True)
    assert [entry.kind for entry in entries_of("Role", role["name"])] == ["Created", "Changed"]
    assert changes(last("Role", role["name"])) == [{"field": "desk_access", "old": 1}]


def test_settings_are_configuration_and_told(site: str) -> None:
    settings = frappe.get_doc("Trace Settings")
    settings.digital_link_host = "https://id.other.example"
    settings.change_reason = "New domain"
    settings.save()
    entry = last("Trace Settings", "Trace Settings")
    assert (entry.kind, entry.category, entry.reason) == ("Changed", "Configuration", "New domain")
    assert changes(entry)[0]["new"] == "https://id.other.example"


@pytest.mark.parametrize(
    ("doctype", "values", "category"),
    [
        (
            "Custom Field",
            {"dt": "Item", "fieldname": "mt_test", "label": "T", "fieldtype": "Data"},
            "Configuration",
        ),
        (
            "Property Setter",
            {
                "doctype_or_field": "DocField",
                "doc_type": "Item",
                "field_name": "item_name",
                "property": "hidden",
                "property_type": "Check",
                "value": "1",
            },
            "Configuration",
        ),
        ("Role", {"role_name": "Trace Test"}, "Permission"),
        ("Workflow State", {"workflow_state_name": "Trace Test"}, "Configuration"),
        (
            "Signature Rule",
            {"document_type": "NCR", "meaning": "Seen", "role": "Trace Quality", "count": 1},
            "Configuration",
        ),
    ],
)
def test_configuration_and_permissions_are_told(
    site: str, doctype: str, values: dict[str, Any], category: str
) -> None:
    if doctype == "Custom Field":  # MariaDB keeps a column, whatever is rolled back
        values = {**values, "fieldname": f"mt_{frappe.generate_hash(length=8)}"}
    entry = last(doctype, insert(doctype, **values).name)
    assert (entry.kind, entry.category) == ("Created", category)


def test_no_password_is_told(site: str) -> None:
    user = a_user("Quality")
    document = frappe.get_doc("User", user)
    document.new_password = "Another-harbour-43!"
    document.save()
    told = " ".join(entry.changes or "" for entry in entries_of("User", user))
    assert "harbour" not in told and PASSWORD not in told
    assert {"field": "password", "new": "***"} in changes(last("User", user))


def test_units_are_told_one_by_one(site: str) -> None:
    units = create_units(a_lot(state=None), ["A-1", "A-2"])
    assert [last("Serial Unit", unit).kind for unit in units] == ["Created", "Created"]


def test_an_event_has_its_entry_in_the_same_transaction(site: str) -> None:
    lot = a_lot()
    frappe.db.savepoint("before_event")
    name = record(event(EventType.SHIPPED, row(Action.SHIP, lot, 1), reason="Order 7"))
    entry = last("Trace Event", name)
    assert (entry.kind, entry.category, entry.reason) == ("Recorded", "Ledger", "Order 7")
    frappe.db.rollback(save_point="before_event")
    assert entries_of("Trace Event", name) == []


def test_values_that_are_written_past_the_document_are_told(site: str) -> None:
    tool = a_tool(remarks="a")
    capture.set_value("Tool", tool.name, "remarks", "b")
    entry = last("Tool", tool.name)
    assert changes(entry) == [{"field": "remarks", "old": "a", "new": "b"}]
    assert entry.content_hash == state.content_hash(state.stored_state("Tool", tool.name))


def test_technical_logs_are_not_told(site: str) -> None:
    error = frappe.log_error(title="Only a log")
    assert entries_of("Error Log", error.name) == []


def test_logins_failed_logins_and_logouts_are_told(client: Client, site: str) -> None:
    user = a_user("Quality")
    frappe.db.commit()
    assert client.send("POST", "/api/method/login", {"usr": user, "pwd": "wrong"}).status == 401
    client.login(user, PASSWORD)
    client.call("logout")
    frappe.db.rollback()
    told = frappe.get_all(
        "Audit Entry",
        filters={"user": user, "category": "Access"},
        fields=["kind", "terminal"],
        order_by="name",
    )
    assert [entry.kind for entry in told] == ["Login Failed", "Logged In", "Logged Out"]
    assert {entry.terminal for entry in told} == {"127.0.0.1"}


def test_a_terminal_may_name_itself(client: Client, site: str) -> None:
    user = a_user("Quality")
    frappe.db.commit()
    client.headers["X-Terminal"] = "Line 3"
    client.login(user, PASSWORD)
    frappe.db.rollback()
    assert frappe.db.get_value("Audit Entry", {"user": user}, "terminal") == "Line 3 (127.0.0.1)"


# -- the journal


def _journal() -> str:
    return "".join(path.read_text() for path in vault.journals())


def test_the_journal_names_what_was_committed_and_nothing_else(client: Client, site: str) -> None:
    kept = entries.append("Read", category="Access")
    frappe.db.savepoint("undone")
    undone = entries.append("Read", category="Access")
    frappe.db.rollback(save_point="undone")
    assert kept not in _journal()
    frappe.db.commit()
    rolled_back = entries.append("Read", category="Access")
    frappe.db.rollback()
    later = entries.append("Read", category="Access")
    frappe.db.commit()
    assert [name in _journal() for name in (kept, undone, rolled_back, later)] == [True, False, False, True]


@pytest.mark.requirement("AUD-1", "AUD-3")
def test_settings_as_they_came_are_in_the_trail() -> None:
    told = {"document_type": "Trace Settings", "document_name": "Trace Settings"}
    assert frappe.db.exists("Audit Entry", told)
