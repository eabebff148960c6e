"""What the dialog needs to know before it asks: which signatures this person may give, and what to ask for."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import get_fullname, get_system_timezone
from med_trace.domain.errors import TraceError
from med_trace.domain.sentence import Sentence
from med_trace.ledger.shown import translated
from med_trace.ledger.signing import steps
from med_trace.ledger.signing.authority import require_authority, require_person
from med_trace.ledger.signing.identity import needs_user_id, require_fresh_password
from med_trace.ledger.signing.reading import existing, signatures_needed, signatures_of
from med_trace.ledger.signing.rules import carried_by, rules_of


def status(doctype: str | None = None, name: str | None = None) -> dict[str, Any]:
    """user, printed_name, time_zone, needs_user, why_not, and the `meanings` of a document with why_not each."""
    user = frappe.session.user
    why_not = _refusal(require_person) or _refusal(require_fresh_password)
    return {
        "user": user,
        "printed_name": get_fullname(user) or user,
        "time_zone": get_system_timezone(),
        "needs_user": needs_user_id(),
        "why_not": why_not,
        "meanings": _meanings(existing(doctype, name), why_not) if doctype and name else [],
    }


def _meanings(document: Document, why_not: str) -> list[dict[str, Any]]:
    signatures = signatures_of(document.doctype, document.name)
    return [_meaning(document, rule, signatures, why_not) for rule in rules_of(document.doctype)]


def _meaning(document: Document, rule: Any, signatures: list[Any], why_not: str) -> dict[str, Any]:
    given = {row.signer: row.printed_name for row in signatures if row.valid and row.meaning == rule.meaning}
    why_not = why_not or _why_not(document, rule, given)
    return {
        "meaning": rule.meaning,
        "role": rule.role,
        "needed": signatures_needed(document, rule.meaning),
        "given": len(given),
        "signers": list(given.values()),
        "reason_required": bool(rule.reason_required),
        "action": carried_by(rule),
        "may_sign": not why_not,
        "why_not": why_not,
    }


def _why_not(document: Document, rule: Any, given: dict[str, str]) -> str:
    if frappe.session.user in given:
        words = "You have signed {0} {1} as {2} already."
        return translated(Sentence(words, document.doctype, document.name, rule.meaning))
    if not steps.is_due(document, rule):
        return translated(Sentence("{0} is not due at {1}.", rule.meaning, document.name))
    return _refusal(require_authority, document, rule, None, False) or _refusal(
        document.run_method, "before_sign", rule.meaning
    )


def _refusal(check: Any, *arguments: Any) -> str:
    """The sentence with which a check refuses; "" when it passes. Nothing of it is shown as a message."""
    shown_before = list(frappe.local.message_log)
    try:
        check(*arguments)
    except (TraceError, frappe.ValidationError, frappe.PermissionError) as error:
        frappe.local.message_log = shown_before
        return translated(error.message) if isinstance(error, TraceError) else str(error)
    return ""
