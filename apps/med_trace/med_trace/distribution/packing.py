"""Cases and pallets by SSCC: pack, unpack, and what is inside. Each change is an event of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.naming import getseries
from med_trace.domain import gs1
from med_trace.domain.errors import BadInput, NotFound, TraceError
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.packing import Container, PackingRow, pieces_in, replay
from med_trace.ledger.service import record
from med_trace.ledger.shown import shown


class AlreadyPacked(TraceError):
    """The unit or case is in another container."""

    title = "Already packed"


@dataclass(frozen=True)
class Packed:
    """What is put into a container: a quantity of a lot, or one unit of it."""

    lot: str
    quantity: Decimal = Decimal(1)
    unit: str | None = None


@shown()
def next_sscc() -> str:
    """A new SSCC under the company prefix of Trace Settings."""
    prefix = frappe.db.get_single_value("Trace Settings", "company_prefix")
    if not prefix:
        raise BadInput("Trace Settings: fill in the GS1 company prefix first.", field="company_prefix")
    room = 16 - len(prefix)
    return gs1.sscc(prefix, int(getseries(f"SSCC-{prefix}-", room)))


@shown()
def pack(container: str, pieces: Sequence[Packed] = (), cases: Sequence[str] = ()) -> str:
    """Put pieces and whole cases into `container`. Returns the event.

    Raises AlreadyPacked for what is in another container, and what the gate says of the lots.
    """
    _require_sscc(container)
    _require_unpacked_units([piece.unit for piece in pieces if piece.unit])
    containers = _containers([container, *cases])
    rows = [Row(Action.PACK, piece.lot, piece.quantity, serial_unit=piece.unit) for piece in pieces]
    for case in cases:
        _require_case(case, container, containers)
        rows += _case_rows(Action.PACK, case, containers)
    return _record(EventType.AGGREGATED, container, rows)


@shown()
def unpack(container: str, pieces: Sequence[Packed] = (), cases: Sequence[str] = ()) -> str:
    """Take pieces and cases out of `container`; nothing named takes out everything. Returns the event."""
    containers = _containers([container])
    held = containers.get(container) or Container(container)
    if not pieces and not cases:
        pieces = [Packed(lot, quantity, unit) for (lot, unit), quantity in held.loose.items()]
        cases = sorted(held.inner)
    for piece in pieces:
        if held.loose.get((piece.lot, piece.unit), Decimal(0)) < piece.quantity:
            raise NotFound("{0} of {1} is not in {2}.", piece.quantity, piece.unit or piece.lot, container)
    rows = [Row(Action.UNPACK, piece.lot, piece.quantity, serial_unit=piece.unit) for piece in pieces]
    for case in cases:
        if case not in held.inner:
            raise NotFound("Case {0} is not in {1}.", case, container)
        rows += _case_rows(Action.UNPACK, case, containers)
    return _record(EventType.DISAGGREGATED, container, rows)


def contents(container: str) -> list[dict[str, Any]]:
    """Everything inside at any depth: container, lot, item_code, serial_unit, quantity."""
    found = list(pieces_in(container, _containers([container])))
    items = _items_of({piece.lot for _, piece in found})
    return [
        {
            "container": holder,
            "lot": piece.lot,
            "item_code": items.get(piece.lot),
            "serial_unit": piece.unit,
            "quantity": float(piece.quantity),
        }
        for holder, piece in found
    ]


def containers_of(units: Sequence[str]) -> dict[str, str]:
    """The container that directly holds each of these units; loose units are not in it."""
    rows = frappe.get_all(
        "Trace Event Item",
        filters={"serial_unit": ["in", units], "action": ["in", [Action.PACK.value, Action.UNPACK.value]]},
        pluck="parent",
        distinct=True,
    )
    holders: dict[str, str | None] = {}
    for row in _packing_rows({"name": ["in", rows]}) if rows else ():
        # out of a pallet with its case: still in the case
        holders[row.unit or ""] = row.inner or (row.container if row.action == Action.PACK.value else None)
    return {unit: holder for unit in units if (holder := holders.get(unit))}


def _record(event_type: EventType, container: str, rows: Sequence[Row]) -> str:
    if not rows:
        raise BadInput("Container {0}: nothing is named to pack or unpack.", container, field="pieces")
    return record(EventDraft(event_type, tuple(rows), container=container))


def _case_rows(action: Action, case: str, containers: dict[str, Container]) -> list[Row]:
    return [
        Row(action, piece.lot, piece.quantity, serial_unit=piece.unit, container=case)
        for _, piece in pieces_in(case, containers)
    ]


def _require_sscc(code: str) -> None:
    if len(code) != 18 or not gs1.is_valid_key(code):
        raise BadInput(
            "{0} is no SSCC: 18 digits with a correct check digit are expected.",
            repr(code),
            field="container",
        )


def _require_case(case: str, container: str, containers: dict[str, Container]) -> None:
    if case == container or container in _all_inside(case, containers):
        raise BadInput("Case {0} cannot go into itself.", case, field="cases")
    if not any(True for _ in pieces_in(case, containers)):
        raise NotFound("Case {0} is empty or unknown.", case)
    outer = _outer_of(case)
    if outer:
        raise AlreadyPacked("Case {0} is in {1} already. Unpack it there first.", case, outer)


def _all_inside(case: str, containers: dict[str, Container]) -> set[str]:
    found: set[str] = set()
    waiting = [case]
    while waiting:
        inner = containers[waiting[-1]].inner if waiting[-1] in containers else set()
        waiting.pop()
        waiting += sorted(inner - found)
        found |= inner
    return found


def _outer_of(case: str) -> str | None:
    """The container that the case stands in, read from the last event that moved it whole."""
    rows = frappe.get_all(
        "Trace Event Item",
        filters={"container": case, "action": ["in", [Action.PACK.value, Action.UNPACK.value]]},
        pluck="parent",
        distinct=True,
    )
    holders = {row.container for row in _packing_rows({"name": ["in", rows]})} if rows else set()
    return next((name for name, held in _containers(sorted(holders)).items() if case in held.inner), None)


def _require_unpacked_units(units: Sequence[str]) -> None:
    packed = containers_of(units) if units else {}
    for unit, holder in packed.items():
        raise AlreadyPacked("Unit {0} is in {1} already. Unpack it first.", unit, holder)


def _containers(names: Sequence[str]) -> dict[str, Container]:
    """The containers of these names and everything inside them."""
    found: dict[str, Container] = {}
    waiting = list(names)
    while waiting:
        found |= replay(_packing_rows({"container": ["in", waiting]}))
        inner = {case for name in waiting if name in found for case in found[name].inner}
        waiting = sorted(inner - found.keys())
    return found


def _packing_rows(filters: dict[str, Any]) -> list[PackingRow]:
    """Rows of packing events that match, in the order in which they happened; reversed events left out."""
    events = frappe.get_all(
        "Trace Event",
        filters={
            **filters,
            "event_type": ["in", [EventType.AGGREGATED.value, EventType.DISAGGREGATED.value]],
        },
        fields=["name", "container", "reverses"],
        order_by="event_time asc, creation asc",
    )
    undone = {event.reverses for event in events if event.reverses}
    kept = [event for event in events if not event.reverses and event.name not in undone]
    rows = frappe.get_all(
        "Trace Event Item",
        filters={"parent": ["in", [event.name for event in kept]]},
        fields=["parent", "action", "lot", "quantity", "serial_unit", "container"],
        order_by="idx asc",
    )
    by_event: dict[str, list[Any]] = {}
    for row in rows:
        by_event.setdefault(row.parent, []).append(row)
    return [
        PackingRow(
            event.container,
            row.action,
            row.lot,
            Decimal(str(row.quantity)),
            row.serial_unit or None,
            row.container if row.container != event.container else None,
        )
        for event in kept
        for row in by_event.get(event.name, [])
    ]


def _items_of(lots: set[str]) -> dict[str, str]:
    rows = frappe.get_all(
        "Material Lot", filters={"name": ["in", sorted(lots)]}, fields=["name", "item_code"]
    )
    return {row.name: row.item_code for row in rows}
