"""Pieces that leave a lot: by serial number where they have one, so that no piece is lost without a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import frappe
from med_trace.domain.errors import BadInput, NotFound
from med_trace.domain.event import Action, Row
from med_trace.receiving.stock_lines import to_decimal


def units_of(lot: str, serials: Sequence[str]) -> list[str]:
    """The units with these serial numbers (or unit names), in order. NotFound names a stranger."""
    rows = frappe.get_all(
        "Serial Unit", filters={"lot": lot}, fields=["name", "serial_no"], limit_page_length=0
    )
    known = {key.casefold(): row.name for row in rows for key in (row.name, row.serial_no)}
    for serial in serials:
        if serial.casefold() not in known:
            raise NotFound("Serial number {0} is not a unit of lot {1}.", serial, lot)
    return [known[serial.casefold()] for serial in serials]


def require_named(lot: str, unnamed: Decimal) -> None:
    """Refuse to take `unnamed` pieces when the lot has not that many without a serial number."""
    numbered = frappe.db.count("Serial Unit", {"lot": lot, "whereabouts": ["in", ["In Stock", "Returned"]]})
    if not numbered or unnamed <= 0:
        return
    anonymous = to_decimal(frappe.db.get_value("Material Lot", lot, "on_hand")) - numbered
    if unnamed > anonymous:
        raise BadInput(
            "Lot {0} consists of numbered pieces: name the serial numbers of these {1}.",
            lot,
            f"{unnamed.normalize():f}",
            field="serial_numbers",
        )


def rows_for(
    action: Action, lot: str, quantity: Decimal, serials: Sequence[str], are_new: bool = False, **cause: Any
) -> Iterator[Row]:
    """Rows that take `quantity` from a lot: one per serial number, one for the rest.

    `are_new`: the pieces were made in the same event, and need no number yet.
    """
    rest = quantity - len(serials)
    if rest < 0:
        raise BadInput(
            "{0} serial numbers are given for a quantity of {1}.",
            len(serials),
            quantity,
            field="serial_numbers",
        )
    if not are_new:
        require_named(lot, rest)
    for unit in units_of(lot, serials) if serials else ():
        yield Row(action, lot, Decimal(1), serial_unit=unit, **cause)
    if rest:
        yield Row(action, lot, rest, **cause)
