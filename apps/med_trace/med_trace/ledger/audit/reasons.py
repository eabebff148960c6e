"""Why something was changed: where a reason comes from, and which changes need one (AUD-6)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import frappe
from frappe.model.document import Document
from med_trace.domain.canonical import plain
from med_trace.domain.differences import Change, differences, fields_of
from med_trace.domain.errors import ReasonRequired
from med_trace.ledger.audit import state
from med_trace.ledger.audit.entries import as_stored

LONGEST = 10_000
HEADER, FIELD = "X-Change-Reason", "change_reason"
ALWAYS, AFTER_SUBMISSION, OF_OTHERS = "Always", "After Submission", "Somebody Else's Value"


def reason_of(doc: Document | None) -> str | None:
    """What the document carries, else the request: the attribute, the header, the form's field `change_reason`.

    Where `change_reason` is a field of the document, what it said before is no reason for what changes now.
    """
    given = getattr(doc, FIELD, None) if doc is not None else None
    if given and doc is not None and doc.meta.has_field(FIELD):
        before = doc.get_doc_before_save()
        given = None if before and before.get(FIELD) == given else given
    if not given and getattr(frappe.local, "request", None):
        given = unquote(frappe.get_request_header(HEADER) or "") or frappe.form_dict.get(FIELD)
    return as_stored(given, LONGEST) or None if isinstance(given, str) else None


def rules(doctype: str | None = None) -> list[Any]:
    """The Regulated Fields in force, of one DocType or of all: document_type, fieldname ("*": all), reason_needed."""
    return frappe.get_all(
        "Regulated Field",
        filters={"active": 1, **({"document_type": doctype} if doctype else {})},
        fields=["document_type", "fieldname", "reason_needed"],
        order_by="fieldname asc",
        limit_page_length=0,
    )


def require_for_change(doc: Document) -> None:
    """Raise ReasonRequired when a regulated field is about to change without a reason."""
    before = doc.get_doc_before_save()
    if before is None or _is_exempt() or reason_of(doc):
        return
    of_type = rules(doc.doctype)
    if not of_type:
        return
    changes = [change for change in _stated_changes(before, doc) if _may_change(change, before)]
    fields = sorted({field for rule in of_type for field in _hit(rule, changes, before)})
    if fields:
        raise ReasonRequired(
            "{0} {1}: say why {2} is changed. Give the reason where the page asks for it; over the API as"
            " change_reason or in the header X-Change-Reason.",
            *(doc.doctype, doc.name, ", ".join(_label(doc, field) for field in fields)),
            fields=tuple(fields),
        )


def require_for_deletion(doc: Document) -> None:
    """Raise ReasonRequired when a record is deleted all of whose fields are regulated."""
    if _is_exempt() or reason_of(doc):
        return
    if any(rule.fieldname == "*" and rule.reason_needed == ALWAYS for rule in rules(doc.doctype)):
        raise ReasonRequired(
            "{0} {1}: say why it is deleted. Give the reason where the page asks for it; over the API in the"
            " header X-Change-Reason.",
            *(doc.doctype, doc.name),
            fields=("*",),
        )


# -- which changes


def _is_exempt() -> bool:
    """What an app brings along is its author's doing, in the change log of the app."""
    flags = frappe.flags
    return bool(
        flags.in_install or flags.in_migrate or flags.in_patch or flags.in_fixtures or flags.in_uninstall
    )


def _stated_changes(before: Document, doc: Document) -> list[Change]:
    """What the document would change, as it stands in memory; values are compared as the database keeps them."""
    return differences(state.state_of(before), state.stated(doc))


def _hit(rule: Any, changes: list[Change], before: Document) -> set[str]:
    if rule.reason_needed == AFTER_SUBMISSION and not before.docstatus:
        return set()
    if rule.reason_needed == OF_OTHERS and _is_own_draft(before):
        return set()
    if "." in rule.fieldname:
        changes = [change for change in changes if not _is_empty(change.get("old"))]
        return _inner(rule.fieldname, changes)
    kept = fields_of([change for change in changes if not _is_first_entry(change, before)])
    return kept if rule.fieldname == "*" else {rule.fieldname} & kept


def _inner(path: str, changes: list[Change]) -> set[str]:
    """A field of rows: another value where there was one, or a row with a value that goes."""
    table, _, field = path.partition(".")
    for change in changes:
        name, bracket, rest = change["field"].partition("[")
        if not bracket or name != table:
            continue
        inner = rest.partition("].")[2]
        gone = not inner and "new" not in change and not _is_empty(change["old"].get(field))
        if inner == field or gone:
            return {path}
    return set()


def _may_change(change: Change, before: Document) -> bool:
    """What a submitted document refuses to change needs no reason besides."""
    field = before.meta.get_field(change["field"].partition("[")[0])
    return not before.docstatus or bool(field and field.allow_on_submit)


def _is_first_entry(change: Change, before: Document) -> bool:
    """Filling what was empty changes nothing; an unticked box was not empty, and a table is not either."""
    definition = before.meta.get_field(change["field"].partition("[")[0])
    return "old" not in change and not (definition and definition.fieldtype in ("Check", "Table"))


def _is_own_draft(before: Document) -> bool:
    return not before.docstatus and before.modified_by == frappe.session.user


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", 0) or plain(value) in ([], {})


def _label(doc: Document, path: str) -> str:
    table, _, inner = path.partition(".")
    field = doc.meta.get_field(table)
    if not field:
        return path
    label = frappe._(field.label or table)
    if not inner:
        return label
    row_field = frappe.get_meta(field.options).get_field(inner) if field.options else None
    return f"{label}: {frappe._(row_field.label) if row_field else inner}"
