"""Trace Event: a lot that is stopped loses its stock reservations."""

from __future__ import annotations

from frappe.model.document import Document
from med_trace.distribution.reservations import release_reservations
from med_trace.domain.event import EventType

STOPS = frozenset({EventType.HELD, EventType.REJECTED, EventType.RELEASE_REVOKED, EventType.RECALLED})


def after_insert(doc: Document, method: str | None = None) -> None:
    if doc.event_type in {stop.value for stop in STOPS} and not doc.reverses:
        release_reservations(sorted({row.lot for row in doc.items if not row.serial_unit}))
