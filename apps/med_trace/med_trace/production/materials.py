"""What goes into an open Process Record: asked of the gate at once, written down, taken out again.

The gate is asked once more when the record is finished; only then is anything used up.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain import gate
from med_trace.domain.errors import BadInput, NotFound
from med_trace.domain.event import Action
from med_trace.ledger import draft
from med_trace.ledger.service import create_units, lot_facts, unit_facts
from med_trace.ledger.shown import shown
from med_trace.production.entry import open_record
from med_trace.production.routings import makes_pieces
from med_trace.receiving.stock_lines import to_decimal


@shown()
def usable(name: str, lot: str, quantity: Decimal, unit: str | None = None) -> dict[str, Any]:
    """What a scanned material is here; raises the gate's refusal. A unit of the record's own lot is `is_product`:
    the piece that is being put together.
    """
    if unit and lot == frappe.db.get_value("Process Record", name, "lot"):
        return _described(lot, unit) | {"is_product": True}
    require_usable(name, lot, quantity, unit)
    return _described(lot, unit)


@shown()
def require_usable(name: str, lot: str, quantity: Decimal, unit: str | None = None) -> None:
    """Ask the gate at once whether this material could go into this record; raises its refusal."""
    doc = frappe.get_doc("Process Record", name)
    if lot == doc.lot:
        raise BadInput(
            "Lot {0} is what this operation makes. Scan the material that goes into it.", lot, field="lot"
        )
    if unit and any(row.serial_unit == unit for row in doc.materials):
        raise BadInput("Unit {0} is listed already.", unit, field="serial_unit")
    before = sum((to_decimal(row.quantity) for row in doc.materials if row.lot == lot), Decimal(0))
    gate.decide(lot_facts(lot), Action.CONSUME, before + (Decimal(1) if unit else quantity), now_datetime())
    if unit:
        gate.decide_unit(unit_facts(unit), lot, Action.CONSUME)


@shown()
def use(
    name: str,
    lot: str,
    quantity: Decimal,
    unit: str | None = None,
    cavity: str | None = None,
    into: str | None = None,
) -> None:
    """Put a material into an open record; the gate is asked now and again when the record is finished.

    `cavity`: which of the material's cavities it is from. `into`: the piece of this lot that it goes into, by unit
    or serial number; an operation that makes the pieces gives a new number to one.
    """
    doc = open_record(name)
    if quantity < 0:
        raise BadInput("quantity is {0}; expected a number above zero.", quantity, field="quantity")
    require_usable(name, lot, quantity, unit)
    doc.append(
        "materials",
        {
            "lot": lot,
            "serial_unit": unit,
            "quantity": 1.0 if unit else float(quantity),
            "uom": frappe.db.get_value("Material Lot", lot, "uom"),
            "cavity": _known_cavity(lot, cavity),
            "into_unit": _piece(doc, into) if into else None,
        },
    )
    draft.save(doc)


@shown()
def take_back(name: str, row: str, reason: str | None = None) -> None:
    """Take a material out of an open record again; another's with a reason."""
    doc = open_record(name)
    doc.change_reason = reason
    rest = [one for one in doc.materials if one.name != row]
    if len(rest) == len(doc.materials):
        raise NotFound("Record {0} has no such material any more. Load the page again.", name)
    doc.set("materials", rest)
    draft.save(doc)


def cavities_of(lot: str) -> list[str]:
    """The cavities that made the pieces of a lot, in order; none where that was not written down."""
    made = {
        "lot": lot,
        "action": ["in", [Action.PRODUCE.value, Action.PROCESS.value]],
        "cavity": ["is", "set"],
    }
    found = frappe.get_all("Trace Event Item", filters=made, pluck="cavity", distinct=True)
    return sorted(set(found), key=lambda cavity: (not cavity.isdigit(), cavity.zfill(9)))


def _described(lot: str, unit: str | None) -> dict[str, Any]:
    fields = ["item_code", "item_name", "uom", "on_hand", "blocked", "expiry_date"]
    known = frappe.db.get_value("Material Lot", lot, fields, as_dict=True)
    return {
        "lot": lot,
        "serial_unit": unit,
        "item": known.item_code,
        "item_name": known.item_name,
        "uom": known.uom,
        "free": (known.on_hand or 0) - (known.blocked or 0),
        "expiry": known.expiry_date,
        "cavities": cavities_of(lot),
        "is_product": False,
    }


def _known_cavity(lot: str, cavity: str | None) -> str | None:
    known = cavities_of(lot) if cavity else []
    if cavity and known and cavity not in known:
        raise BadInput(
            "Lot {0} has pieces of the cavities {1}; {2} was given.",
            lot,
            ", ".join(known),
            cavity,
            field="cavity",
        )
    return cavity


def _piece(doc: Document, number: str) -> str:
    """The unit of the record's lot that is called so."""
    for field in ("name", "serial_no"):
        found = frappe.db.get_value("Serial Unit", {field: number, "lot": doc.lot})
        if found:
            return found
    if not makes_pieces(doc):
        raise BadInput("{0} is not a unit of lot {1}.", number, doc.lot, field="into")
    return create_units(doc.lot, [number], item_code=doc.item_code)[0]
