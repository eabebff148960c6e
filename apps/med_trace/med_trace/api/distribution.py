"""Cases, pallets and returns over REST. Thin; `distribution.service` does it."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import frappe
from med_trace.api.edge import (
    as_dict,
    as_list,
    as_lot,
    as_number,
    as_record,
    as_text,
    require_permission,
    shown,
)
from med_trace.distribution import service
from med_trace.distribution.packing import Packed
from med_trace.distribution.scanning import lot_and_unit, sscc_of
from med_trace.domain.errors import BadInput


@frappe.whitelist(methods=["POST"])
@shown()
def new_sscc() -> str:
    """A new SSCC under the company prefix of Trace Settings."""
    require_permission("Trace Event", "create")
    return service.next_sscc()


@frappe.whitelist(methods=["POST"])
@shown()
def pack(
    container: str | None = None, pieces: list | str | None = None, cases: list | str | None = None
) -> str:
    """Put pieces and whole cases into the container with this SSCC. Returns the event.

    Args: `container` an SSCC, or the code of its label; `pieces` [{lot, quantity}, {lot, serial_unit} or
    {code, quantity}: what was scanned], `cases` [sscc].
    Raises AlreadyPacked (417), BadInput (417), NotFound (404), or what the gate says.
    """
    require_permission("Trace Event", "create")
    return service.pack(_sscc(container), _pieces(pieces), _texts(cases, "cases"))


@frappe.whitelist(methods=["POST"])
@shown()
def unpack(
    container: str | None = None, pieces: list | str | None = None, cases: list | str | None = None
) -> str:
    """Take pieces and cases out; nothing named takes out everything. Returns the event. As `pack`."""
    require_permission("Trace Event", "create")
    return service.unpack(_sscc(container), _pieces(pieces), _texts(cases, "cases"))


@frappe.whitelist()
@shown()
def contents(container: str | None = None) -> list[dict[str, Any]]:
    """Everything inside, at any depth: container, lot, item_code, serial_unit, quantity."""
    require_permission("Trace Event", "read")
    return service.contents(_sscc(container))


@frappe.whitelist(methods=["POST"])
@shown()
def accept_return(
    lot: str | None = None,
    reason: str | None = None,
    quantity: float | str | None = None,
    units: list | str | None = None,
) -> str:
    """Free what a return blocked: a quantity of the lot, or the units named. Returns the event."""
    require_permission("Inspection Record", "submit")
    return service.accept_return(as_lot(lot), reason or "", _quantity(quantity), _texts(units, "units"))


@frappe.whitelist()
@shown()
def shipments(lot: str | None = None, unit: str | None = None) -> list[dict[str, Any]]:
    """The Delivery Notes that brought a lot, or one unit of it, to a consignee and have not come back, newest first:
    delivery, consignee, consignee_name, at, quantity (still there).
    """
    require_permission("Delivery Note")
    return [asdict(one) for one in service.shipments_of(as_lot(lot), as_text(unit, "unit"))]


@frappe.whitelist(methods=["POST"])
@shown()
def start_return(
    delivery: str | None = None,
    lot: str | None = None,
    quantity: float | str | None = None,
    unit: str | None = None,
) -> str:
    """The draft of a Delivery Note that takes back a quantity of a lot, or one unit, from a delivery; its name.

    Errors: 403 without permission to create one; 404 for an unknown lot or delivery; 417 for more than was sent.
    """
    require_permission("Delivery Note", "create")
    sent = as_record("Delivery Note", delivery, "delivery")
    return service.draft_return(sent, as_lot(lot), _quantity(quantity), as_text(unit, "unit"))


def _sscc(given: str | None) -> str:
    return sscc_of(as_text(given, "container", required=True))


def _pieces(given: Any) -> list[Packed]:
    return [_piece(as_dict(row, "pieces")) for row in as_list(given or [], "pieces")]


def _piece(row: dict[str, Any]) -> Packed:
    code, quantity = as_text(row.get("code"), "pieces.code"), _quantity(row.get("quantity"))
    if code:
        lot, unit = lot_and_unit(code)
        if not (unit or quantity):
            raise BadInput("pieces: say how much of {0}.", lot, field="pieces.quantity")
        return Packed(lot, Decimal(1) if unit else quantity or Decimal(1), unit)
    unit = as_text(row.get("serial_unit"), "pieces.serial_unit")
    return Packed(as_lot(row.get("lot"), "pieces.lot"), quantity or Decimal(1), unit)


def _texts(given: Any, field: str) -> list[str]:
    if isinstance(given, str) and not given.lstrip().startswith("["):
        return [given] if given else []
    return [as_text(one, field, required=True) for one in as_list(given or [], field)]


def _quantity(given: Any) -> Decimal | None:
    """A number above zero; None when nothing is given."""
    if given in (None, ""):
        return None
    number = as_number(given, "quantity")
    if number <= 0:
        raise BadInput("quantity is {0}; expected a number above zero.", number, field="quantity")
    return number
