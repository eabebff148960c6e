"""What a machine posts: readings, and the series they were taken from, into the open record of its equipment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from med_trace.domain.errors import BadInput, NotFound
from med_trace.ledger.clock import entered
from med_trace.ledger.shown import shown
from med_trace.production.parameters import LIMIT_FIELDS
from med_trace.qualification.devices import DeviceRefused, require_machine


@dataclass(frozen=True)
class Reading:
    """One parameter as the machine saw it: a value, a span, or both. `at`: when."""

    parameter: str
    value: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Series:
    """The recording that the readings of a parameter were taken from, as text."""

    parameter: str
    file_name: str
    content: str


@shown()
def open_records(device: str) -> list[dict[str, Any]]:
    """The open records of the device's equipment, oldest first, each with what it asks for."""
    machine = require_machine(device)
    rows = frappe.get_all(
        "Process Record",
        filters={"equipment": machine.workstation or "", "docstatus": 0},
        fields=["name", "lot", "operation_no", "operation_name", "started_at"],
        order_by="started_at asc, creation asc",
    )
    return [{**row, "parameters": _asked_for(row.name)} for row in rows]


@shown()
def post_readings(
    device: str, record: str, readings: Sequence[Reading], series: Sequence[Series] = ()
) -> list[dict[str, Any]]:
    """Write readings into an open record of this device's equipment; returns parameter and judgement of each.

    Raises DeviceRefused, NotFound, and BadInput for a parameter that the operation does not have.
    """
    machine = require_machine(device)
    doc = _open_record(record, machine)
    rows = {row.parameter: row for row in doc.parameters}
    for one in readings:
        _enter(_row(rows, one.parameter, doc), one)
    for recording in series:
        _row(rows, recording.parameter, doc).series_file = _kept(doc, recording)
    doc.change_reason = frappe._("Posted by device {0}").format(device)
    doc.save(ignore_permissions=True)  # the registration of the device is the permission, for readings only
    posted = {one.parameter for one in readings}
    return [
        {"parameter": row.parameter, "judgement": row.judgement}
        for row in doc.parameters
        if row.parameter in posted
    ]


def _asked_for(record: str) -> list[dict[str, Any]]:
    fields = ["parameter", "uom", "target", *LIMIT_FIELDS, "critical"]
    return frappe.get_all("Process Parameter", filters={"parent": record}, fields=fields, order_by="idx asc")


def _open_record(name: str, machine: Any) -> Document:
    if not frappe.db.exists("Process Record", name):
        raise NotFound("Process Record {0} does not exist.", name)
    doc = frappe.get_doc("Process Record", name)
    if not machine.workstation or doc.equipment != machine.workstation:
        raise DeviceRefused(
            "{0} runs on other equipment than device {1} is registered for.", name, machine.name
        )
    if doc.docstatus:
        raise DeviceRefused("{0} is finished: a machine adds nothing to it.", name)
    return doc


def _row(rows: dict[str, Document], parameter: str, doc: Document) -> Document:
    if parameter not in rows:
        raise BadInput(
            "parameter: {0} is not read in {1}; expected one of {2}.",
            *(parameter, doc.name, ", ".join(rows) or "-"),
            field="parameter",
        )
    return rows[parameter]


def _enter(row: Document, reading: Reading) -> None:
    given = {field: getattr(reading, field) for field in ("value", "minimum", "maximum")}
    if all(value is None for value in given.values()):
        raise BadInput("value: {0} has no value, minimum or maximum.", reading.parameter, field="value")
    row.update({field: float(value) for field, value in given.items() if value is not None})
    row.recorded_at = entered(reading.at)


def _kept(doc: Document, series: Series) -> str:
    file = {"file_name": series.file_name, "content": series.content, "is_private": 1}
    attached = {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name}
    kept = frappe.get_doc({"doctype": "File", **file, **attached})
    return kept.insert(ignore_permissions=True).file_url  # part of what the registered device posts
