"""Cases, pallets and returns over REST. Thin; `distribution.service` does it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import frappe
from med_trace.distribution import service
from med_trace.distribution.packing import Packed
from med_trace.domain.errors import BadInput
from med_trace.ledger.shown import shown


@frappe.whitelist(methods=["POST"])
@shown()
def new_sscc() -> str:
    """A new SSCC under the company prefix of Trace Settings."""
    frappe.has_permission("Trace Event", "create", throw=True)
    return service.next_sscc()


@frappe.whitelist(methods=["POST"])
@shown()
def pack(container: str, pieces: list | str | None = None, cases: list | str | None = None) -> str:
    """Put pieces and whole cases into the container with this SSCC. Returns the event.

    Args: `pieces` [{lot, quantity} or {lot, serial_unit}], `cases` [sscc].
    Raises AlreadyPacked (417), BadInput (417), NotFound (404), or what the gate says.
    """
    frappe.has_permission("Trace Event", "create", throw=True)
    return service.pack(container, _pieces(pieces), _texts(cases))


@frappe.whitelist(methods=["POST"])
@shown()
def unpack(container: str, pieces: list | str | None = None, cases: list | str | None = None) -> str:
    """Take pieces and cases out; nothing named takes out everything. Returns the event. As `pack`."""
    frappe.has_permission("Trace Event", "create", throw=True)
    return service.unpack(container, _pieces(pieces), _texts(cases))


@frappe.whitelist()
@shown()
def contents(container: str) -> list[dict[str, Any]]:
    """Everything inside, at any depth: container, lot, item_code, serial_unit, quantity."""
    frappe.has_permission("Trace Event", "read", throw=True)
    return service.contents(container)


@frappe.whitelist(methods=["POST"])
@shown()
def accept_return(
    lot: str, reason: str, quantity: float | str | None = None, units: list | str | None = None
) -> str:
    """Free what a return blocked: a quantity of the lot, or the units named. Returns the event."""
    frappe.only_for(("Trace Quality", "Trace Inspector"))
    return service.accept_return(lot, reason, _number(quantity), _texts(units))


def _pieces(given: Any) -> list[Packed]:
    rows = frappe.parse_json(given) if given else []
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("lot") for row in rows):
        raise BadInput(
            "pieces: expected a list of {{lot, quantity}} or {{lot, serial_unit}}.", field="pieces"
        )
    return [
        Packed(str(row["lot"]), _number(row.get("quantity")) or Decimal(1), row.get("serial_unit") or None)
        for row in rows
    ]


def _texts(given: Any) -> list[str]:
    rows = frappe.parse_json(given) if given else []
    return [str(row) for row in (rows if isinstance(rows, list) else [rows])]


def _number(given: Any) -> Decimal | None:
    if given in (None, ""):
        return None
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number <= 0:
        raise BadInput("quantity is {0}; expected a number above zero.", repr(given), field="quantity")
    return number
