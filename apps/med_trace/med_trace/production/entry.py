"""What the person at the machine enters into an open Process Record: fields, readings, recordings, outputs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import flt, get_datetime
from med_trace.domain.changes import Change, to_apply
from med_trace.domain.errors import BadInput
from med_trace.ledger import draft
from med_trace.ledger.clock import entered
from med_trace.ledger.shown import shown
from med_trace.production.quantities import QUANTITIES
from med_trace.production.sheet import OUTPUT, READINGS, readings
from med_trace.production.waiting import records_of

_TEXTS = (
    "equipment",
    "tool",
    "shift",
    "location",
    "remarks",
    "scrapped_serials",
    "sampled_serials",
)
_NUMBERS = ("quantity_in", *QUANTITIES)
_FLAGS = ("completes_operation",)
SERIES = "series_file"


@shown()
def begin(lot: str, operation_no: int, **fields: Any) -> str:
    """Open the record of an operation, or the one that is open already; returns its name."""
    for row in records_of(lot):
        if row.docstatus == 0 and row.operation_no == operation_no:
            return row.name
    given = {key: value for key, value in fields.items() if value}
    doc = frappe.get_doc({"doctype": "Process Record", "lot": lot, "operation_no": operation_no, **given})
    return doc.insert().name


@shown()
def enter(
    name: str, changes: Sequence[Change], at: datetime | None = None, reason: str | None = None
) -> None:
    """Write changes into an open record. Places: a field; "parameters/<name>/value", "minimum", "maximum",
    "series_file" (a file of this record: what the machine recorded); "outputs", the whole list. `at`: when they were typed; `reason`: why another's value is changed. Raises
    ChangedMeanwhile, NotOpen, BadInput, ReasonRequired.
    """
    doc = open_record(name)
    doc.change_reason = reason
    changes = [Change(one.place, one.was, _checked(doc, one)) for one in changes]
    for change in to_apply(changes, lambda place: present(doc, place)):
        _write(doc, change, entered(at))
    draft.save(doc)


@shown()
def finish(name: str, at: datetime | None = None) -> None:
    """Submit an open record; `at` is when the operation ended. One that is finished already stays as it is."""
    doc = frappe.get_doc("Process Record", name)
    if doc.docstatus == 1:
        return
    doc = open_record(name)
    doc.finished_at = max(entered(at), get_datetime(doc.started_at))
    draft.submit(doc)


@shown()
def discard(name: str, reason: str) -> None:
    """Give up a record that was begun by mistake. Nothing of it is in the ledger: what was to be used is free."""
    doc = open_record(name)
    draft.discard(doc, reason, doc.operator)


def present(doc: Document, place: str) -> Any:
    """What stands at a place; None for what was not entered, as the database cannot tell it from zero."""
    parts = place.split("/")
    if place == "outputs":
        return [{field: row.get(field) or None for field in OUTPUT} for row in doc.outputs]
    if len(parts) == 1:
        value = doc.get(place)
        return (flt(value) or None) if place in _NUMBERS else value
    row = _parameter(doc, parts)
    return (row.series_file or None) if parts[-1] == SERIES else readings(row)[parts[-1]]


def open_record(name: str) -> Document:
    """The record, locked; refuses one that is not a draft, and a user who may not write it."""
    doc = draft.locked("Process Record", name)
    if doc.docstatus != 0:
        raise draft.NotOpen("Process Record {0} is finished; nothing is entered any more.", name)
    return doc


def _checked(doc: Document, change: Change) -> Any:
    """The new value as its field keeps it. Raises BadInput that names what is wrong."""
    parts = change.place.split("/")
    if change.place in _TEXTS:
        return _text(change)
    if change.place in _NUMBERS:
        return draft.as_number(change.now, change.place.replace("_", " "))
    if change.place in _FLAGS:
        return 1 if change.now in (1, "1", True) else 0
    if change.place == "outputs":
        return _outputs(change.now)
    if len(parts) >= 3 and parts[0] == "parameters" and parts[-1] in (*READINGS, SERIES):
        _parameter(doc, parts)
        if parts[-1] == SERIES:
            return _recording(doc, change)
        return draft.as_number(change.now, "/".join(parts[1:-1]))
    raise BadInput("{0} is not entered here.", change.place, field="changes")


def _text(change: Change) -> str | None:
    if change.now is not None and not isinstance(change.now, (str, int, float)):
        raise BadInput("{0}: expected a text.", change.place, field=change.place)
    return draft.as_text(change)


def _recording(doc: Document, change: Change) -> str | None:
    """The address of a file that is attached to this record."""
    url = _text(change)
    if url and not frappe.db.exists(
        "File", {"file_url": url, "attached_to_doctype": doc.doctype, "attached_to_name": doc.name}
    ):
        raise BadInput(
            "{0} is no file of {1}. Attach the recording to it first.", url, doc.name, field=SERIES
        )
    return url


def _outputs(rows: Any) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInput("outputs: expected a list of rows.", field="outputs")
    strange = sorted({str(key) for row in rows for key in row} - set(OUTPUT))
    if strange:
        raise BadInput("outputs: {0} is not known.", strange[0], field="outputs")
    return [
        {
            **{
                key: _text(Change(f"outputs {key}", None, row.get(key)))
                for key in ("cavity", "serial_numbers")
            },
            "quantity": draft.as_number(row.get("quantity"), "outputs"),
            **{key: _moment(row.get(key)) for key in ("made_from", "made_to")},
        }
        for row in rows
    ]


def _moment(value: Any) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value).strip().replace("Z", "+00:00"))
    except ValueError:
        raise BadInput("outputs: {0} is not a date and time.", value, field="outputs") from None
    return entered(moment).replace(microsecond=0)


def _parameter(doc: Document, parts: list[str]) -> Document:
    name = "/".join(parts[1:-1])
    found = next((row for row in doc.parameters if row.parameter == name), None)
    if parts[0] != "parameters" or parts[-1] not in (*READINGS, SERIES) or not found:
        raise BadInput("Operation {0} has no parameter {1}.", doc.operation_name, name, field="changes")
    return found


def _write(doc: Document, change: Change, at: datetime) -> None:
    parts = change.place.split("/")
    if change.place == "outputs":
        doc.set("outputs", change.now)
    elif len(parts) == 1:
        doc.set(change.place, change.now)
    elif parts[-1] == SERIES:
        _parameter(doc, parts).series_file = change.now
    else:
        _write_reading(_parameter(doc, parts), parts[-1], change.now, at)


def _write_reading(row: Document, field: str, value: float | None, at: datetime) -> None:
    """A reading has its time beside it; one that is taken back leaves neither."""
    stays = any(flt(row.get(other)) for other in READINGS if other != field)
    row.set(field, value)
    row.recorded_at = at if value is not None or stays else None
