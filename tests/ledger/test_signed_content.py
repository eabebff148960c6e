"""What a signature covers: fields, rows and the bytes of files; what was changed is named with both values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import frappe
from builders import LENGTH, PASSWORD, a_plan, a_qualification, a_supplier, a_user, an_item, as_user, ensure
from frappe.model.document import Document
from med_trace.ledger import signing
from med_trace.ledger.events.audit import signature_after_insert
from med_trace.ledger.signing import is_signed, signatures_of
from med_trace.ledger.signing.differences import differences

MEANING = "Read"


@pytest.fixture
def record(site: str) -> Document:
    ensure(
        "Signature Rule",
        f"Qualification: {MEANING}",
        document_type="Qualification",
        meaning=MEANING,
        role="Trace Quality",
    )
    return a_qualification("Supplier", a_supplier(is_approved=False), "Supplier Approval")


def signed(document: Document, meaning: str = MEANING) -> str:
    user = a_user("Quality")
    with as_user(user):
        return signing.sign(document.doctype, document.name, meaning, PASSWORD, user=user)


def attach(document: Document, name: str, content: str) -> Document:
    attached = {"attached_to_doctype": document.doctype, "attached_to_name": document.name, "is_private": 1}
    return frappe.get_doc({"doctype": "File", "file_name": name, "content": content, **attached}).insert()


@pytest.mark.requirement("SIG-3")
def test_files_are_covered_by_their_bytes(record: Document) -> None:
    file = attach(record, "drawing.txt", "revision A")
    signed(record)
    assert is_signed(record, MEANING)
    with open(file.get_full_path(), "w") as stream:
        stream.write("revision B")
    [given_signature] = signatures_of(record.doctype, record.name)
    assert not given_signature.valid
    assert given_signature.changed == [f"attached_files[{file.file_name}].sha256"]
    with open(file.get_full_path(), "w") as stream:
        stream.write("revision A")
    assert is_signed(record, MEANING)


@pytest.mark.requirement("SIG-3")
@pytest.mark.parametrize("change", ["added", "removed"])
def test_a_file_more_or_less_breaks_the_signature(record: Document, change: str) -> None:
    file = attach(record, "drawing.txt", "revision A")
    signed(record)
    if change == "added":
        file = attach(record, "later.txt", "a second thought")
    else:
        frappe.delete_doc("File", file.name, ignore_permissions=True)
    [given_signature] = signatures_of(record.doctype, record.name)
    assert given_signature.changed == [f"attached_files[{file.file_name}]"]
    assert file.file_name in given_signature.fault


@pytest.mark.requirement("SIG-3")
def test_a_changed_row_is_named_with_both_values(site: str) -> None:
    plan = a_plan(an_item("Finished"), characteristics=[LENGTH], is_approved=False)
    signed(plan, "Approved")
    row = frappe.get_doc("Inspection Plan", plan.name).characteristics[0]
    frappe.db.set_value("Plan Characteristic", row.name, "upper_limit", "10.9")
    [broken] = signatures_of("Inspection Plan", plan.name)
    assert broken.changed == ["characteristics[1].upper_limit"]
    [difference] = broken.differences
    assert (difference["signed"], difference["now"]) != (None, None)
    assert {str(difference["signed"]), str(difference["now"])} == {"10.1", "10.9"}


@pytest.mark.requirement("SIG-3")
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"content": json.dumps({"doctype": "Qualification", "name": "another"})}, "given on"),
        ({"meaning": "Approved"}, "altered"),
        ({"signed_at": "2020-01-01 00:00:00"}, "altered"),
        ({"signer": "Administrator"}, "altered"),
        ({"document_name": "moved"}, "given on"),
    ],
)
def test_a_touched_signature_says_what_is_wrong_with_it(record: Document, values: dict, words: str) -> None:
    name = signed(record)
    if "document_name" in values:
        other = a_qualification("Supplier", a_supplier(is_approved=False), "Supplier Approval")
        values, record = {"document_name": other.name}, other
    row = {**frappe.db.get_value("Electronic Signature", name, "*", as_dict=True), **values}
    row["name"] = frappe.generate_hash(length=12)
    row.pop("seq", None)
    frappe.db.bulk_insert("Electronic Signature", list(row), [tuple(row.values())])
    touched = next(one for one in signatures_of(record.doctype, record.name) if one.name == row["name"])
    assert not touched.valid and words in touched.fault


@pytest.mark.requirement("SIG-3")
def test_a_signature_from_before_files_were_covered_stays_valid(record: Document) -> None:
    """It says itself which content it covers."""
    name = signed(record)
    old = frappe.db.get_value("Electronic Signature", name, "*", as_dict=True)
    old.pop("seq", None)
    old.update({"name": frappe.generate_hash(length=12), "scheme": 0, "left_out": None})
    frappe.db.bulk_insert("Electronic Signature", list(old), [tuple(old.values())])
    signature_after_insert(frappe.get_doc("Electronic Signature", old["name"]))
    attach(record, "later.txt", "came later")
    valid = {one.name: one.valid for one in signatures_of(record.doctype, record.name)}
    assert valid == {name: False, old["name"]: True}


@pytest.mark.requirement("SIG-4")
def test_signatures_outlive_their_signer(record: Document) -> None:
    name = signed(record)
    signer = frappe.db.get_value("Electronic Signature", name, "signer")
    frappe.db.set_value("User", signer, {"enabled": 0, "first_name": "Renamed", "full_name": "Renamed"})
    [one] = signatures_of(record.doctype, record.name)
    assert one.valid and one.printed_name.startswith("Person")


# A content holds nothing that is empty.
ROW = st.dictionaries(
    st.text("abc", min_size=1, max_size=2), st.integers(1) | st.text(min_size=1), min_size=1
)
CONTENTS = st.dictionaries(
    st.text("abc", min_size=1, max_size=2),
    st.integers(1) | st.text(min_size=1) | ROW | st.lists(ROW, min_size=1, max_size=3),
)


@given(signed_value=CONTENTS, now=CONTENTS)
def test_contents_differ_exactly_when_a_place_is_named(signed_value: object, now: object) -> None:
    assert bool(list(differences(signed_value, now))) == (signed_value != now)
