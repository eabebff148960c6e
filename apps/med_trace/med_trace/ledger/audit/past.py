"""What Frappe writes past its documents, by SQL: looked at before and after, and told like any other change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import frappe
from med_trace.domain.audit_entry import Kind
from med_trace.domain.differences import differences
from med_trace.ledger.audit import scope, state
from med_trace.ledger.audit.entries import EntryDraft, append_many
from med_trace.ledger.audit.reasons import reason_of

Watched = Mapping[str, Mapping[str, Any]]  # DocType -> filters of the records that may be written
Seen = dict[str, dict[str, state.State]]


@contextmanager
def told(watched: Watched) -> Iterator[None]:
    """Whatever is done to these records inside and has no entry of its own gets one."""
    before = look(watched)
    yield
    tell(before, watched)


def look(watched: Watched) -> Seen:
    """The records that `watched` names, as they are in the database."""
    return {
        doctype: state.stored_states(doctype, frappe.get_all(doctype, dict(filters), pluck="name"))
        for doctype, filters in watched.items()
    }


def tell(before: Seen, watched: Watched) -> None:
    """An entry for every record that has come, gone or changed since, unless its last entry tells of it already."""
    now = look(watched)
    for doctype, old in before.items():
        new = now[doctype] | state.stored_states(doctype, old.keys() - now[doctype].keys())
        drafts = [_draft(doctype, name, old.get(name), new.get(name)) for name in sorted({*old, *new})]
        append_many([draft for draft in drafts if draft.changes and not _is_told(draft)])


def _draft(doctype: str, name: str, old: state.State | None, new: state.State | None) -> EntryDraft:
    kind = Kind.CREATED if old is None else Kind.DELETED if new is None else Kind.CHANGED
    return EntryDraft(
        kind,
        scope.category_of(doctype),
        doctype,
        name,
        changes=differences(old or {}, new or {}),
        reason=reason_of(None),
        content_hash=None if new is None else state.content_hash(new),
    )


def _is_told(draft: EntryDraft) -> bool:
    about = {"document_type": draft.document_type, "document_name": draft.document_name}
    last = frappe.get_all(
        "Audit Entry", filters=about, fields=["kind", "content_hash"], order_by="name desc", limit=1
    )
    if not last:
        return False
    is_gone = last[0].kind == Kind.DELETED.value
    return (
        is_gone if draft.kind is Kind.DELETED else not is_gone and last[0].content_hash == draft.content_hash
    )
