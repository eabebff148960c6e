"""What a disposition does in the ledger: scrap, send back, free for use, send to rework."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe import _
from med_trace.domain.disposition import Decision, Kind, NotDisposed
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.states import State
from med_trace.ledger.service import lift_hold, lift_holds_of, record

Source = tuple[str, str]

_REMOVALS = {
    Kind.SCRAP: (EventType.SCRAPPED, Action.SCRAP),
    Kind.RETURN_TO_SUPPLIER: (EventType.RETURNED_TO_SUPPLIER, Action.RETURN_TO_SUPPLIER),
}


def carry_out(source: Source, decisions: Sequence[Decision]) -> None:
    """Carry out every decision of an NCR, lot by lot, and lift its holds where something stays in use."""
    for lot in dict.fromkeys(decision.lot for decision in decisions):
        _settle_lot(source, lot, [decision for decision in decisions if decision.lot == lot])
    lift_holds_of(source, _("{0} {1} is closed").format(*source))


def _settle_lot(source: Source, lot: str, decisions: Sequence[Decision]) -> None:
    kinds = {decision.kind for decision in decisions}
    _require_one_way(lot, kinds)
    for decision in decisions:
        if decision.unit:
            lift_unit(lot, decision.unit, source)
    for decision in decisions:
        if decision.kind in _REMOVALS:
            _remove(source, decision)
    if kinds <= _REMOVALS.keys() and _is_used_up(lot):
        _reject(source, lot)
    else:
        lift_hold(lot, source, _reason(source, kinds), rework=Kind.REWORK in kinds)


def _require_one_way(lot: str, kinds: set[Kind]) -> None:
    """One lot has one state: part of it cannot be in rework while the rest is in use."""
    if not {Kind.REWORK, Kind.USE_AS_IS} <= kinds:
        return
    if frappe.db.get_value("Material Lot", lot, "held_from") != State.IN_PROCESS:
        raise NotDisposed(
            "Lot {0}: a part to rework and a part to use as is need lots of their own. Split it first.", lot
        )


def _remove(source: Source, decision: Decision) -> None:
    kind, action = _REMOVALS[decision.kind]
    supplier = None
    if decision.kind is Kind.RETURN_TO_SUPPLIER:
        supplier = frappe.db.get_value("Material Lot", decision.lot, "supplier")
        if not supplier:
            raise NotDisposed("Lot {0} has no supplier; it cannot be returned to one.", decision.lot)
    record(
        EventDraft(
            kind,
            (Row(action, decision.lot, decision.quantity, serial_unit=decision.unit),),
            supplier=supplier,
            source_doctype=source[0],
            source_name=source[1],
            reason=decision.justification or _reason(source, {decision.kind}),
        )
    )


def _reject(source: Source, lot: str) -> None:
    """Nothing of the lot is left: its life in use is over."""
    record(
        EventDraft(
            EventType.REJECTED,
            (Row(Action.REJECT, lot),),
            source_doctype=source[0],
            source_name=source[1],
            reason=_("Nothing left after {0} {1}").format(*source),
        )
    )


def hold_unit(lot: str, unit: str, reason: str, source: Source) -> None:
    """Hold one piece; the rest of its lot stays free."""
    record(
        EventDraft(
            EventType.HELD,
            (Row(Action.HOLD, lot, serial_unit=unit),),
            source_doctype=source[0],
            source_name=source[1],
            reason=reason,
        )
    )


def lift_unit(lot: str, unit: str, source: Source) -> None:
    """End the hold that this source placed on one piece."""
    held = frappe.get_all(
        "Trace Event Item",
        filters={"serial_unit": unit, "action": Action.HOLD.value, "parenttype": "Trace Event"},
        pluck="parent",
    )
    events = frappe.get_all(
        "Trace Event",
        filters={"name": ["in", held], "source_doctype": source[0], "source_name": source[1]},
        pluck="name",
    )
    for event in events:
        record(
            EventDraft(
                EventType.HOLD_LIFTED,
                (Row(Action.LIFT_HOLD, lot, serial_unit=unit),),
                source_doctype=source[0],
                source_name=source[1],
                reason=_reason(source, set()),
                lifts=event,
            )
        )


def _is_used_up(lot: str) -> bool:
    """Nothing on hand, and nothing at consignees whose lot would look rejected."""
    on_hand, shipped = frappe.db.get_value("Material Lot", lot, ["on_hand", "shipped"])
    return not on_hand and not shipped


def _reason(source: Source, kinds: set[Kind]) -> str:
    decided = ", ".join(sorted(kind.value for kind in kinds))
    return f"{source[0]} {source[1]}: {decided}" if decided else f"{source[0]} {source[1]}"
