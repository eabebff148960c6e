"""Electronic signatures: the right person, the right password, exactly this content."""

from collections.abc import Iterator
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_qualification, a_supplier, a_user, as_user, ensure, unique
from frappe.model.document import Document
from med_trace.domain import errors
from med_trace.ledger import append_only, signing
from med_trace.ledger.signing import is_signed, require_signed, signatures_of

MEANING = "Read"


@pytest.fixture
def note(site: str) -> Iterator[Document]:
    """A document that nothing follows from, and a rule that it can be signed by."""
    values = {"role": "Trace Quality", "count": 1, "independent_of_author": 1}
    name = f"Qualification: {MEANING}"
    ensure("Signature Rule", name, document_type="Qualification", meaning=MEANING, **values)
    rule(**values)
    yield a_note()


def a_note() -> Document:
    """A record whose content is its remarks."""
    return a_qualification("Supplier", a_supplier(is_approved=False), "Supplier Approval", remarks="first")


def sign(doctype: str, name: str, meaning: str, password: str, reason: str | None = None) -> str:
    """As somebody who enters his own user id."""
    return signing.sign(doctype, name, meaning, password, reason, user=frappe.session.user)


def rule(**values: object) -> None:
    document = frappe.get_doc("Signature Rule", f"Qualification: {MEANING}").update(values)
    document.change_reason = "As the test wants it"
    document.save()


@pytest.mark.requirement("SIG-2")
def test_a_signature_says_who_when_with_zone_and_what_it_means(note: Document) -> None:
    user = a_user("Quality", name="Ada")
    with as_user(user):
        name = sign("Qualification", note.name, MEANING, PASSWORD, "checked")
    [given] = signatures_of("Qualification", note.name)
    assert (given.name, given.signer, given.meaning, given.reason) == (name, user, MEANING, "checked")
    assert given.printed_name == frappe.db.get_value("User", user, "full_name")
    assert given.signed_at and given.time_zone and given.valid


@pytest.mark.requirement("SIG-1")
@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_a_wrong_password_signs_nothing(note: Document, password: str) -> None:
    with as_user(a_user("Quality")), pytest.raises(frappe.AuthenticationError):
        sign("Qualification", note.name, MEANING, password)
    assert signatures_of("Qualification", note.name) == []


@pytest.mark.requirement("SIG-3")
def test_a_later_change_of_the_content_breaks_the_signature_and_is_named(note: Document) -> None:
    with as_user(a_user("Quality")):
        sign("Qualification", note.name, MEANING, PASSWORD)
    require_signed(note, MEANING)
    note.reload()
    note.remarks = "second"
    note.save()
    [given] = signatures_of("Qualification", note.name)
    assert not given.valid and given.changed == ["remarks"]
    with pytest.raises(errors.NotSigned):
        require_signed(note, MEANING)


@pytest.mark.requirement("SIG-3")
def test_a_copied_signature_fails(note: Document) -> None:
    with as_user(a_user("Quality")):
        name = sign("Qualification", note.name, MEANING, PASSWORD)
    other = a_note()
    stored = frappe.db.get_value("Electronic Signature", name, "*", as_dict=True)
    columns = [column for column in stored if column != "seq"]
    copied = {**stored, "name": unique("copy"), "document_name": other.name}
    frappe.db.bulk_insert("Electronic Signature", columns, [tuple(copied[column] for column in columns)])
    [forged] = signatures_of("Qualification", other.name)
    assert not forged.valid
    assert not is_signed(other, MEANING)


@pytest.mark.requirement("SIG-3")
def test_saving_without_a_change_keeps_the_signature(note: Document) -> None:
    with as_user(a_user("Quality")):
        sign("Qualification", note.name, MEANING, PASSWORD)
    note.reload()
    note.save()
    assert is_signed(note, MEANING)


@pytest.mark.requirement("REL-2")
def test_without_the_role_nobody_signs(note: Document) -> None:
    with as_user(a_user("Operator")), pytest.raises(errors.SignatureRefused, match="Trace Quality"):
        sign("Qualification", note.name, MEANING, PASSWORD)


@pytest.mark.requirement("REL-2")
def test_the_author_does_not_sign_and_neither_does_who_changed_it(note: Document) -> None:
    author, supplier = a_user("Quality"), a_supplier(is_approved=False)
    with as_user(author):
        own = a_qualification("Supplier", supplier, "Supplier Approval")
        with pytest.raises(errors.SignatureRefused, match="You wrote"):
            sign("Qualification", own.name, MEANING, PASSWORD)
    rule(independent_of_author=0)
    with as_user(author):
        sign("Qualification", own.name, MEANING, PASSWORD)


@pytest.mark.requirement("OPS-3")
@pytest.mark.parametrize("keeper", ["Trace Administrator", "System Manager"])
def test_no_administrator_signs(note: Document, keeper: str) -> None:
    user = a_user("Quality")
    given = {
        "parent": user,
        "parenttype": "User",
        "parentfield": "roles",
        "role": keeper,
        "name": unique("R"),
    }
    frappe.db.bulk_insert(
        "Has Role", list(given), [tuple(given.values())]
    )  # he had both before the rules came
    frappe.clear_cache(user=user)
    for person in (user, "Administrator"):
        with as_user(person), pytest.raises(errors.SignatureRefused, match="administrator"):
            sign("Qualification", note.name, MEANING, PASSWORD)


def test_a_meaning_without_a_rule_is_refused_with_those_that_exist(note: Document) -> None:
    with as_user(a_user("Quality")), pytest.raises(errors.BadInput, match=MEANING):
        sign("Qualification", note.name, "Blessed", PASSWORD)


def test_a_required_reason_is_asked_for(note: Document) -> None:
    rule(reason_required=1)
    with as_user(a_user("Quality")):
        with pytest.raises(errors.BadInput, match="reason"):
            sign("Qualification", note.name, MEANING, PASSWORD)
        assert sign("Qualification", note.name, MEANING, PASSWORD, "periodic review")


@pytest.mark.requirement("REL-3")
def test_two_signatures_are_two_people(note: Document) -> None:
    rule(count=2)
    first = a_user("Quality")
    with as_user(first):
        sign("Qualification", note.name, MEANING, PASSWORD)
        with pytest.raises(errors.SignatureRefused, match="already"):
            sign("Qualification", note.name, MEANING, PASSWORD)
    assert not is_signed(note, MEANING)
    with as_user(a_user("Quality")):
        sign("Qualification", note.name, MEANING, PASSWORD)
    assert is_signed(note, MEANING)


@pytest.mark.requirement("SIG-4")
def test_a_disabled_users_signature_stays_valid_with_his_name(note: Document) -> None:
    user = a_user("Quality", name="Grace")
    with as_user(user):
        sign("Qualification", note.name, MEANING, PASSWORD)
    frappe.db.set_value("User", user, "enabled", 0)
    [given] = signatures_of("Qualification", note.name)
    assert given.valid and given.printed_name.startswith("Grace")


def test_a_document_that_does_not_exist_is_named(note: Document) -> None:
    with as_user(a_user("Quality")), pytest.raises(errors.NotFound, match="NO-SUCH"):
        sign("Qualification", "NO-SUCH", MEANING, PASSWORD)


def test_signatures_are_protected_by_the_database(site: str) -> None:
    assert not [lacking for lacking in append_only.missing() if "Signature" in lacking]


@pytest.mark.requirement("SIG-3")
def test_the_same_signature_written_twice_does_not_count_twice(note: Document) -> None:
    rule(count=2)
    with as_user(a_user("Quality")):
        name = sign("Qualification", note.name, MEANING, PASSWORD)
    stored = frappe.db.get_value("Electronic Signature", name, "*", as_dict=True)
    other = a_user("Quality")
    copied = {**stored, "name": unique("copy"), "signer": other, "owner": other, "modified_by": other}
    copied.pop("seq", None)
    frappe.db.bulk_insert("Electronic Signature", list(copied), [tuple(copied.values())])
    assert [one.valid for one in signatures_of("Qualification", note.name)] == [True, False]
    assert not is_signed(note, MEANING)


@pytest.mark.requirement("AUD-1", "SIG-5")
def test_a_failed_signature_is_in_the_audit_trail(client: Any, note: Document) -> None:
    user = a_user("Quality")
    frappe.db.commit()
    client.login(user, PASSWORD)
    values = {"doctype": "Qualification", "name": note.name, "meaning": MEANING}
    assert client.call("med_trace.api.sign.sign", **values, user=user, password="guess").status == 401
    frappe.db.rollback()
    told = {
        "kind": "Signing Failed",
        "document_type": "Qualification",
        "document_name": note.name,
        "user": user,
    }
    assert frappe.db.count("Audit Entry", told) == 1


@pytest.mark.requirement("SIG-2")
def test_a_printout_shows_the_signatures_and_whether_they_hold(note: Document) -> None:
    user = a_user("Quality", name="Ada")
    with as_user(user):
        sign("Qualification", note.name, MEANING, PASSWORD, "read <twice>")
    page = frappe.get_print("Qualification", note.name)
    [given] = signatures_of("Qualification", note.name)
    for words in (given.printed_name, MEANING, str(given.signed_at)[:19], given.time_zone, "valid"):
        assert words in page
    assert "read &lt;twice&gt;" in page and "BROKEN" not in page
    frappe.db.set_value("Qualification", note.name, "remarks", "other")
    frappe.clear_document_cache("Qualification", note.name)
    assert "BROKEN: Changed since: remarks." in frappe.get_print("Qualification", note.name)
    assert "Signed electronically" not in frappe.get_print("Qualification", a_note().name)
