"""What comes back from a consignee: from which delivery, looked at, and taken into stock again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from med_trace.domain import gate
from med_trace.domain.errors import BadInput
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger.service import record
from med_trace.ledger.shown import shown
from med_trace.receiving.stock_lines import to_decimal


@shown()
def accept_return(
    lot: str,
    reason: str,
    quantity: Decimal | None = None,
    units: Sequence[str] = (),
    source: tuple[str, str] | None = None,
) -> str:
    """Free what a return blocked: a quantity of `lot`, or the units named. Returns the event.

    Raises what the gate says: only a released lot takes back, and not more than is blocked.
    """
    if not (quantity or units):
        raise BadInput(
            "Lot {0}: name the quantity or the units that are accepted back.", lot, field="quantity"
        )
    if not (reason or "").strip():
        raise BadInput("Lot {0}: say why the return is accepted.", lot, field="reason")
    rows = [Row(Action.ACCEPT_RETURN, lot, Decimal(1), serial_unit=unit) for unit in units]
    if quantity:
        rows.append(Row(Action.ACCEPT_RETURN, lot, quantity))
    return record(
        EventDraft(
            EventType.RETURN_ACCEPTED,
            tuple(rows),
            reason=reason,
            source_doctype=source[0] if source else None,
            source_name=source[1] if source else None,
        )
    )


@dataclass(frozen=True)
class Shipment:
    """What one Delivery Note brought to a consignee of a lot, and has not come back."""

    delivery: str
    consignee: str
    consignee_name: str
    at: datetime
    quantity: Decimal


def shipments_of(lot: str, unit: str | None = None) -> list[Shipment]:
    """The Delivery Notes that brought a lot, or one unit of it, to a consignee; newest first."""
    named = {"lot": lot, **({"serial_unit": unit} if unit else {})}
    shipped = _moved({**named, "action": Action.SHIP.value})
    returned = _moved({**named, "action": Action.RETURN.value})
    notes = {event.source_name for event, _quantity in returned}
    against = dict(
        frappe.get_all(
            "Delivery Note",
            filters={"name": ["in", sorted(notes)]},
            fields=["name", "return_against"],
            as_list=True,
        )
    )
    found: dict[str, Shipment] = {}
    for event, quantity in shipped:
        before = found[event.source_name].quantity if event.source_name in found else Decimal(0)
        found[event.source_name] = Shipment(
            event.source_name,
            event.consignee,
            event.consignee_name or event.consignee,
            event.event_time,
            before + quantity,
        )
    for event, quantity in returned:
        delivery = against.get(event.source_name)
        if delivery in found:
            found[delivery] = replace(found[delivery], quantity=found[delivery].quantity - quantity)
    return sorted((one for one in found.values() if one.quantity > 0), key=lambda one: one.at, reverse=True)


@shown()
def draft_return(delivery: str, lot: str, quantity: Decimal | None = None, unit: str | None = None) -> str:
    """The draft of a Delivery Note that takes back a quantity of a lot, or one unit; returns its name.

    It is submitted by whoever has the goods in hand; until then nothing has come back.
    """
    from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

    sent = next((one for one in shipments_of(lot, unit) if one.delivery == delivery), None)
    if not sent:
        raise BadInput(
            "{0} brought nothing of {1} that has not come back.", delivery, unit or lot, field="delivery"
        )
    amount = Decimal(1) if unit else quantity or sent.quantity
    if amount > sent.quantity:
        raise BadInput(
            "{0} brought {1} of {2} that have not come back; {3} are named.",
            *(delivery, gate.plain(sent.quantity), lot, gate.plain(amount)),
            field="quantity",
        )
    draft = make_sales_return(delivery)
    item, batch = frappe.db.get_value("Material Lot", lot, ["item_code", "batch"])
    rows = [row for row in draft.items if row.item_code == item]
    row = next((row for row in rows if row.batch_no == batch), rows[0] if rows else None)
    if row is None:
        raise BadInput("{0} has no row of item {1} that could come back.", delivery, item, field="delivery")
    serial = frappe.db.get_value("Serial Unit", unit, "serial_no") if unit else None
    if serial:
        batch = frappe.db.get_value("Serial No", serial, "batch_no") or batch
    row.update(
        {
            "qty": -float(amount),
            "serial_and_batch_bundle": None,
            "use_serial_batch_fields": 1,
            "batch_no": batch,
            "serial_no": serial,
        }
    )
    draft.set("items", [row])
    return draft.insert().name


def _moved(filters: dict[str, Any]) -> list[tuple[Any, Decimal]]:
    """The events of Delivery Notes with such rows, and how much each moved; what was reversed is left out."""
    rows = frappe.get_all("Trace Event Item", filters=filters, fields=["parent", "quantity"])
    amounts: dict[str, Decimal] = {}
    for row in rows:
        amounts[row.parent] = amounts.get(row.parent, Decimal(0)) + to_decimal(row.quantity)
    events = frappe.get_all(
        "Trace Event",
        filters={"name": ["in", sorted(amounts)]},
        fields=[
            "name",
            "event_time",
            "consignee",
            "consignee_name",
            "source_doctype",
            "source_name",
            "reverses",
        ],
    )
    undone = {event.reverses for event in events if event.reverses}
    return [
        (event, amounts[event.name])
        for event in events
        if event.source_doctype == "Delivery Note" and not event.reverses and event.name not in undone
    ]
