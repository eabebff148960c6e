"""Who may give a signature: the role, and no interest of one's own in what is signed."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from med_trace.domain.canonical import BOOKKEEPING
from med_trace.domain.errors import BadInput, SignatureRefused
from med_trace.ledger.signing.content import left_out_of
from med_trace.ledger.tables import signature_rows

# Who makes the rules or keeps the system signs nothing: nobody could tell one's own hand from another's.
CANNOT_SIGN = frozenset({"Trace Administrator", "System Manager"})
NOBODY = ("Administrator", "Guest")
# Who made the things that a lot's release rests on, when the document does not say.
MAKING_EVENTS = ("Transformed", "Inspected", "Sampled", "Split", "Merged", "Relabelled")


def require_person() -> None:
    """Refuse who signs nothing at all."""
    user = frappe.session.user
    if user in NOBODY or CANNOT_SIGN & set(frappe.get_roles(user)):
        raise SignatureRefused(
            "{0} cannot sign: a signature is one person's, and not an administrator's.", user
        )
    if (frappe.session.get("data") or {}).get("impersonated_by"):
        raise SignatureRefused("You act as {0} and cannot sign for him.", user)


def require_authority(
    document: Document, rule: Any, reason: str | None = None, asks_reason: bool = True
) -> None:
    """Refuse who may not give this signature; says why, and who may."""
    document.check_permission("read")
    require_person()
    user = frappe.session.user
    if rule.role not in frappe.get_roles(user):
        raise SignatureRefused(
            "Signing {0} as {1} takes the role {2}.", document.doctype, rule.meaning, rule.role
        )
    if asks_reason and rule.reason_required and not (reason or "").strip():
        raise BadInput(
            "reason: signing {0} as {1} needs a reason.", document.doctype, rule.meaning, field="reason"
        )
    _require_independence(document, rule, user)


def _require_independence(document: Document, rule: Any, user: str) -> None:
    about = (document.doctype, document.name, rule.role)
    if rule.independent_of_author and user in _authors(document, rule):
        raise SignatureRefused("You wrote {0} {1}: somebody else with the role {2} has to sign it.", *about)
    if rule.independent_of_records and user in _record_authors(document):
        raise SignatureRefused(
            "You made records that {0} {1} rests on: somebody else with the role {2} has to sign it.", *about
        )
    if rule.independent_of_signers and user in _other_signers(document, rule):
        raise SignatureRefused(
            "You signed {0} {1} already: somebody else with the role {2} has to sign it.", *about
        )


def _authors(document: Document, rule: Any) -> set[str]:
    """Who created the document, and who ever changed something of what is signed."""
    versions = frappe.get_all(
        "Version",
        filters={"ref_doctype": document.doctype, "docname": document.name},
        fields=["owner", "data"],
        limit_page_length=0,
    )
    ignored = {*BOOKKEEPING, *left_out_of(document, rule.meaning, rule.unsigned_fields)}
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


def _other_signers(document: Document, rule: Any) -> set[str]:
    rows = signature_rows(document.doctype, document.name)
    return {row.signer for row in rows if row.meaning != rule.meaning}
