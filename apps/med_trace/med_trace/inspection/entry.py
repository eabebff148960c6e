"""What the inspector enters into an open Inspection Record: results, gauges, remarks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import flt
from med_trace.domain.changes import Change, to_apply
from med_trace.domain.errors import BadInput
from med_trace.domain.inspection import Result
from med_trace.inspection.sheet import value_of
from med_trace.ledger import draft
from med_trace.ledger.clock import entered
from med_trace.ledger.shown import shown

_TEXTS = ("remarks", "sampled_serials")
_NUMBERS = ("quantity_sampled",)
_RESULT = ("value", "attribute", "serial_unit")


@shown()
def begin(lot: str, plan: str, quantity: Decimal = Decimal(0)) -> str:
    """Open a record of a plan on a lot, or the one that is open already; returns its name."""
    found = frappe.db.get_value("Inspection Record", {"lot": lot, "plan": plan, "docstatus": 0}, "name")
    if found:
        return found
    values = {"doctype": "Inspection Record", "lot": lot, "plan": plan, "quantity": float(quantity) or None}
    return frappe.get_doc(values).insert().name


@shown()
def enter(
    name: str, changes: Sequence[Change], at: datetime | None = None, reason: str | None = None
) -> None:
    """Write changes into an open record. Places: "remarks", "quantity_sampled", "sampled_serials";
    "results/<characteristic>/<sample>/value", "attribute", "serial_unit"; "gauge/<characteristic>/name".
    `at`: when they were typed; `reason`: why another's value is changed. Raises ChangedMeanwhile, NotOpen,
    BadInput, ReasonRequired.
    """
    doc = _open(name)
    doc.change_reason = reason
    changes = [Change(one.place, one.was, _checked(doc, one)) for one in changes]
    for change in to_apply(changes, lambda place: present(doc, place)):
        _write(doc, change, entered(at))
    draft.save(doc)


@shown()
def finish(name: str) -> None:
    """Submit an open record. One that is submitted already stays as it is."""
    if frappe.db.get_value("Inspection Record", name, "docstatus") == 1:
        return
    draft.submit(_open(name))


@shown()
def discard(name: str, reason: str) -> None:
    """Give up a record that was begun by mistake; nothing of it is in the ledger."""
    doc = _open(name)
    draft.discard(doc, reason, doc.inspector)


def present(doc: Document, place: str) -> Any:
    """What stands at a place; None for what was not measured."""
    parts = place.split("/")
    if len(parts) == 1:
        return (flt(doc.get(place)) or None) if place in _NUMBERS else doc.get(place)
    rows = _rows(doc, parts)
    if parts[0] == "gauge":
        return rows[0].gauge
    return value_of(rows[0]) if parts[-1] == "value" else rows[0].get(parts[-1])


def _open(name: str) -> Document:
    """The record, locked; refuses one that is not a draft, and a user who may not write it."""
    doc = draft.locked("Inspection Record", name)
    if doc.docstatus != 0:
        raise draft.NotOpen("Inspection Record {0} is submitted; nothing is entered any more.", name)
    return doc


def _checked(doc: Document, change: Change) -> Any:
    """The new value as its field keeps it. Raises BadInput that names what is wrong."""
    parts = change.place.split("/")
    if len(parts) > 1:
        _rows(doc, parts)
    last = parts[-1]
    if last == "value" or change.place in _NUMBERS:
        label = " ".join(parts[1:-1]) or change.place.replace("_", " ")
        return draft.as_number(change.now, label, change.place)
    if last == "attribute" and change.now not in (None, *(result.value for result in Result)):
        raise BadInput("{0}: {1} is not Pass or Fail.", change.place, change.now, field="attribute")
    if len(parts) == 1 and change.place not in _TEXTS:
        raise BadInput("{0} is not entered here.", change.place, field="changes")
    return draft.as_text(change)


def _rows(doc: Document, parts: list[str]) -> list[Document]:
    """The rows of a place: one result, or for a gauge all of its characteristic. Raises BadInput for none."""
    found: list[Document] = []
    if parts[0] == "gauge" and parts[-1] == "name" and len(parts) >= 3:
        found = [row for row in doc.results if row.characteristic == "/".join(parts[1:-1])]
    if parts[0] == "results" and parts[-1] in _RESULT and len(parts) >= 4:
        name, sample = "/".join(parts[1:-2]), parts[-2]
        found = [
            row for row in doc.results if (row.characteristic, str(row.sample_no or 1)) == (name, sample)
        ]
    if not found:
        raise BadInput("{0} is not in plan {1}.", "/".join(parts), doc.plan, field="changes")
    return found


def _write(doc: Document, change: Change, at: datetime) -> None:
    parts = change.place.split("/")
    if len(parts) == 1:
        doc.set(change.place, change.now)
        return
    for row in _rows(doc, parts):
        row.set("gauge" if parts[0] == "gauge" else parts[-1], change.now)
        if parts[-1] in ("value", "attribute"):
            row.measured_at = at if change.now is not None else None
