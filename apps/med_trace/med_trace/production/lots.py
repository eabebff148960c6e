"""Lots in production: how one starts, when it is finished, which of its operations were inspected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe.utils import add_days, nowdate
from med_trace.domain.errors import BadInput
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.states import Kind, State
from med_trace.ledger.service import create_lot, record
from med_trace.ledger.shown import shown
from med_trace.production.routings import routing_for
from med_trace.receiving.stock_lines import kind_of


@shown()
def start_lot(
    item_code: str,
    lot_no: str | None = None,
    routing: str | None = None,
    work_order: str | None = None,
    **fields: Any,
) -> str:
    """Start a lot to be made by a routing, pinned to the revision in force; returns its name."""
    lot = frappe._dict(name=lot_no or item_code, item_code=item_code, routing=None)
    revision = routing_for(lot, routing, nowdate()).name
    known = {**made_lot_fields(item_code), **fields, "routing": revision, "work_order": work_order}
    if lot_no:
        known["lot_no"] = lot_no
    return create_lot(item_code=item_code, **known).name


def made_lot_fields(item_code: str) -> dict[str, Any]:
    """What a lot of our own making takes from its item."""
    item = frappe.get_cached_value(
        "Item",
        item_code,
        ["stock_uom", "mt_gtin", "mt_release_signatures", "shelf_life_in_days", "mt_storage_conditions"],
        as_dict=True,
    )
    if not item:
        raise BadInput("Item {0} does not exist.", item_code, field="item_code")
    return {
        "kind": kind_of(item_code, made=True).value,
        "uom": item.stock_uom,
        "gtin": item.mt_gtin,
        "release_signatures": item.mt_release_signatures,
        "storage_conditions": item.mt_storage_conditions,
        "manufacturing_date": nowdate(),
        "expiry_date": add_days(nowdate(), item.shelf_life_in_days) if item.shelf_life_in_days else None,
    }


def finish_when_made(lot: str, source: tuple[str, str], time: datetime | None = None) -> str | None:
    """After the last operation: a lot that is released by signature now awaits it; returns the event.

    Components and WIP that are accepted by inspection stay in process until then.
    """
    facts = frappe.db.get_value("Material Lot", lot, ["kind", "item_code", "state"], as_dict=True)
    if facts.state != State.IN_PROCESS or is_accepted_by_inspection(facts.item_code, facts.kind):
        return None
    return finish(lot, source, time)


def is_accepted_by_inspection(item_code: str, kind: str) -> bool:
    """Whether a made lot becomes usable by inspection instead of by release."""
    if kind not in (Kind.COMPONENT, Kind.WIP):
        return False
    return bool(frappe.get_cached_value("Item", item_code, "mt_accepted_by_inspection"))


@shown()
def finish(lot: str, source: tuple[str, str] | None = None, time: datetime | None = None) -> str:
    """Say that a lot is made: it awaits release; returns the event."""
    return record(
        EventDraft(
            EventType.FINISHED,
            (Row(Action.FINISH, lot),),
            time=time,
            source_doctype=source[0] if source else None,
            source_name=source[1] if source else None,
        )
    )


def inspected_operations(lot: str) -> set[int]:
    """Operations of a lot with an inspection in the ledger that was not reversed."""
    events = frappe.get_all(
        "Trace Event Item",
        filters={"lot": lot, "action": Action.INSPECT.value, "parenttype": "Trace Event"},
        pluck="parent",
    )
    rows = frappe.get_all(
        "Trace Event", filters={"name": ["in", events]}, fields=["name", "source_row", "reverses"]
    )
    undone = {row.reverses for row in rows if row.reverses}
    return {
        int(row.source_row)
        for row in rows
        if (row.source_row or "").isdigit() and not row.reverses and row.name not in undone
    }
