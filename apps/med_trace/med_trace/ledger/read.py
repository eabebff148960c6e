"""Turns stored rows into the values that the domain reasons with."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import get_datetime, getdate
from med_trace.domain.event import STEP, Action
from med_trace.domain.facts import LotFacts, UnitFacts
from med_trace.domain.history import PastRow
from med_trace.domain.states import Kind, State, UnitState, Whereabouts


def quantity_of(value: Any) -> Decimal:
    """A stored float as the decimal that it shows, to nine places."""
    return Decimal(str(value or 0)).quantize(STEP)


def lot_facts_of(row: dict) -> LotFacts:
    """What a Material Lot's own fields say; open holds and recalls are not among them."""
    return LotFacts(
        lot=row["name"],
        kind=Kind(row["kind"]),
        state=State(row["state"]) if row["state"] else None,
        held_from=State(row["held_from"]) if row["held_from"] else None,
        expiry=_date(row["expiry_date"]),
        uom=row["uom"] or "",
        quantity=quantity_of(row["quantity"]),
        on_hand=quantity_of(row["on_hand"]),
        blocked=quantity_of(row["blocked"]),
        shipped=quantity_of(row["shipped"]),
        warehouse=row["warehouse"] or None,
    )


def first_facts_of(facts: LotFacts) -> LotFacts:
    """The same lot before its first event."""
    return LotFacts(lot=facts.lot, kind=facts.kind, expiry=facts.expiry, uom=facts.uom)


def unit_facts_of(row: dict) -> UnitFacts:
    state = UnitState(row["state"] or "")
    return UnitFacts(
        unit=row["name"],
        lot=row["lot"],
        state=state,
        whereabouts=Whereabouts(row["whereabouts"] or ""),
        consignee=row["consignee"] or None,
        part_of=row["part_of"] or None,
        is_rejected=state is UnitState.REJECTED,
    )


def past_row_of(row: dict) -> PastRow:
    return PastRow(
        event=row["parent"],
        idx=row["idx"],
        time=moment(row["event_time"]),
        action=Action(row["action"]),
        lot=row["lot"],
        quantity=quantity_of(row["quantity"]),
        effect=quantity_of(row["effect"]),
        effect_blocked=quantity_of(row["effect_blocked"]),
        source_state=State(row["state_after"]) if row["state_after"] else None,
        serial_unit=row["serial_unit"] or None,
        into_unit=row["into_unit"] or None,
        consignee=row["consignee"] or None,
        lifts=row["lifts"] or None,
        event_type=row["event_type"] or "",
        source_doctype=row.get("source_doctype"),
        source_name=row.get("source_name"),
        reason=row.get("reason"),
        location=row.get("location") or None,
    )


def moment(value: Any) -> datetime:
    """A stored date and time, whichever way the database hands it over."""
    found = value if isinstance(value, datetime) else get_datetime(value)
    if found is None:
        frappe.throw(frappe._("A date and time is missing."))
    return found


def _date(value: Any) -> date | None:
    return getdate(value) if value else None
