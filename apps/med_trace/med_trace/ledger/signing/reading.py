"""Reads signatures and judges them: is what was signed still what is there?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from med_trace.domain.audit_content import row_hash
from med_trace.domain.canonical import canonical_bytes, digest
from med_trace.domain.errors import NotFound, NotSigned
from med_trace.domain.sentence import Sentence
from med_trace.ledger.shown import shown
from med_trace.ledger.signing.content import left_out_of, signed_content
from med_trace.ledger.signing.differences import differences
from med_trace.ledger.signing.rules import rules_of
from med_trace.ledger.tables import signature_rows, told_signatures

JUDGED = ("valid", "changed", "differences", "fault")
SHOWN = (
    *("name", "document_type", "document_name", "meaning", "signer", "printed_name", "signed_at"),
    *("signed_at_utc", "time_zone", "identified_by", "reason"),
)


@shown()
def signatures_of(doctype: str, name: str) -> list[dict[str, Any]]:
    """The signatures of a document, oldest first: who, when, meaning, reason, and `valid`.

    A signature is valid while the document's content is what was signed, and the audit trail tells of it. `changed` names the places that are
    not, `differences` has both values, `fault` says it in a sentence.
    """
    return _judged(existing(doctype, name), signature_rows(doctype, name))


@shown()
def require_signed(doc: Document, meaning: str) -> None:
    """Raise NotSigned unless enough different people hold valid signatures with this meaning."""
    needed, given = signatures_needed(doc, meaning), _with_meaning(doc, meaning)
    valid, broken = _signers(given), [row for row in given if not row.valid]
    if len(valid) >= needed:
        return
    if broken:
        raise NotSigned(
            "{0} {1} needs {2} valid signature(s) meaning {3}; it has {4}. That of {5} is broken: {6}",
            *(Sentence(doc.doctype), doc.name, needed, Sentence(meaning), len(valid)),
            *(broken[-1].printed_name, broken[-1].fault),
        )
    raise NotSigned(
        "{0} {1} needs {2} valid signature(s) meaning {3}; it has {4}.",
        *(Sentence(doc.doctype), doc.name, needed, Sentence(meaning), len(valid)),
    )


def is_signed(doc: Document, meaning: str) -> bool:
    """Whether require_signed would pass."""
    return len(signers_of(doc, meaning)) >= signatures_needed(doc, meaning)


def signers_of(doc: Document, meaning: str) -> set[str]:
    """Who holds a valid signature with this meaning on the stored document."""
    return _signers(_with_meaning(doc, meaning))


def signatures_needed(document: Document, meaning: str) -> int:
    """As many as the rule or the document asks for, whichever is more; at least one."""
    counts = [int(rule.count or 1) for rule in rules_of(document.doctype) if rule.meaning == meaning]
    if hasattr(document, "signatures_needed"):
        counts.append(int(document.signatures_needed(meaning) or 1))
    return max([1, *counts])


def existing(doctype: str, name: str) -> Document:
    """The stored document. Raises NotFound."""
    if not frappe.db.exists(doctype, name):
        raise NotFound("{0} {1} does not exist.", doctype, name)
    return frappe.get_doc(doctype, name)


def _with_meaning(doc: Document, meaning: str) -> list[Any]:
    """Judged; a document that is not stored yet has none."""
    rows = [row for row in signature_rows(doc.doctype, doc.name) if row.meaning == meaning]
    return _judged(existing(doc.doctype, doc.name), rows) if rows else []


def _signers(rows: Sequence[Any]) -> set[str]:
    return {row.signer for row in rows if row.valid}


def _judged(document: Document, rows: Sequence[Any]) -> list[Any]:
    contents: dict[Any, dict[str, Any]] = {}
    hashes = [row_hash(row) for row in rows]
    told = told_signatures(document.doctype, document.name, set(hashes)) if rows else set()
    for row, hashed in zip(rows, hashes, strict=True):
        key = (row.scheme, row.left_out, None if row.scheme else row.meaning)
        if key not in contents:
            contents[key] = _content_now(document, row)
        _judge(row, contents[key], hashed in told)
    return list(rows)


def _content_now(document: Document, row: Any) -> dict[str, Any]:
    """What the document says now of what this signature covers."""
    if not row.scheme:
        return signed_content(document, left_out_of(document, row.meaning), scheme=1)
    return signed_content(document, (row.left_out or "").split(), int(row.scheme))


def _judge(row: Any, content: dict[str, Any], is_told: bool) -> None:
    """`is_told`: the audit trail tells of this signature exactly as it is, on this document."""
    is_intact = digest((row.content or "").encode("utf-8")) == row.content_hash and is_told
    row.valid = is_intact and row.content_hash == digest(content)
    found = [] if row.valid else list(differences(_parsed(row.content), _parsed(canonical_bytes(content))))
    row.changed = [one.place for one in found]
    row.differences = [{"place": one.place, "signed": one.signed, "now": one.now} for one in found]
    row.fault = _fault(row, is_intact)
    for field in [field for field in row if field not in (*SHOWN, *JUDGED)]:
        row.pop(field)


def _fault(row: Any, is_intact: bool) -> str:
    if row.valid:
        return ""
    signed = _parsed(row.content)
    if (signed.get("doctype"), signed.get("name")) != (row.document_type, row.document_name):
        return _("It was given on {0} {1}.").format(_(signed.get("doctype") or ""), signed.get("name") or "")
    if not is_intact:
        return _("The signature itself was altered, or copied.")
    return _("Changed since: {0}.").format(", ".join(row.changed))


def _parsed(content: Any) -> dict[str, Any]:
    try:
        parsed = json.loads(content or "{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
