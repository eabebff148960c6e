"""Brings what was there before the audit trail into it: events, signatures and records of an older installation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import frappe
from med_trace.domain.audit_content import row_hash
from med_trace.domain.audit_entry import Category, Kind
from med_trace.ledger.audit import scope, state
from med_trace.ledger.audit.entries import EntryDraft, append_many, new_salts
from med_trace.ledger.tables import chunks
from med_trace.ledger.write import recorded

BATCH = 500
CHANGES = ("Created", "Changed", "Submitted", "Cancelled", "Deleted", "Renamed")
REASON = "It was there before the audit trail began"


def adopt() -> None:
    """An entry for each event, signature and record that has none, as it is now.

    When the trail begins, and never again: later, what has no entry came in past the system.
    """
    for names in chunks(_without_entry("Trace Event", "Trace Event", ("Recorded",)), BATCH):
        append_many(_events(names))
    for names in chunks(_unsigned(), BATCH):
        append_many(_signatures(names))
    for doctype in scope.own_doctypes():
        if frappe.get_meta(doctype).issingle:
            append_many(_settings(doctype))
            continue
        for names in chunks(_without_entry(doctype, doctype, CHANGES), BATCH):
            append_many(_records(doctype, names))


def _without_entry(table: str, doctype: str, kinds: Sequence[str]) -> list[str]:
    query = f"""select t.name from `tab{table}` t where not exists (select 1 from `tabAudit Entry` a
        where a.document_name = t.name and a.document_type = %(doctype)s and a.kind in %(kinds)s) order by t.name"""
    return frappe.db.sql(query, {"doctype": doctype, "kinds": kinds}, pluck=True)


def _unsigned() -> list[str]:
    """Signatures of a time without entries: all of them, or none."""
    if frappe.db.exists("Audit Entry", {"kind": Kind.SIGNED.value}):
        return []
    return frappe.db.sql("select name from `tabElectronic Signature` order by name", pluck=True)


def _events(names: Sequence[str]) -> Iterable[EntryDraft]:
    heads = frappe.db.sql(
        "select * from `tabTrace Event` where name in %s order by name", (tuple(names),), as_dict=True
    )
    items: dict[str, list] = {}
    query = "select * from `tabTrace Event Item` where parent in %s order by parent, idx, name"
    for row in frappe.db.sql(query, (tuple(names),), as_dict=True):
        items.setdefault(row.parent, []).append(row)
    return [
        recorded(head, items.get(head.name, []), salt, REASON)
        for head, salt in zip(heads, new_salts(len(heads)), strict=True)
    ]


def _signatures(names: Sequence[str]) -> Iterable[EntryDraft]:
    query = "select * from `tabElectronic Signature` where name in %s order by name"
    return [
        EntryDraft(
            Kind.SIGNED,
            Category.SIGNATURE,
            row.document_type,
            row.document_name,
            changes=[{"field": "signature", "new": row.name}, {"field": "meaning", "new": row.meaning}],
            reason=REASON,
            content_hash=row_hash(row),
        )
        for row in frappe.db.sql(query, (tuple(names),), as_dict=True)
    ]


def _settings(doctype: str) -> list[EntryDraft]:
    """What a page of settings holds, when nothing has told of it yet."""
    told = {"document_type": doctype, "document_name": doctype, "kind": ["in", CHANGES]}
    now = state.stored_state(doctype, doctype)
    return [] if now is None or frappe.db.exists("Audit Entry", told) else [_created(doctype, doctype, now)]


def _records(doctype: str, names: Sequence[str]) -> Iterable[EntryDraft]:
    return [_created(doctype, name, now) for name, now in state.stored_states(doctype, names).items()]


def _created(doctype: str, name: str, now: state.State) -> EntryDraft:
    return EntryDraft(
        Kind.CREATED,
        scope.category_of(doctype),
        doctype,
        name,
        reason=REASON,
        content_hash=state.content_hash(now),
    )
