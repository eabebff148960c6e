"""Documents of Frappe's own DocTypes: names, stamps, defaults, locks, links, renaming. The same on a bench."""

from __future__ import annotations

from typing import Any

import pytest

import frappe


def a_role(name: str) -> Any:
    return frappe.get_doc({"doctype": "Role", "role_name": name}).insert()


def a_todo(**values: Any) -> Any:
    return frappe.get_doc({"doctype": "ToDo", "description": "look", **values}).insert()


def test_a_name_from_a_field_is_trimmed_and_unique_whatever_its_case() -> None:
    assert a_role("  Contract Role ").name == "Contract Role"
    with pytest.raises(frappe.DuplicateEntryError):
        a_role("contract role")


def test_owner_and_stamps_are_the_sessions_own() -> None:
    doc = a_todo(owner="someone@example.com", creation="2001-01-01 00:00:00")
    assert (doc.owner, doc.modified_by) == ("Administrator", "Administrator")
    assert str(doc.creation) == str(doc.modified) > "2002"


def test_defaults_fill_only_what_is_none() -> None:
    assert a_todo(status=None).status == "Open"
    assert a_todo(priority="High").priority == "High"


def test_a_stale_document_is_not_saved() -> None:
    doc = a_todo()
    other = frappe.get_doc("ToDo", doc.name)
    other.description = "first"
    other.save()
    doc.description = "second"
    with pytest.raises(frappe.TimestampMismatchError):
        doc.save()
    assert frappe.db.get_value("ToDo", doc.name, "description") == "first"


def test_a_link_must_exist_and_takes_the_targets_own_spelling() -> None:
    a_role("Contract Role")
    assert a_todo(role="CONTRACT ROLE").role == "Contract Role"
    with pytest.raises(frappe.LinkValidationError, match="Could not find"):
        a_todo(role="No Such Role")


def test_a_renamed_document_is_renamed_where_it_is_referred_to() -> None:
    a_role("Contract Role")
    todo = a_todo(role="Contract Role", reference_type="Role", reference_name="Contract Role")
    frappe.rename_doc("Role", "Contract Role", "Better Role", force=True)
    todo.reload()
    assert (todo.role, todo.reference_name) == ("Better Role", "Better Role")


def test_what_is_referred_to_is_not_deleted() -> None:
    a_role("Contract Role")
    todo = a_todo()
    frappe.get_doc(
        {"doctype": "Custom DocPerm", "parent": "ToDo", "role": "Contract Role", "read": 1}
    ).insert()
    with pytest.raises(frappe.LinkExistsError):
        frappe.delete_doc("Role", "Contract Role")
    frappe.delete_doc("ToDo", todo.name)
    assert not frappe.db.exists("ToDo", todo.name)


def test_a_property_and_a_custom_field_count_at_once_and_end_with_a_rollback() -> None:
    frappe.make_property_setter(
        {"doctype": "ToDo", "fieldname": "color", "property": "reqd", "value": "1", "property_type": "Check"}
    )
    with pytest.raises(frappe.MandatoryError, match="color"):
        a_todo()
    frappe.db.rollback()
    frappe.clear_cache(doctype="ToDo")
    assert a_todo().name


def test_a_doctype_as_a_form_needs_it_says_what_may_be_done_with_it() -> None:
    from frappe.desk.form.load import get_meta_bundle

    record, *tables = [
        meta if isinstance(meta, dict) else meta.as_dict() for meta in get_meta_bundle("Inspection Record")
    ]
    assert (record["is_submittable"], record["module"]) == (1, "Inspection")
    assert "verdict" in [field["fieldname"] for field in record["fields"]]
    assert [table["name"] for table in tables] == ["Inspection Result"]
