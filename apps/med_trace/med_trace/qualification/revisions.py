"""Revisions that are released by signature: routings and inspection plans. Which one holds on a day?

An approved revision never changes: a change is a new revision. What a DocType must have: `workflow_state`
(Draft, Approved, Obsolete), `revision`, `effective_from`, `supersedes`, `item_code`, and a field that all
revisions share, named in its class as `revision_of`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, nowdate
from med_trace.domain.errors import BadInput, TraceError
from med_trace.domain.sentence import Sentence
from med_trace.ledger.signing import is_signed, require_signed

DRAFT, APPROVED, OBSOLETE = "Draft", "Approved", "Obsolete"
_STEPS = {DRAFT: {DRAFT, APPROVED}, APPROVED: {APPROVED, OBSOLETE}, OBSOLETE: {OBSOLETE}}


class RevisionIsFrozen(TraceError):
    """An approved revision is not edited."""

    title = "Approved revisions do not change"


class NotApproved(TraceError):
    """The revision has not been released, or is no longer in use."""

    title = "Revision not approved"


def validate_revision(doc: Document) -> None:
    """Guard every save: a status moves only by signature, and approved content stays as it is."""
    before = doc.get_doc_before_save()
    status = before.workflow_state if before else DRAFT
    if doc.workflow_state not in _STEPS[status]:
        raise RevisionIsFrozen("{0} is {1}; it cannot become {2}.", doc.name, status, doc.workflow_state)
    if status != DRAFT and _content(doc) != _content(before):
        raise RevisionIsFrozen(
            "{0} is {1} and does not change. Make a new revision instead.", doc.name, status
        )
    if doc.workflow_state != status and not doc.flags.is_succeeded:
        require_signed(doc, doc.workflow_state)


def follow_signature(doc: Document, signature: str) -> None:
    """Called after each signature: with enough of them the revision is in force, or no longer."""
    meaning = frappe.db.get_value("Electronic Signature", signature, "meaning")
    if not is_signed(doc, meaning):
        return
    doc.workflow_state = meaning
    if meaning == APPROVED:
        doc.effective_from = doc.effective_from or nowdate()
    doc.save(ignore_permissions=True)  # the signatures are the permission
    if meaning == APPROVED and getdate(doc.effective_from) <= getdate(nowdate()):
        _retire_others(doc)


def _retire_others(doc: Document) -> None:
    others = frappe.get_all(
        doc.doctype,
        filters={
            doc.revision_of: doc.get(doc.revision_of),
            "workflow_state": APPROVED,
            "name": ["!=", doc.name],
        },
        pluck="name",
    )
    for name in others:
        other = frappe.get_doc(doc.doctype, name)
        other.workflow_state = OBSOLETE
        other.flags.is_succeeded = True
        other.save(ignore_permissions=True)  # follows from the signed approval of its successor


def require_draft(doc: Document) -> None:
    """Refuse to approve or delete what is not a draft."""
    if doc.workflow_state != DRAFT:
        raise RevisionIsFrozen(
            "{0} is {1} already; only a draft is approved or deleted.", doc.name, Sentence(doc.workflow_state)
        )


def require_signable(doc: Document, meaning: str) -> None:
    """A draft is approved; what is approved is withdrawn as Obsolete."""
    if meaning == APPROVED:
        require_draft(doc)
    elif doc.workflow_state != APPROVED:
        raise RevisionIsFrozen(
            "{0} is {1}; only what is approved is withdrawn.", doc.name, Sentence(doc.workflow_state)
        )


def make_revision(
    doctype: str, name: str, revision: str | None = None, by_administrator: bool = False
) -> str:
    """Copy a revision into a new draft that supersedes it; returns its name.

    `by_administrator`: the caller has checked that role; Frappe's own rules are not asked.
    """
    source = frappe.get_doc(doctype, name)
    draft = frappe.copy_doc(source)
    draft.revision = revision or _next_revision(source)
    draft.workflow_state = DRAFT
    draft.effective_from = None
    draft.supersedes = source.name
    draft.insert(ignore_permissions=by_administrator)  # a draft counts only once Quality has signed it
    return draft.name


def _next_revision(source: Document) -> str:
    """A -> B ... Z -> AA; 1 -> 2, counted from the highest revision there is."""
    known = frappe.get_all(
        source.doctype, filters={source.revision_of: source.get(source.revision_of)}, pluck="revision"
    )
    highest = max(known, key=lambda text: (len(text), text))
    if highest.isdigit():
        return str(int(highest) + 1)
    if not highest.isalpha() or not highest.isascii():
        raise BadInput("Give the revision that follows {0}.", highest, field="revision")
    return _next_letters(highest.upper())


def _next_letters(letters: str) -> str:
    head, last = letters[:-1], letters[-1]
    if last != "Z":
        return head + chr(ord(last) + 1)
    return (_next_letters(head) if head else "A") + "A"


def approved_revision(doctype: str, item_code: str, on: date | datetime | str, **filters: Any) -> str | None:
    """The approved revision for an item that is in force on that day; the latest when several are."""
    rows = frappe.get_all(
        doctype,
        filters={"item_code": item_code, "workflow_state": APPROVED, **filters},
        fields=["name", "effective_from"],
        order_by="effective_from desc, creation desc",
    )
    day = getdate(on)
    return next((row.name for row in rows if getdate(row.effective_from) <= day), None)


def require_in_force(doc: Document, on: date | datetime | str, may_be_obsolete: bool = False) -> None:
    """Refuse work by a revision that is not released. `may_be_obsolete`: the work began under it."""
    allowed = {APPROVED, OBSOLETE} if may_be_obsolete else {APPROVED}
    if doc.workflow_state not in allowed:
        raise NotApproved(
            "{0} {1} is {2}. Use an approved revision.",
            Sentence(doc.doctype),
            doc.name,
            Sentence(doc.workflow_state),
        )
    if doc.effective_from and getdate(doc.effective_from) > getdate(on):
        raise NotApproved(
            "{0} {1} takes effect on {2}. Use the revision before it until then.",
            doc.doctype,
            doc.name,
            doc.effective_from,
        )


def _content(doc: Document) -> dict[str, Any]:
    """What a revision says, without what the system keeps."""
    return {
        field.fieldname: _rows(doc.get(field.fieldname))
        if field.fieldtype == "Table"
        else _plain(doc.get(field.fieldname))
        for field in doc.meta.fields
        if field.fieldname != "workflow_state" and field.fieldtype not in ("Section Break", "Column Break")
    }


def _rows(rows: list[Document] | None) -> list[dict[str, str]]:
    return [
        {field.fieldname: _plain(row.get(field.fieldname)) for field in row.meta.fields} for row in rows or []
    ]


def _plain(value: Any) -> str:
    """One text for what the database, a form or a program may give: 0, 0.0, None and '' are nothing."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if value not in (None, "", 0, False) else ""
