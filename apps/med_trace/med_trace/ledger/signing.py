"""Electronic signatures: who, when, meaning what, on exactly which content.

A document joins in through its controller, all of it optional:
`unsigned_fields` (fields, or "table.field", that are not part of the content: what follows from signing;
where that differs by meaning, a method `unsigned_fields(meaning)`),
`signatures_needed(meaning) -> int`, `record_authors() -> set[str]` (who made what is being signed),
`before_sign(meaning)` and `on_signed(signature)`.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

import frappe
from frappe import _
from frappe.auth import get_login_attempt_tracker
from frappe.model.document import Document
from frappe.utils import get_fullname, get_system_timezone, now_datetime
from frappe.utils.password import check_password
from med_trace.domain.canonical import BOOKKEEPING, canonical_bytes, content_of, digest
from med_trace.domain.errors import BadInput, NotFound, NotSigned, SignatureRefused
from med_trace.ledger.shown import shown
from med_trace.ledger.tables import insert_rows
from med_trace.ledger.write import STANDARD

SIGNATURE_FIELDS = (
    *("document_type", "document_name", "meaning", "signer", "printed_name", "signed_at", "time_zone"),
    *("reason", "content_hash", "content"),
)
# Who made the things that a lot's release rests on, when the document does not say.
MAKING_EVENTS = ("Transformed", "Inspected", "Sampled", "Split", "Merged", "Relabelled")
CANNOT_SIGN = "Trace Administrator"


@shown()
def sign(doctype: str, name: str, meaning: str, password: str, reason: str | None = None) -> str:
    """Sign a document as the user of this session; returns the Electronic Signature's name.

    In this order: the signer's authority and independence, the document's own checks, the password, the
    signature, what follows from it. A refusal writes nothing; a wrong password is logged.
    Raises SignatureRefused, BadInput, NotFound, frappe.PermissionError, WrongPassword
    (a frappe.AuthenticationError).
    """
    rule = _rule(doctype, meaning)
    document = _document(doctype, name)
    _require_authority(document, rule, reason)
    document.run_method("before_sign", meaning)
    document.run_method("validate")
    content = _content(_document(doctype, name), meaning)
    _require_new(document, meaning, digest(content))
    _require_password(password)
    signature = _append(document, meaning, content, reason)
    document = _document(doctype, name)
    document.run_method("on_signed", signature)
    _require_still_valid(doctype, name, signature)
    return signature


@shown()
def signatures_of(doctype: str, name: str) -> list[dict[str, Any]]:
    """The signatures of a document, oldest first: who, when, meaning, reason, and `valid`.

    A signature is valid while the document's content is what was signed; `changed` names the fields that
    are not.
    """
    document = _document(doctype, name)
    rows = frappe.get_all(
        "Electronic Signature",
        filters={"document_type": doctype, "document_name": name},
        fields=["name", "owner", *SIGNATURE_FIELDS],
        order_by="signed_at asc, name asc",
        limit_page_length=0,
    )
    contents = {meaning: _content(document, meaning) for meaning in {row.meaning for row in rows}}
    for row in rows:
        content = contents[row.meaning]
        now = digest(content)
        signed = row.pop("content")
        is_intact = digest((signed or "").encode("utf-8")) == row.content_hash and row.owner == row.signer
        row["valid"] = is_intact and row.content_hash == now
        row["changed"] = [] if row["valid"] else _changed_fields(signed, content)
    return rows


@shown()
def require_signed(doc: Document, meaning: str) -> None:
    """Raise NotSigned unless enough different people hold valid signatures with this meaning."""
    needed, signers = _needed(doc, meaning), _signers(doc, meaning)
    if len(signers) < needed:
        raise NotSigned(
            "{0} {1} needs {2} valid signature(s) meaning {3}; it has {4}.",
            *(doc.doctype, doc.name, needed, meaning, len(signers)),
        )


def is_signed(doc: Document, meaning: str) -> bool:
    """Whether require_signed would pass."""
    return len(_signers(doc, meaning)) >= _needed(doc, meaning)


def _signers(doc: Document, meaning: str) -> set[str]:
    signatures = signatures_of(doc.doctype, doc.name)
    return {row.signer for row in signatures if row.valid and row.meaning == meaning}


def _rule(doctype: str, meaning: str):
    fields = [
        "meaning",
        "role",
        "count",
        "independent_of_author",
        "independent_of_records",
        "reason_required",
    ]
    rules = frappe.get_all("Signature Rule", filters={"document_type": doctype}, fields=fields)
    for rule in rules:
        if rule.meaning == meaning:
            return rule
    expected = ", ".join(rule.meaning for rule in rules) or _("none: this document type is not signed")
    raise BadInput(
        "meaning: {0} is no meaning of a signature on {1}; expected {2}.", meaning, doctype, expected
    )


def _document(doctype: str, name: str) -> Document:
    if not frappe.db.exists(doctype, name):
        raise NotFound("{0} {1} does not exist.", doctype, name)
    return frappe.get_doc(doctype, name)


def _require_authority(document: Document, rule, reason: str | None) -> None:
    user = frappe.session.user
    document.check_permission("read")
    roles = frappe.get_roles(user)
    if user in ("Administrator", "Guest") or CANNOT_SIGN in roles:
        raise SignatureRefused(
            "{0} cannot sign: a signature is one person's, and not an administrator's.", user
        )
    if rule.role not in roles:
        raise SignatureRefused(
            "Signing {0} as {1} takes the role {2}.", document.doctype, rule.meaning, rule.role
        )
    if rule.reason_required and not (reason or "").strip():
        raise BadInput(
            "reason: signing {0} as {1} needs a reason.", document.doctype, rule.meaning, field="reason"
        )
    if rule.independent_of_author and user in _authors(document, rule.meaning):
        raise SignatureRefused(
            "You wrote {0} {1}: somebody else with the role {2} has to sign it.",
            *(document.doctype, document.name, rule.role),
        )
    if rule.independent_of_records and user in _record_authors(document):
        raise SignatureRefused(
            "You made records that {0} {1} rests on: somebody else with the role {2} has to sign it.",
            *(document.doctype, document.name, rule.role),
        )


def _authors(document: Document, meaning: str) -> set[str]:
    """Who created the document, and who ever changed something of what is signed."""
    versions = frappe.get_all(
        "Version",
        filters={"ref_doctype": document.doctype, "docname": document.name},
        fields=["owner", "data"],
        limit_page_length=0,
    )
    ignored = {*BOOKKEEPING, *_unsigned_fields(document, meaning)}
    return {document.owner, *(row.owner for row in versions if _changes_content(row.data, ignored))}


def _changes_content(version: str | None, ignored: set[str]) -> bool:
    data = frappe.parse_json(version or "{}")
    fields = {change[0] for change in data.get("changed") or []}
    tables = {change[0] for kind in ("added", "removed", "row_changed") for change in data.get(kind) or []}
    return bool((fields | tables) - ignored)


def _record_authors(document: Document) -> set[str]:
    if hasattr(document, "record_authors"):
        return set(document.record_authors())
    if not document.get("lot"):
        return set()
    query = """select distinct i.operator, e.recorded_by from `tabTrace Event Item` i
        join `tabTrace Event` e on e.name = i.parent
        where i.lot = %(lot)s and e.event_type in %(types)s and e.reverses is null"""
    rows = frappe.db.sql(query, {"lot": document.get("lot"), "types": MAKING_EVENTS})
    return {user for row in rows for user in row if user}


def _needed(document: Document, meaning: str) -> int:
    if hasattr(document, "signatures_needed"):
        return max(1, int(document.signatures_needed(meaning) or 1))
    return max(1, int(_rule(document.doctype, meaning).count or 1))


def _require_new(document: Document, meaning: str, content_hash: str) -> None:
    same = {
        "document_type": document.doctype,
        "document_name": document.name,
        "meaning": meaning,
        "signer": frappe.session.user,
        "content_hash": content_hash,
    }
    if frappe.db.exists("Electronic Signature", same):
        raise SignatureRefused(
            "You have signed {0} {1} as {2} already.", document.doctype, document.name, meaning
        )


class WrongPassword(frappe.AuthenticationError):
    """The signer's password was wrong. 401; not Frappe's own class, which would end the session."""


def _require_password(password: str) -> None:
    """Guesses count as they do at the login: too many lock the user out for a while."""
    user = frappe.session.user
    guesses = get_login_attempt_tracker(user)
    try:
        check_password(user, password or "")
    except frappe.AuthenticationError:
        if guesses:
            guesses.add_failure_attempt()
        frappe.db.after_rollback.add(lambda: _log_failure(user))
        frappe.throw(_("Wrong password: nothing was signed."), WrongPassword, title=_("Signature refused"))
    if guesses:
        guesses.add_success_attempt()


def _log_failure(user: str) -> None:
    """The attempt is kept although everything else of the request is rolled back."""
    from frappe.core.doctype.activity_log.activity_log import add_authentication_log

    add_authentication_log(
        _("Wrong password for an electronic signature"), user, operation="Login", status="Failed"
    )
    frappe.db.commit()


def _content(document: Document, meaning: str) -> dict[str, Any]:
    return content_of(document.as_dict(no_default_fields=False), _unsigned_fields(document, meaning))


def _unsigned_fields(document: Document, meaning: str) -> tuple[str, ...]:
    fields = getattr(document, "unsigned_fields", ())
    return fields(meaning) if callable(fields) else fields


def _append(document: Document, meaning: str, content: dict[str, Any], reason: str | None) -> str:
    user, now = frappe.session.user, now_datetime()
    stored = canonical_bytes(content).decode("utf-8")
    values = {
        "document_type": document.doctype,
        "document_name": document.name,
        "meaning": meaning,
        "signer": user,
        "printed_name": get_fullname(user) or user,
        "signed_at": now,
        "time_zone": get_system_timezone(),
        "reason": (reason or "").strip() or None,
        "content_hash": digest(stored.encode("utf-8")),
        "content": stored,
    }
    name = f"{time.time_ns():016x}{secrets.token_hex(2)}"
    row = (name, now, now, user, user, 0, 0, *(values[field] for field in SIGNATURE_FIELDS))
    insert_rows("Electronic Signature", (*STANDARD, *SIGNATURE_FIELDS), [row])
    frappe.get_doc({"doctype": "Electronic Signature", "name": name, **values}).run_method("after_insert")
    return name


def _require_still_valid(doctype: str, name: str, signature: str) -> None:
    """Signing must not itself change what was signed: that would be a mistake in `unsigned_fields`."""
    row = next(row for row in signatures_of(doctype, name) if row.name == signature)
    if not row.valid:
        raise NotSigned(
            "What followed from signing changed the signed content ({0}); nothing was signed.",
            ", ".join(row.changed),
        )


def _changed_fields(signed: str | None, content: dict[str, Any]) -> list[str]:
    before = frappe.parse_json(signed or "{}")
    now = frappe.parse_json(canonical_bytes(content).decode("utf-8"))
    return sorted(field for field in before.keys() | now.keys() if before.get(field) != now.get(field))
