"""Readings of a Process Record: copied from its routing, judged against the routing's limits."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, now_datetime
from med_trace.domain.errors import BadInput
from med_trace.domain.limits import Judgement, Limits, parse_number

LIMIT_FIELDS = ("lower_limit", "lower_warning", "upper_warning", "upper_limit")
_COPIED = ("uom", "target", "critical", *LIMIT_FIELDS)
_READINGS = ("value", "minimum", "maximum")
_COLOUR = {Judgement.WARNING: "orange", Judgement.OUT_OF_SPECIFICATION: "red"}


def limits_of(row: Document) -> Limits:
    """The limits that a routing parameter or plan characteristic states."""
    return Limits(**{field: parse_number(row.get(field), _label(row, field)) for field in LIMIT_FIELDS})


def _label(row: Document, field: str) -> str:
    return f"{row.get('parameter') or row.get('characteristic')}, {field.replace('_', ' ')}"


def copy_from_routing(record: Document, routing: Document) -> None:
    """Bring every parameter of this operation into the record; its limits are never the operator's."""
    wanted = {row.parameter: row for row in routing.parameters if row.operation_no == record.operation_no}
    present = {row.parameter for row in record.parameters}
    for parameter in wanted:
        if parameter not in present:
            record.append("parameters", {"parameter": parameter})
    for row in record.parameters:
        source = wanted.get(row.parameter)
        for field in _COPIED:
            row.set(field, source.get(field) if source else None)


def readings_of(row: Document) -> list[Decimal]:
    """What was read. A zero counts only when the time of the reading stands beside it."""
    given = [row.get(field) for field in _READINGS]
    if row.recorded_at and not any(flt(value) for value in given):
        return [Decimal(0)]
    return [Decimal(str(value)) for value in given if flt(value)]


def note_times(record: Document) -> None:
    """A reading that arrives gets its time, so that a reading of 0 is told from none."""
    for row in record.parameters:
        arrived = any(row.get(field) is not None and row.get(field) != "" for field in _READINGS)
        if not row.recorded_at and (readings_of(row) or (row.is_new() and arrived)):
            row.recorded_at = now_datetime()


def hash_series(record: Document) -> None:
    """Bind each attached machine series to the record by the hash of its bytes."""
    for row in record.parameters:
        row.series_hash = _hash_of_file(row.series_file) if row.series_file else None


def _hash_of_file(url: str) -> str:
    name = frappe.db.get_value("File", {"file_url": url})
    if not name:
        raise BadInput("The series file {0} is not attached here.", url, field="series_file")
    content = frappe.get_doc("File", name).get_content()
    return "sha256:" + sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def judge(record: Document) -> None:
    """Write each judgement, and tell the user at once about what left its limits since the last save."""
    for row in record.parameters:
        before = row.judgement
        judgement = limits_of(row).judge_all(readings_of(row))
        row.judgement = judgement.value
        if judgement in _COLOUR and row.judgement != before:
            frappe.msgprint(describe(row), title=_(row.judgement), indicator=_COLOUR[judgement], alert=True)


def describe(row: Document) -> str:
    """One line: parameter, reading, limits."""
    reading = ", ".join(f"{value.normalize():f}" for value in readings_of(row))
    return _("{0} {1}: {2} {3} (warning {4} to {5}, limits {6} to {7})").format(
        _(row.judgement),
        row.parameter,
        reading,
        row.uom or "",
        row.lower_warning or "-",
        row.upper_warning or "-",
        row.lower_limit or "-",
        row.upper_limit or "-",
    )


def require_all_read(record: Document) -> None:
    """Refuse to close an operation whose routing asks for a reading that is not there."""
    missing = [row.parameter for row in record.parameters if not readings_of(row)]
    if missing:
        raise BadInput(
            "Operation {0} still needs a reading of {1}.",
            record.operation_name,
            ", ".join(missing),
            field="parameters",
        )


def out_of_spec(record: Document) -> list[Document]:
    """The rows that left their specification."""
    return [row for row in record.parameters if row.judgement == Judgement.OUT_OF_SPECIFICATION]


def require_no_twice(rows: Iterable[Document]) -> None:
    """Refuse a parameter that is listed twice."""
    seen: set[str] = set()
    for row in rows:
        if row.parameter in seen:
            raise BadInput("Parameter {0} is listed twice.", row.parameter, field="parameters")
        seen.add(row.parameter)
