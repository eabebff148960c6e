"""What Frappe writes past its documents is told too: passwords, User Permissions, customizations, what a save does
to other records (AUD-1).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_user, insert, unique
from lots import a_lot
from med_trace.ledger.audit import past, verify
from web import Client

pytestmark = pytest.mark.requirement("AUD-1")

NEW_PASSWORD = "Another-harbour-43!"
UPDATE = "frappe.core.doctype.user.user.update_password"
PERMISSIONS = "frappe.core.doctype.user_permission.user_permission"


def entries_of(doctype: str, name: str | None = None) -> list[Any]:
    about = {"document_type": doctype, **({"document_name": name} if name else {})}
    fields = ["document_name", "kind", "category", "user", "changes"]
    return frappe.get_all(
        "Audit Entry", filters=about, fields=fields, order_by="name asc", limit_page_length=0
    )


def told(entry: Any) -> dict[str, tuple[Any, Any]]:
    return {one["field"]: (one.get("old"), one.get("new")) for one in json.loads(entry.changes or "[]")}


def passwords_told(user: str) -> list[Any]:
    return [entry for entry in entries_of("User", user) if "password" in told(entry)]


# -- passwords and secrets


def test_a_password_that_somebody_changes_himself_is_told(client: Client) -> None:
    user = a_user("Quality")
    frappe.db.commit()
    before = len(passwords_told(user))
    client.login(user, PASSWORD)
    assert client.call(UPDATE, new_password=NEW_PASSWORD, old_password="wrong").status != 200
    frappe.db.rollback()
    assert len(passwords_told(user)) == before
    client.login(user, PASSWORD)
    assert client.call(UPDATE, new_password=NEW_PASSWORD, old_password=PASSWORD).status == 200
    frappe.db.rollback()
    entry = passwords_told(user)[before]
    assert (entry.kind, entry.category, entry.user) == ("Changed", "Permission", user)
    assert told(entry)["password"] == (None, "***") and NEW_PASSWORD not in entry.changes


def test_a_password_that_is_set_by_a_link_is_told(client: Client) -> None:
    document = frappe.get_doc("User", a_user("Quality"))
    if not hasattr(document, "reset_password"):
        pytest.skip("no links by mail here")
    key = document.reset_password().partition("key=")[2]
    frappe.db.commit()
    before = len(passwords_told(document.name))
    assert client.call(UPDATE, new_password=NEW_PASSWORD, key="no-such-key").status == 410
    assert client.call(UPDATE, new_password=NEW_PASSWORD, key=key).status == 200
    frappe.db.rollback()
    (entry,) = passwords_told(document.name)[before:]
    assert (entry.kind, entry.user) == ("Changed", document.name)


def test_a_password_that_an_administrator_sets_is_told(site: str) -> None:
    user = frappe.get_doc("User", a_user("Quality"))
    before = len(passwords_told(user.name))
    user.new_password = NEW_PASSWORD
    user.save()
    (entry,) = passwords_told(user.name)[before:]
    assert (entry.kind, entry.user) == ("Changed", "Administrator")


def test_a_secret_that_takes_the_place_of_another_is_told(site: str) -> None:
    from frappe.core.doctype.user.user import generate_keys

    user = a_user("Quality")
    for _ in range(2):
        generate_keys(user)
    assert ["api_secret" in told(entry) for entry in entries_of("User", user)[-2:]] == [True, True]
    assert "***" in told(entries_of("User", user)[-1])["api_secret"]
    count = len(entries_of("User", user))
    frappe.get_doc("User", user).save()
    assert len(entries_of("User", user)) == count, "the same stars again are no change"


# -- what is told of records that are written by SQL


def test_what_is_written_inside_has_its_entry_and_no_second_one(site: str) -> None:
    kept, gone, saved = (_a_role() for _ in range(3))
    with past.told({"Role": {"name": ["in", [kept, gone, saved]]}}):
        frappe.db.set_value("Role", kept, "desk_access", 0)
        frappe.db.delete("Role", {"name": gone})
        document = frappe.get_doc("Role", saved)
        document.desk_access = 0
        document.save()
    assert [entry.kind for entry in entries_of("Role", kept)] == ["Created", "Changed"]
    assert told(entries_of("Role", kept)[-1]) == {"desk_access": (1, None)}
    assert [entry.kind for entry in entries_of("Role", gone)] == ["Created", "Deleted"]
    assert told(entries_of("Role", gone)[-1])["role_name"] == (gone, None)
    assert [entry.kind for entry in entries_of("Role", saved)] == ["Created", "Changed"]


def _a_role() -> str:
    return str(insert("Role", role_name=unique("Trace Test"), desk_access=1).name)


def _a_user_permission(user: str) -> Any:
    lot = a_lot(quantity=1)
    return insert("User Permission", user=user, allow="Material Lot", for_value=lot, apply_to_all_doctypes=1)


def _on_a_bench(path: str) -> None:
    try:
        frappe.get_attr(path)
    except (ImportError, AttributeError):
        pytest.skip("this runtime has no such route")


def test_user_permissions_that_are_cleared_are_told_one_by_one(client: Client) -> None:
    _on_a_bench(f"{PERMISSIONS}.clear_user_permissions")
    user = a_user("Quality")
    rules = [_a_user_permission(user).name for _ in range(2)]
    _manager(client)
    reply = client.call(f"{PERMISSIONS}.clear_user_permissions", user=user, for_doctype="Material Lot")
    frappe.db.rollback()
    assert reply.message == 2
    for name in rules:
        assert [entry.kind for entry in entries_of("User Permission", name)] == ["Created", "Deleted"]


def test_user_permissions_that_are_exchanged_are_told_one_by_one(client: Client) -> None:
    _on_a_bench(f"{PERMISSIONS}.add_user_permissions")
    user = a_user("Quality")
    rule = _a_user_permission(user)
    _manager(client)
    data = {"user": user, "doctype": "Material Lot", "docname": rule.for_value, "apply_to_all_doctypes": 0}
    data |= {"applicable_doctypes": ["Process Record"], "is_default": 0, "hide_descendants": 0}
    assert client.call(f"{PERMISSIONS}.add_user_permissions", data=json.dumps(data)).message == 1
    frappe.db.rollback()
    assert [entry.kind for entry in entries_of("User Permission", rule.name)] == ["Created", "Deleted"]
    (new,) = frappe.get_all("User Permission", filters={"user": user}, pluck="name")
    assert [entry.kind for entry in entries_of("User Permission", new)] == ["Created"]


def test_who_may_not_clears_no_user_permissions(client: Client) -> None:
    user = a_user("Quality")
    frappe.db.commit()
    client.login(user, PASSWORD)
    for step, values in (
        ("clear_user_permissions", {"user": user, "for_doctype": "Item"}),
        ("add_user_permissions", {"data": "{}"}),
    ):
        assert client.call(f"{PERMISSIONS}.{step}", **values).status == 403


def _manager(client: Client) -> None:
    manager = a_user("System Manager")
    frappe.db.commit()
    client.login(manager, PASSWORD)


@pytest.mark.parametrize("step", ["reset_to_defaults", "reset_layout"])
def test_a_customized_form_that_is_put_back_is_told(site: str, step: str) -> None:
    _on_a_bench("frappe.custom.doctype.customize_form.customize_form.CustomizeForm")
    setter = _a_property_setter("field_order", '["item_code", "item_name"]', for_doctype=True)
    form = frappe.get_doc("Customize Form")
    form.doc_type = "Item"
    getattr(form, step)()
    assert not frappe.db.exists("Property Setter", setter)
    assert [entry.kind for entry in entries_of("Property Setter", setter)][-1] == "Deleted"


# -- what a save does to other records


def test_a_property_that_is_set_again_is_told_as_a_change(site: str) -> None:
    for value in ("first", "second"):
        name = _a_property_setter("description", value)
    assert [entry.kind for entry in entries_of("Property Setter", name)] == ["Created", "Changed"]
    assert told(entries_of("Property Setter", name)[-1])["value"] == ("first", "second")


def _a_property_setter(prop: str, value: str, for_doctype: bool = False) -> str:
    about = (
        {"doctype_or_field": "DocType"}
        if for_doctype
        else {"doctype_or_field": "DocField", "field_name": "brand"}
    )
    values = {"doc_type": "Item", "property": prop, "property_type": "Data", "value": value, **about}
    return str(insert("Property Setter", **values).name)


def test_a_role_that_is_disabled_is_told_of_everyone_who_loses_it(site: str) -> None:
    role = _a_role()
    users = [frappe.get_doc("User", a_user("Quality")) for _ in range(2)]
    for user in users:
        user.append("roles", {"role": role})
        user.save()
    document = frappe.get_doc("Role", role)
    document.disabled = 1
    document.save()
    for user in users:
        entry = entries_of("User", user.name)[-1]
        assert (entry.kind, entry.category) == ("Changed", "Permission") and role in entry.changes
    assert [entry.kind for entry in entries_of("Role", role)] == ["Created", "Changed"]


def test_a_workflow_that_is_switched_off_by_another_is_told(site: str) -> None:
    first, second = _a_workflow(), _a_workflow()
    assert [entry.kind for entry in entries_of("Workflow", first)] == ["Created", "Changed"]
    assert told(entries_of("Workflow", first)[-1]) == {"is_active": (1, None)}
    assert [entry.kind for entry in entries_of("Workflow", second)] == ["Created"]


@pytest.mark.requirement("AUD-3")
def test_records_that_a_new_workflow_gives_a_state_are_not_taken_for_tampered(site: str) -> None:
    tool = insert("Tool", tool_id=unique("TOOL"), tool_name="Mould", tool_type="Mould", cavities=8).name
    _a_workflow("Tool", "remarks")
    assert frappe.db.get_value("Tool", tool, "remarks") == "Trace Open"
    assert told(entries_of("Tool", tool)[-1]) == {"remarks": (None, "Trace Open")}
    assert [one for one in verify.findings() if tool in str(one)] == []


# A field that is there already holds the state: MariaDB keeps a new column, whatever is rolled back.
def _a_workflow(doctype: str = "Item", field: str = "brand") -> str:
    if not frappe.db.exists("Workflow State", "Trace Open"):
        insert("Workflow State", workflow_state_name="Trace Open")
    states = [{"state": "Trace Open", "doc_status": "0", "allow_edit": "System Manager"}]
    values = {"workflow_name": unique("FLOW"), "document_type": doctype, "workflow_state_field": field}
    return str(insert("Workflow", **values, is_active=1, states=states, transitions=[]).name)


# -- while the app goes


def test_record_types_that_go_are_told_until_the_trail_itself_has_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An uninstallation drops the tables of an app in any order."""

    def told_of_a_deleted_type() -> int:
        name = unique("Record Type")
        values = {"deleted_doctype": "DocType", "deleted_name": name, "data": "{}"}
        frappe.get_doc({"doctype": "Deleted Document", **values}).db_insert()
        return len(entries_of("DocType", name))

    monkeypatch.setitem(frappe.local.flags, "in_uninstall", True)
    assert told_of_a_deleted_type() == 1
    monkeypatch.setattr(frappe.local.db, "table_exists", lambda *args, **kwargs: False)
    assert told_of_a_deleted_type() == 0
