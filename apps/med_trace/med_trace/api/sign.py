"""Electronic signatures over the API."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_text, require_permission, shown
from med_trace.ledger import signing


@frappe.whitelist(methods=["POST"])
@shown()
def sign(doctype: str, name: str, meaning: str, password: str, reason: str | None = None) -> str:
    """Sign a document as the user of this session; returns the name of the Electronic Signature.

    `meaning` is one of the meanings in the Signature Rules of `doctype`; `password` the signer's own, checked
    again on the server after the document's checks; `reason` where the rule asks for one.

    Errors: 401 for a wrong password (logged, nothing signed); 403 without the rule's role or independence;
    404 for a document that does not exist; 417 for an unknown meaning, a missing reason, or what the
    document itself refuses.
    """
    require_permission(as_text(doctype, "doctype", required=True), "read")
    return signing.sign(doctype, name, meaning, password, reason)


@frappe.whitelist()
@shown()
def signatures(doctype: str, name: str) -> list[dict[str, Any]]:
    """The signatures of a document, oldest first: signer, printed_name, signed_at, time_zone, meaning,
    reason, valid (the content is still what was signed) and changed (the fields that are not).

    Errors: 403 without read permission on the document, 404 when it does not exist.
    """
    require_permission(as_text(doctype, "doctype", required=True), "read", doc=name)
    return signing.signatures_of(doctype, name)
