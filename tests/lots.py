"""Builds items, lots and events for tests of the ledger, by the ledger's own verbs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.states import Kind, State
from med_trace.ledger.service import create_lot, create_units, hold, record


def an_item(kind: Kind = Kind.FINISHED, **fields: Any) -> str:
    group = frappe.get_all("Item Group", filters={"is_group": 0}, pluck="name", limit=1)[0]
    code = f"T-{frappe.generate_hash(length=8)}"
    values = {
        "item_code": code,
        "item_name": code,
        "item_group": group,
        "stock_uom": "Nos",
        "mt_kind": kind.value,
    }
    return frappe.get_doc({"doctype": "Item", **values, **fields}).insert(ignore_permissions=True).name


def event(kind: EventType, *rows: Row, **more: Any) -> EventDraft:
    return EventDraft(kind, rows, **more)


def row(action: Action, lot: str, quantity: float | str = 0, **more: Any) -> Row:
    return Row(action, lot, Decimal(str(quantity)), **more)


def a_lot(
    state: State | None = State.RELEASED,
    quantity: float | str = 10,
    kind: Kind = Kind.RAW,
    at: datetime | None = None,
    serials: int = 0,
    **fields: Any,
) -> str:
    """A lot with this much of it, brought to `state` by events at `at`. `serials`: so many serial units instead."""
    item = fields.pop("item_code", None) or an_item(kind)
    lot = create_lot(**{"lot_no": f"L-{frappe.generate_hash(length=8)}", "item_code": item, **fields}).name
    if state is not None:
        _bring_to(state, lot, kind, _arrivals(lot, kind, quantity, serials), at)
    return lot


def _arrivals(lot: str, kind: Kind, quantity: float | str, serials: int) -> list[Row]:
    action = Action.RECEIVE if kind in (Kind.RAW, Kind.PACKAGING) else Action.PRODUCE
    if not serials:
        return [row(action, lot, quantity)]
    units = create_units(lot, [f"{lot}-S{i}" for i in range(1, serials + 1)])
    return [row(action, lot, 1, serial_unit=unit) for unit in units]


def _bring_to(state: State, lot: str, kind: Kind, arrivals: list[Row], at: datetime | None) -> None:
    is_bought = kind in (Kind.RAW, Kind.PACKAGING)
    record(event(EventType.RECEIVED if is_bought else EventType.TRANSFORMED, *arrivals, time=at))
    if state in (State.QUARANTINE, State.IN_PROCESS):
        return
    if is_bought or kind in (Kind.COMPONENT, Kind.WIP):
        record(event(EventType.ACCEPTED, row(Action.ACCEPT, lot), time=at))
    else:
        record(event(EventType.FINISHED, row(Action.FINISH, lot), time=at))
        if state is State.AWAITING_RELEASE:
            return
        record(event(EventType.RELEASED, row(Action.RELEASE, lot), time=at))
    if state is State.ON_HOLD:
        hold(lot, "Test", time=at)
    elif state is State.REJECTED:
        record(event(EventType.REJECTED, row(Action.REJECT, lot), reason="Test", time=at))
    elif state is State.RECALLED:
        record(event(EventType.RECALLED, row(Action.RECALL, lot), time=at))
    elif state is State.CLOSED:
        quantity = frappe.db.get_value("Material Lot", lot, "on_hand")
        record(event(EventType.SCRAPPED, row(Action.SCRAP, lot, quantity), time=at))
        record(event(EventType.CLOSED, row(Action.CLOSE, lot), time=at))


def made_from(parent: str, quantity: float = 1, kind: Kind = Kind.FINISHED, made: float = 1) -> str:
    """A new lot into which `quantity` of the parent went."""
    child = a_lot(None, kind=kind)
    record(
        event(
            EventType.TRANSFORMED,
            row(Action.CONSUME, parent, quantity),
            row(Action.PRODUCE, child, made),
        )
    )
    return child


def says(lot: str) -> Any:
    """What the lot says of itself."""
    fields = ["state", "held_from", "quantity", "on_hand", "blocked", "shipped"]
    return frappe.db.get_value("Material Lot", lot, fields, as_dict=True)


def says_unit(unit: str) -> Any:
    fields = ["lot", "state", "whereabouts", "consignee", "part_of"]
    return frappe.db.get_value("Serial Unit", unit, fields, as_dict=True)
