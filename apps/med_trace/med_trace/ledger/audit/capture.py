"""From a change of any document to its entry: what it was before, what it is now, why.

What a document is now is read from the database, never believed of the object in memory. What it was is the copy
that Frappe loads before it saves; the copy remembers what was written down, so that a `db_set` inside a save is
neither told twice nor left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.model.rename_doc import get_link_fields
from med_trace.domain.audit_entry import Category, Kind
from med_trace.domain.differences import differences
from med_trace.ledger.audit import scope, state
from med_trace.ledger.audit.entries import EntryDraft, append, append_many
from med_trace.ledger.audit.reasons import reason_of

SECRETS_SET = "audit_secrets_set"
STAMPS = ("creation", "owner")
NEW = "audit_new"  # a flag of a document that is being inserted
RELOADED = "audit_reloaded"  # what was taken out of the database to be put in again


def inserting(doc: Document) -> None:
    """A `db_set` while it is inserted finds it in the database already, but it has not been told of."""
    doc.flags[NEW] = True


def password_given(doc: Document) -> None:
    """A new password is stored apart from the document: that it changed is told, not what it is."""
    if doc.get("new_password"):
        doc.flags[SECRETS_SET] = {"password"}


def secrets_given(doc: Document) -> None:
    """So is every secret: where one takes the place of another, the document shows the same stars as before."""
    given = {
        field.fieldname
        for field in doc.meta.get("fields", {"fieldtype": "Password"})
        if set(doc.get(field.fieldname) or "*") != {"*"}
    }
    if given:
        doc.flags[SECRETS_SET] = given | (doc.flags.get(SECRETS_SET) or set())


def changed(doc: Document) -> None:
    """An insert, a save, a submission, a cancellation or a `db_set` has been written."""
    if doc.meta.istable:
        return _row_changed(doc)
    now = state.stored_state(doc.doctype, doc.name)
    if now is None:
        return None
    before = _before(doc, now)
    _remember(doc, now)
    kind = _kind(before, now)
    changes = differences(before or {}, now)
    secrets = (doc.flags.pop(SECRETS_SET, None) or set()) - {change["field"] for change in changes}
    changes += [{"field": field, "new": scope.HIDDEN} for field in sorted(secrets)]
    if not changes and before is not None:
        return None
    if kind is Kind.CREATED:
        # The entry itself says when and by whom; what an app brings, its files say.
        changes = [] if _brought_by_an_app() else [one for one in changes if one["field"] not in STAMPS]
    return _append(kind, doc.doctype, doc.name, changes, reason_of(doc), now)


def deleted(doc: Document) -> None:
    """A document is gone; one that an import replaces is only away."""
    values = state.state_of(doc)
    if frappe.flags.in_import and not doc.flags.in_delete:
        replaced(doc.doctype, doc.name, values)
    else:
        gone(doc.doctype, doc.name, values, reason_of(doc))


def gone(doctype: str, name: str, values: state.State, reason: str | None = None) -> None:
    """A record is deleted, by its document or past it."""
    _append(Kind.DELETED, doctype, name, differences(values, {}), reason, None)


def replaced(doctype: str, name: str, values: state.State) -> None:
    """A record is taken out to be put in again, otherwise: that is told as a change of it."""
    frappe.flags.setdefault(RELOADED, {})[(doctype, name)] = values


def renamed(doc: Document, old: str, new: str, merged: bool) -> None:
    """A document has another name, and so have the links of our records to it."""
    changes = [{"field": "name", "old": old, "new": new}]
    if merged:
        changes.append({"field": "merged", "new": True})
    now = state.stored_state(doc.doctype, new)
    _append(Kind.RENAMED, doc.doctype, new, changes, reason_of(doc), now)
    for doctype, field in _own_links_to(doc.doctype):
        _links_renamed(doctype, field, old, new)


def written(doctype: str, names: Iterable[str], changes: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    """Records that were written past their documents, by SQL: one entry each; `changes` by name."""
    category = scope.category_of(doctype)
    append_many(
        [
            EntryDraft(
                Kind.CHANGED,
                category,
                doctype,
                name,
                changes=changes.get(name, ()),
                reason=reason_of(None),
                content_hash=state.content_hash(now),
            )
            for name, now in state.stored_states(doctype, names).items()
        ]
    )


def set_value(doctype: str, name: str, field: str, value: Any) -> None:
    """`frappe.db.set_value` of one field of a followed record, with its entry."""
    before = frappe.db.get_value(doctype, name, field)
    if before == value:
        return
    frappe.db.set_value(doctype, name, field, value)
    change = {"field": field, "old": before, "new": value}
    written(doctype, [name], {name: [{key: held for key, held in change.items() if held is not None}]})


def created_past_documents(doctype: str, names: Sequence[str]) -> None:
    """Records that were inserted by SQL, with an entry each."""
    category, reason = scope.category_of(doctype), reason_of(None)
    append_many(
        [
            EntryDraft(
                Kind.CREATED,
                category,
                doctype,
                name,
                changes=differences({}, now),
                reason=reason,
                content_hash=state.content_hash(now),
            )
            for name, now in state.stored_states(doctype, names).items()
        ]
    )


# -- what it was


def _before(doc: Document, now: Mapping[str, Any]) -> dict[str, Any] | None:
    """The state that was told of last; None of a new document."""
    if doc.flags.pop(NEW, None):
        return _reloaded(doc, now)
    copy = doc.get_doc_before_save()
    name, known = (copy or doc).flags.get("audited") or (None, None)
    if name == doc.name and known is not None:
        return known
    return state.state_of(copy) if copy is not None else None


def _reloaded(doc: Document, now: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an import has just taken out; who put it in first, and when, is not what changes."""
    values = (frappe.flags.get(RELOADED) or {}).pop((doc.doctype, doc.name), None)
    stamps = {field: now[field] for field in STAMPS if field in now}
    return {**values, **stamps} if values is not None else None


def _remember(doc: Document, now: dict[str, Any]) -> None:
    (doc.get_doc_before_save() or doc).flags["audited"] = (doc.name, now)


def _kind(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Kind:
    if before is None:
        return Kind.CREATED
    step = (before.get("docstatus", 0), now.get("docstatus", 0))
    return {(0, 1): Kind.SUBMITTED, (1, 2): Kind.CANCELLED}.get(step, Kind.CHANGED)


def _brought_by_an_app() -> bool:
    return bool(frappe.flags.in_install or frappe.flags.in_migrate)


# -- rows that are written by themselves, and links that follow a new name


def _row_changed(row: Document) -> None:
    """`db_set` of a row: it is its record that changed."""
    copy = row.get_doc_before_save()
    if not (row.get("parent") and row.get("parenttype")) or copy is None or not row.parenttype:
        return
    stored = frappe.db.get_value(row.doctype, row.name, "*", as_dict=True)
    table = row.parentfield
    changes = (
        differences({table: [_row_state(copy, row)]}, {table: [_row_state(stored, row)]}) if stored else []
    )
    if changes and scope.is_followed(row.parenttype):
        written(row.parenttype, [row.parent], {row.parent: changes})


def _row_state(values: Any, row: Document) -> dict[str, Any]:
    columns = frappe.db.get_table_columns(row.doctype)
    return state.row_values(row.doctype, {column: values.get(column) for column in columns})


def _own_links_to(doctype: str) -> list[tuple[str, str]]:
    own = set(scope.own_doctypes())
    return [
        (link["parent"], link["fieldname"])
        for link in get_link_fields(doctype)
        if link["parent"] in own and not link["issingle"]
    ]


def _links_renamed(doctype: str, field: str, old: str, new: str) -> None:
    names = frappe.get_all(doctype, filters={field: new}, pluck="name", limit_page_length=0)
    written(doctype, names, {name: [{"field": field, "old": old, "new": new}] for name in names})


def _append(
    kind: Kind,
    doctype: str,
    name: str,
    changes: Sequence[dict[str, Any]],
    reason: str | None,
    now: Mapping[str, Any] | None,
) -> None:
    append(
        kind,
        category=scope.category_of(doctype),
        document_type=doctype,
        document_name=name,
        changes=changes,
        reason=reason,
        content_hash=state.content_hash(now) if now is not None else None,
    )


def signed(doc: Document) -> None:
    """A signature was appended; its own row is bound to the entry."""
    from med_trace.domain.audit_content import row_hash

    row = frappe.db.sql("select * from `tabElectronic Signature` where name = %s", doc.name, as_dict=True)[0]
    append(
        Kind.SIGNED,
        category=Category.SIGNATURE,
        document_type=row.document_type,
        document_name=row.document_name,
        changes=[{"field": "signature", "new": row.name}, {"field": "meaning", "new": row.meaning}],
        reason=row.reason,
        content_hash=row_hash(row),
    )
