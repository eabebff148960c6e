"""Gives a signature: the only place that writes one."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe.model.document import Document
from frappe.utils import get_fullname, get_system_timezone
from med_trace.domain.canonical import canonical_bytes, digest
from med_trace.domain.errors import NotSigned, SignatureRefused
from med_trace.ledger.shown import shown
from med_trace.ledger.signing import steps
from med_trace.ledger.signing.authority import require_authority
from med_trace.ledger.signing.content import WITH_FILES, left_out_of, signed_content
from med_trace.ledger.signing.identity import require_identity, session_key
from med_trace.ledger.signing.reading import existing, signatures_of
from med_trace.ledger.signing.rules import rule_of
from med_trace.ledger.tables import SIGNATURE_FIELDS, insert_rows
from med_trace.ledger.write import STANDARD


@shown()
def sign(
    doctype: str, name: str, meaning: str, password: str, reason: str | None = None, user: str | None = None
) -> str:
    """Sign a document as the user of this session; returns the Electronic Signature's name.

    In this order: the signer's authority and independence, the document's own checks, user id and password,
    the signature, what follows from it. A refusal writes nothing; a wrong password is logged. `user` is the
    signer's user id: required for the first signature of a session, and always outside a session.
    Raises SignatureRefused, BadInput, NotFound, UserIdRequired, PasswordTooOld, frappe.PermissionError,
    WrongPassword (a frappe.AuthenticationError).
    """
    rule = rule_of(doctype, meaning)
    document = _locked(doctype, name)
    require_authority(document, rule, reason)
    document.run_method("before_sign", meaning)
    document.run_method("validate")
    document = existing(doctype, name)
    left_out = left_out_of(document, meaning, rule.unsigned_fields)
    content = signed_content(document, left_out)
    _require_new(document, meaning, digest(content))
    identified_by = require_identity(user, password, (doctype, name, meaning))
    signature = _append(document, meaning, content, left_out, reason, identified_by)
    steps.follow(existing(doctype, name), rule, signature)
    _require_still_valid(doctype, name, signature)
    return signature


def _locked(doctype: str, name: str) -> Document:
    """Two people who sign at once do so one after the other: the last signature carries the step."""
    existing(doctype, name)
    frappe.db.get_value(doctype, name, "name", for_update=True)
    return existing(doctype, name)


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


def _append(
    document: Document,
    meaning: str,
    content: dict[str, Any],
    left_out: list[str],
    reason: str | None,
    identified_by: str,
) -> str:
    user, zone, utc = frappe.session.user, get_system_timezone(), datetime.now(timezone.utc)
    now = utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    stored = canonical_bytes(content).decode("utf-8")
    values = {
        "document_type": document.doctype,
        "document_name": document.name,
        "meaning": meaning,
        "signer": user,
        "printed_name": get_fullname(user) or user,
        "signed_at": now,
        "signed_at_utc": utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "time_zone": zone,
        "identified_by": identified_by,
        "session": session_key(),
        "reason": (reason or "").strip() or None,
        "scheme": WITH_FILES,
        "left_out": "\n".join(left_out),
        "content_hash": digest(stored.encode("utf-8")),
        "content": stored,
    }
    name = f"{time.time_ns():016x}{secrets.token_hex(2)}"
    row = (name, now, now, user, user, 0, 0, *(values[field] for field in SIGNATURE_FIELDS))
    insert_rows("Electronic Signature", (*STANDARD, *SIGNATURE_FIELDS), [row])
    frappe.get_doc({"doctype": "Electronic Signature", "name": name, **values}).run_method("after_insert")
    return name


def _require_still_valid(doctype: str, name: str, signature: str) -> None:
    """Signing must not itself change what was signed: that would be a mistake in what is left out."""
    row = next(row for row in signatures_of(doctype, name) if row.name == signature)
    if not row.valid:
        raise NotSigned(
            "What followed from signing changed the signed content ({0}); nothing was signed. "
            "An administrator can name these fields in the signature rule as not signed.",
            ", ".join(row.changed),
        )
