"""What the database holds of a record: all of its columns and rows, without bookkeeping and empty values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cast
from med_trace.domain.canonical import digest, plain
from med_trace.ledger.audit.scope import (
    BOOKKEEPING,
    DERIVED,
    HIDDEN,
    ROW_BOOKKEEPING,
    SECRET_FIELDS,
)
from med_trace.ledger.tables import chunks

NAMES_PER_QUERY = 500
CAST = frozenset(("Check", "Int", "Float", "Currency", "Percent", "Date", "Datetime", "Time"))
State = dict[str, Any]


def stored_state(doctype: str, name: str) -> State | None:
    """The state of one record as it is in the database; None when it is not there."""
    if frappe.get_meta(doctype).issingle:
        return state_of(frappe.get_doc(doctype, doctype))
    return stored_states(doctype, [name]).get(name)


def stored_states(doctype: str, names: Iterable[str]) -> dict[str, State]:
    """The states of many records of one DocType, by name."""
    found: dict[str, State] = {}
    without, secret = _left_out(doctype), _secret_fields(doctype)
    for chunk in chunks(names, NAMES_PER_QUERY):
        query = f"select * from `tab{doctype}` where name in %(names)s"
        for row in frappe.db.sql(query, {"names": chunk}, as_dict=True):
            found[row["name"]] = _values(row, without, secret)
        _add_rows(doctype, chunk, found)
    return found


def state_of(document: Document) -> State:
    """The state of a document that was read from the database and not changed since."""
    doctype = document.doctype
    columns = _columns(document)
    row = {column: document.get(column) for column in columns}
    state = _values(row, _left_out(doctype), _secret_fields(doctype))
    for field in _tables(doctype):
        rows = document.get(field.fieldname) or ()
        if rows:
            columns = frappe.db.get_table_columns(field.options)
            values = [{column: one.get(column) for column in columns} for one in rows]
            state[field.fieldname] = _rows(field.options, values)
    return state


def stated(document: Document) -> State:
    """What a document in memory would become: values brought to the types that the database gives back."""
    state = _values(
        _cast(document, _columns(document)), _left_out(document.doctype), _secret_fields(document.doctype)
    )
    for field in _tables(document.doctype):
        if rows := document.get(field.fieldname):
            columns = frappe.db.get_table_columns(field.options)
            state[field.fieldname] = _rows(field.options, [_cast(row, columns) for row in rows])
    return state


def row_values(doctype: str, row: Mapping[str, Any]) -> State:
    """The content of one row of a table."""
    return _values(row, ROW_BOOKKEEPING, _secret_fields(doctype))


def content_hash(state: Mapping[str, Any]) -> str:
    return digest(state)


# -- what of a row is content


def _add_rows(doctype: str, names: Sequence[str], found: dict[str, State]) -> None:
    for field in _tables(doctype):
        query = f"""select * from `tab{field.options}` where parent in %(names)s and parenttype = %(doctype)s
            and parentfield = %(field)s order by parent, idx, name"""
        by_parent: dict[str, list[dict[str, Any]]] = {}
        values = {"names": names, "doctype": doctype, "field": field.fieldname}
        for row in frappe.db.sql(query, values, as_dict=True):
            by_parent.setdefault(row["parent"], []).append(row)
        for parent, rows in by_parent.items():
            if parent in found:
                found[parent][field.fieldname] = _rows(field.options, rows)


def _rows(doctype: str, rows: Iterable[Mapping[str, Any]]) -> list[State]:
    secret = _secret_fields(doctype)
    return [_values(row, ROW_BOOKKEEPING, secret) for row in rows]


def _cast(document: Document, columns: Iterable[str]) -> dict[str, Any]:
    values = {column: document.get(column) for column in columns}
    for column, value in values.items():
        field = document.meta.get_field(column)
        if field and value is not None and value != "":
            values[column] = cast(field.fieldtype, value) if field.fieldtype in CAST else value
    return values


def _values(row: Mapping[str, Any], without: frozenset[str], secret: frozenset[str]) -> State:
    return {
        column: HIDDEN if column in secret else plain(value)
        for column, value in row.items()
        if value and column not in without
    }


def _columns(document: Document) -> Sequence[str]:
    if document.meta.issingle:
        return document.meta.get_valid_columns()
    return frappe.db.get_table_columns(document.doctype)


def _left_out(doctype: str) -> frozenset[str]:
    return BOOKKEEPING | DERIVED.get(doctype, frozenset())


def _tables(doctype: str) -> list[Any]:
    return [
        field
        for field in frappe.get_meta(doctype).get_table_fields()
        if not field.get("is_virtual") and not frappe.get_meta(field.options).get("is_virtual")
    ]


def _secret_fields(doctype: str) -> frozenset[str]:
    passwords = frappe.get_meta(doctype).get("fields", {"fieldtype": "Password"})
    return SECRET_FIELDS | {field.fieldname for field in passwords}
