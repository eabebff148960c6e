"""Checks what entries speak of against what is there now: events, signatures, keys, anchors, our own records."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import frappe
from med_trace.domain.audit_content import event_hash_of_parts, parts_of, row_hash
from med_trace.ledger.audit import event_parts, scope, state
from med_trace.ledger.audit.finding import Finding
from med_trace.ledger.tables import chunks

BATCH = 500
CHANGES = ("Created", "Changed", "Submitted", "Cancelled", "Deleted", "Renamed")
BOUND = {"Audit Key": ("Key Introduced", "key_id"), "Audit Anchor": ("Recorded", "name")}


def bound_rows() -> Iterator[Finding]:
    """Keys and anchors are as their entries say."""
    query = """select document_type, document_name, content_hash, kind from `tabAudit Entry`
        where document_type in %(doctypes)s"""
    said: dict[str, dict[str, str]] = {doctype: {} for doctype in BOUND}
    for entry in frappe.db.sql(query, {"doctypes": tuple(BOUND)}, as_dict=True):
        if entry.kind == BOUND[entry.document_type][0]:
            said[entry.document_type][entry.document_name] = entry.content_hash
    for doctype, (_kind, column) in BOUND.items():
        yield from _bound(doctype, column, said[doctype])


def _bound(doctype: str, column: str, said: dict[str, str]) -> Iterator[Finding]:
    rows = {row[column]: row for row in frappe.db.sql(f"select * from `tab{doctype}`", as_dict=True)}
    for name, row in rows.items():
        if name not in said:
            yield Finding(f"{doctype} {name}", "it has no entry in the audit trail")
        elif row_hash(row) != said[name]:
            yield Finding(f"{doctype} {name}", "it is not as its audit entry says")
    for name in said.keys() - rows.keys():
        yield Finding(f"{doctype} {name}", "it has an audit entry, but is gone")


# -- the ledger


def events() -> Iterator[Finding]:
    """Each Trace Event and its rows are as they were recorded, and none is gone."""
    for chunk in chunks(_names("Trace Event"), BATCH):
        heads = _rows("select * from `tabTrace Event` where name in %(names)s", chunk)
        items: dict[str, list[dict[str, Any]]] = {}
        for row in _rows(
            "select * from `tabTrace Event Item` where parent in %(names)s order by parent, idx, name", chunk
        ):
            items.setdefault(row["parent"], []).append(row)
        said = _recorded(chunk)
        for head in heads:
            yield from _event(head, items.get(head["name"], []), said.get(head["name"], []))
    yield from _gone_events()


def _event(head: dict[str, Any], items: Sequence[dict[str, Any]], said: Sequence[dict]) -> Iterator[Finding]:
    place = f"Trace Event {head['name']}"
    if len(said) != 1:
        yield Finding(place, f"it has {len(said) or 'no'} entries in the audit trail, and should have one")
        return
    try:
        parts = parts_of(said[0]["salt"], head, items)
    except ValueError:  # the salt was changed: the entry itself is reported
        return
    if event_hash_of_parts(parts[0], parts[1:]) != said[0]["content_hash"]:
        yield from event_parts.differing(head, items, parts, said[0])


def _recorded(names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    query = """select document_name, content_hash, salt, changes from `tabAudit Entry`
        where document_type = 'Trace Event' and kind = 'Recorded' and document_name in %(names)s"""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(query, names):
        found.setdefault(row["document_name"], []).append(row)
    return found


def _gone_events() -> Iterator[Finding]:
    query = """select a.document_name from `tabAudit Entry` a
        where a.document_type = 'Trace Event' and a.kind = 'Recorded'
        and not exists (select 1 from `tabTrace Event` e where e.name = a.document_name)"""
    for (name,) in frappe.db.sql(query):
        yield Finding(f"Trace Event {name}", "it was recorded and is gone")


def signatures() -> Iterator[Finding]:
    """Each Electronic Signature is the one that its entry tells of, and none is gone."""
    query = "select name, changes, content_hash, document_type, document_name from `tabAudit Entry` where kind = 'Signed'"
    said = {row.content_hash: row for row in frappe.db.sql(query, as_dict=True)}
    there: set[str] = set()
    for chunk in chunks(_names("Electronic Signature"), BATCH):
        for row in _rows("select * from `tabElectronic Signature` where name in %(names)s", chunk):
            there.add(row["name"])
            if row_hash(row) not in said:
                yield Finding(f"Electronic Signature {row['name']}", "no audit entry tells of it as it is")
    for row in said.values():
        name = _signature_in(row.changes)
        if name not in there:
            signed = f"{row.document_type} {row.document_name}"
            yield Finding(f"Electronic Signature {name} ({signed})", "it was given and is gone")


def _signature_in(changes: str | None) -> str:
    try:
        told = json.loads(changes or "[]")
        return next((str(one["new"]) for one in told if one.get("field") == "signature"), "")
    except (ValueError, AttributeError, KeyError, TypeError):
        return ""


# -- our own records


def records() -> Iterator[Finding]:
    """What a record of this app holds is what the last change left there."""
    doctypes = scope.own_doctypes()
    said, renamed = _last_changes(doctypes), _old_names(doctypes)
    for doctype in doctypes:
        here = said.get(doctype, {})
        if frappe.get_meta(doctype).issingle:
            yield from _single(doctype, here)
            continue
        names = _names(doctype)
        for chunk in chunks(names, BATCH):
            states = state.stored_states(doctype, chunk)
            for name in chunk:
                yield from _record(doctype, name, states.get(name, {}), here.get(name))
        yield from _gone(doctype, here.keys() - set(names) - renamed.get(doctype, set()), here)


def _single(doctype: str, said: dict[str, Any]) -> Iterator[Finding]:
    now = state.stored_state(doctype, doctype)
    if doctype in said and now is not None:
        yield from _record(doctype, doctype, now, said[doctype])


def _record(doctype: str, name: str, now: state.State, said: dict[str, Any] | None) -> Iterator[Finding]:
    place = f"{doctype} {name}"
    if said is None:
        yield Finding(place, "no audit entry tells where it came from")
    elif said["kind"] == "Deleted":
        yield Finding(place, "it was deleted, and is there again")
    elif not _is_as_told(doctype, now, said):
        fields = ", ".join(_changed_past_the_system(doctype, name, now))
        yield Finding(place, f"it was changed past the system{': ' + fields if fields else ''}")


def _is_as_told(doctype: str, now: state.State, said: dict[str, Any]) -> bool:
    if state.content_hash(now) == said["content_hash"]:
        return True
    # A field that was added since brings its default into every row that is there.
    added = frappe.get_all(
        "Custom Field", filters={"dt": doctype, "creation": [">", said["at"]]}, pluck="fieldname"
    )
    without = {field: value for field, value in now.items() if field not in added}
    return bool(added) and state.content_hash(without) == said["content_hash"]


def _last_changes(doctypes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """DocType -> record -> the last entry that tells of it: the kind, the time, the hash of what it left."""
    query = """select document_type, document_name, kind, at, content_hash from `tabAudit Entry`
        where document_type in %(doctypes)s and kind in %(kinds)s order by name"""
    found: dict[str, dict[str, Any]] = {}
    for row in frappe.db.sql(query, {"doctypes": tuple(doctypes), "kinds": CHANGES}, as_dict=True):
        found.setdefault(row["document_type"], {})[row["document_name"]] = row
    return found


def _changed_past_the_system(doctype: str, name: str, now: state.State) -> list[str]:
    """Fields whose value is not the last that was told."""
    query = """select changes from `tabAudit Entry` where document_type = %s and document_name = %s
        and kind in %s order by name"""
    told: dict[str, Any] = {}
    for (changes,) in frappe.db.sql(query, (doctype, name, CHANGES)):
        for change in frappe.parse_json(changes or "[]"):
            told[change["field"]] = change.get("new")
    here = {field: value for field, value in now.items() if not isinstance(value, list)}
    fields = {field for field in told if "[" not in field} | set(here)
    return sorted(
        field for field in fields - {"name", "creation", "owner"} if told.get(field) != here.get(field)
    )


def _gone(doctype: str, names: set[str], said: dict[str, Any]) -> Iterator[Finding]:
    for name in sorted(names):
        if said[name]["kind"] != "Deleted":
            yield Finding(f"{doctype} {name}", "it was removed past the system")


def _old_names(doctypes: Sequence[str]) -> dict[str, set[str]]:
    """DocType -> names that records had before they were renamed."""
    query = """select document_type, changes from `tabAudit Entry`
        where kind = 'Renamed' and document_type in %(doctypes)s"""
    found: dict[str, set[str]] = {}
    for doctype, changes in frappe.db.sql(query, {"doctypes": tuple(doctypes)}):
        old = {
            change.get("old")
            for change in frappe.parse_json(changes or "[]")
            if change.get("field") == "name"
        }
        found.setdefault(doctype, set()).update(old)
    return found


# -- reading


def _names(doctype: str) -> list[str]:
    return frappe.db.sql(f"select name from `tab{doctype}` order by name", pluck=True)


def _rows(query: str, names: Sequence[str]) -> list[dict[str, Any]]:
    return frappe.db.sql(query, {"names": names}, as_dict=True)
