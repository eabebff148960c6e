"""Electronic signatures over the API."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_text, require_permission, shown
from med_trace.ledger import signing


@frappe.whitelist(methods=["POST"])
@shown()
def sign(
    doctype: str | None = None,
    name: str | None = None,
    meaning: str | None = None,
    password: str | None = None,
    reason: str | None = None,
) -> str:
    """Sign a document as the user of this session; returns the name of the Electronic Signature.

    `meaning` is one of the meanings in the Signature Rules of `doctype`; `password` the signer's own, checked
    again on the server after the document's checks; `reason` where the rule asks for one.

    Errors: 401 for a wrong password (logged, nothing signed); 403 without the rule's role or independence;
    404 for a document that does not exist; 417 for an unknown meaning, a missing reason, or what the
    document itself refuses.
    """
    kind = as_text(doctype, "doctype", required=True)
    require_permission(kind, "read")
    named, meant = as_text(name, "name", required=True), as_text(meaning, "meaning", required=True)
    return signing.sign(kind, named, meant, password or "", as_text(reason, "reason"))


@frappe.whitelist()
@shown()
def signatures(doctype: str | None = None, name: str | None = None) -> list[dict[str, Any]]:
    """The signatures of a document, oldest first: signer, printed_name, signed_at, time_zone, meaning,
    reason, valid (the content is still what was signed) and changed (the fields that are not).

    Errors: 403 without read permission on the document, 404 when it does not exist.
    """
    kind, named = as_text(doctype, "doctype", required=True), as_text(name, "name", required=True)
    require_permission(kind, "read", doc=named)
    return signing.signatures_of(kind, named)
