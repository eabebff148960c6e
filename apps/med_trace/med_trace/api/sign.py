"""Electronic signatures over the API."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_text, require_login, require_permission, shown
from med_trace.ledger import signing
from med_trace.ledger.audit import reasons, scope


@frappe.whitelist(methods=["POST"])
@shown()
def sign(
    doctype: str | None = None,
    name: str | None = None,
    meaning: str | None = None,
    password: str | None = None,
    reason: str | None = None,
    user: str | None = None,
) -> str:
    """Sign a document as the user of this session; returns the name of the Electronic Signature.

    `meaning` is one of the meanings in the Signature Rules of `doctype`; `user` the signer's user id, required at
    the first signature of a session; `password` the signer's own, checked again on the server after the
    document's checks; `reason` where the rule asks for one. The last signature that a step takes (submit,
    cancel, an action of the workflow) carries it out.

    Errors: 401 for a wrong user id or password (WrongPassword: logged, nothing signed); 403 without the rule's
    role or independence, for a missing user id (UserIdRequired) or a password that is too old (PasswordTooOld);
    404 for a document that does not exist; 417 for an unknown meaning, a missing reason, or what the document
    itself refuses.
    """
    kind = as_text(doctype, "doctype", required=True)
    require_permission(kind, "read")
    named, meant = as_text(name, "name", required=True), as_text(meaning, "meaning", required=True)
    said, user_id = as_text(reason, "reason"), as_text(user, "user")
    return signing.sign(kind, named, meant, str(password or ""), said, user_id)


@frappe.whitelist()
@shown()
def status(doctype: str | None = None, name: str | None = None) -> dict[str, Any]:
    """What to ask the signer for, and which signatures of a document this person may give.

    user, printed_name, time_zone, needs_user (ask for the user id too), why_not (this person signs nothing:
    why), meanings: [meaning, role, needed, given, signers, reason_required, action, may_sign, why_not].

    Errors: 403 without read permission on the document, 404 when it does not exist.
    """
    require_permission(as_text(doctype, "doctype") or "Electronic Signature", "read")
    kind, named = as_text(doctype, "doctype"), as_text(name, "name")
    if kind and named and frappe.db.exists(kind, named):
        require_permission(kind, "read", doc=named)
    return signing.status(kind, named)


@frappe.whitelist()
def types() -> dict[str, Any]:
    """For forms: `signed`, the DocTypes with signature rules; `regulated`, DocType to the fields whose change needs
    a reason ("*": all); `ours`, the DocTypes of this app.

    Errors: 403 for a guest.
    """
    require_login()
    signed = frappe.get_all("Signature Rule", filters={"active": 1}, pluck="document_type", distinct=True)
    regulated: dict[str, list[str]] = {}
    for rule in reasons.rules():
        regulated.setdefault(rule.document_type, []).append(rule.fieldname)
    return {"signed": signed, "regulated": regulated, "ours": scope.doctypes_of_the_app()}


@frappe.whitelist()
@shown()
def signatures(doctype: str | None = None, name: str | None = None) -> list[dict[str, Any]]:
    """The signatures of a document, oldest first: signer, printed_name, signed_at, signed_at_utc, time_zone,
    meaning, reason, identified_by, valid (the content is still what was signed), changed (the places that are
    not), differences (with the values signed and now) and fault (what is wrong, in a sentence).

    Errors: 403 without read permission on the document, 404 when it does not exist.
    """
    kind, named = as_text(doctype, "doctype", required=True), as_text(name, "name", required=True)
    require_permission(kind, "read", doc=named)
    return signing.signatures_of(kind, named)
