"""What waits on the shop floor: of each lot in the making the operation that is next, and why it may not begin.

Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import now_datetime
from med_trace.domain import gate
from med_trace.domain import routing as rules
from med_trace.domain.errors import TraceError
from med_trace.domain.event import Action
from med_trace.domain.states import State
from med_trace.ledger.service import lot_facts
from med_trace.ledger.shown import translated
from med_trace.production.lots import inspected_operations
from med_trace.production.quantities import QUANTITIES
from med_trace.production.routings import operations_of
from med_trace.receiving.stock_lines import to_decimal

LOOKED_AT = 1000  # lots in the making, the longest waiting first
_LOT = ["name", "item_code", "item_name", "state", "on_hand", "uom", "routing", "modified"]
_RECORD = [
    *("name", "lot", "operation_no", "docstatus", "completes_operation", "quantity_in", *QUANTITIES),
    *("equipment", "operator", "started_at", "rework_ncr"),
]


def operations_waiting(
    equipment_type: str | None = None, lot: str | None = None, limit: int = 100
) -> dict[str, Any]:
    """The operations that are open or next: {operations, more}. `more` says that the list was cut.

    `equipment_type` leaves out those that run on another kind of machine. An open record is always there,
    also of a lot that is held meanwhile.
    """
    drafts = frappe.get_all("Process Record", filters=_asked(lot, docstatus=0), fields=_RECORD)
    lots = _lots(lot, {draft.lot for draft in drafts})
    records = _records({one.name for one in lots})
    found = [row for one in lots for row in _of_lot(one, records.get(one.name, []))]
    mine = [row for row in found if _runs_on(row, equipment_type)]
    for row in mine[:limit]:
        is_open = row["record"] or row["rework_ncr"]
        row["refusal"] = None if is_open else why_not_now(row["lot"], row["routing"], row["operation_no"])
    return {"operations": mine[:limit], "more": len(mine) > limit or len(lots) >= LOOKED_AT}


def runs_of(records: Iterable[Any]) -> list[rules.Run]:
    """The records of a lot as the domain sees them."""
    return [
        rules.Run(
            row.name,
            row.operation_no,
            is_open=row.docstatus == 0,
            completes=bool(row.completes_operation),
            taken=to_decimal(row.quantity_in),
            passed=to_decimal(row.quantity_good) + to_decimal(row.quantity_rework),
        )
        for row in records
    ]


def records_of(lot: str) -> list[Any]:
    """The open and submitted records of a lot, oldest first."""
    return _records({lot}).get(lot, [])


def why_not_now(lot: str, routing: str, number: int, is_rework: bool = False) -> str | None:
    """Why an operation may not begin on a lot: its turn, or the gate. In the user's words."""
    operations = operations_of(frappe.get_cached_doc("Process Routing", routing))
    runs = runs_of(records_of(lot))
    asks = any(operation.inspection_required for operation in operations)
    makes = not is_rework and rules.making_operation(operations).number == number
    action = Action.PRODUCE if makes else Action.PROCESS
    try:
        rules.require_turn(operations, number, runs, inspected_operations(lot) if asks else (), is_rework)
        gate.decide(lot_facts(lot), action, Decimal(0), now_datetime())
    except TraceError as refusal:
        return translated(refusal.message)
    return None


def _asked(lot: str | None, **more: Any) -> dict[str, Any]:
    return {**more, "lot": lot} if lot else more


def _lots(lot: str | None, with_drafts: set[str]) -> list[Any]:
    filters: dict[str, Any] = {"routing": ["is", "set"], "state": ["in", ["", State.IN_PROCESS.value]]}
    if lot:
        filters["name"] = lot
    order = "modified asc"
    lots = frappe.get_list("Material Lot", filters=filters, fields=_LOT, order_by=order, limit=LOOKED_AT)
    others = with_drafts - {one.name for one in lots}
    if others:
        named = {"name": ["in", sorted(others)]}
        lots = [*frappe.get_list("Material Lot", filters=named, fields=_LOT, order_by=order), *lots]
    return lots


def _records(lots: set[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    if lots:
        filters = {"lot": ["in", sorted(lots)], "docstatus": ["<", 2]}
        for row in frappe.get_all("Process Record", filters=filters, fields=_RECORD, order_by="creation asc"):
            found.setdefault(row.lot, []).append(row)
    return found


def _of_lot(lot: Any, records: list[Any]) -> list[dict[str, Any]]:
    """The open records of a lot; without one, the operation that is next."""
    open_ones = [_row(lot, record.operation_no, record) for record in records if record.docstatus == 0]
    if open_ones or not lot.routing:
        return open_ones
    operations = operations_of(frappe.get_cached_doc("Process Routing", lot.routing))
    following = rules.next_operation(operations, runs_of(records))
    return [_row(lot, following.number, None)] if following else _reworks(lot, operations, records)


def _reworks(lot: Any, operations: list[rules.Operation], records: list[Any]) -> list[dict[str, Any]]:
    """Of a lot whose operations have all run: the reworks that a closed NCR ordered and nobody has recorded.
    Which operation is repeated is for the person to say.
    """
    ordered = frappe.get_all(
        "NCR Disposition", filters={"lot": lot.name, "disposition": "Rework"}, pluck="parent"
    )
    done = {record.rework_ncr for record in records}
    closed = {"name": ["in", sorted(set(ordered) - done)], "workflow_state": "Closed"}
    choices = [{"operation_no": one.number, "operation_name": one.name} for one in rules.in_order(operations)]
    return [
        {**_row(lot, 0, None), "rework_ncr": ncr, "choices": choices}
        for ncr in (frappe.get_all("NCR", filters=closed, pluck="name") if ordered else [])
    ]


def _row(lot: Any, number: int, record: Any) -> dict[str, Any]:
    routing = frappe.get_cached_doc("Process Routing", lot.routing) if lot.routing else None
    operation = (
        next((row for row in routing.operations if row.operation_no == number), None) if routing else None
    )
    return {
        "lot": lot.name,
        "item_code": lot.item_code,
        "item_name": lot.item_name,
        "state": lot.state,
        "on_hand": lot.on_hand,
        "uom": lot.uom,
        "routing": lot.routing,
        "operation_no": number,
        "operation_name": operation.operation_name if operation else None,
        "equipment_type": operation.equipment_type if operation else None,
        "record": record.name if record else None,
        "equipment": record.equipment if record else None,
        "operator": record.operator if record else None,
        "rework_ncr": record.rework_ncr if record else None,
        "since": record.started_at if record else lot.modified,
    }


def _runs_on(row: dict[str, Any], equipment_type: str | None) -> bool:
    return not equipment_type or not row["equipment_type"] or row["equipment_type"] == equipment_type
