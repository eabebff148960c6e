"""One door for every scanner: a code in, the record it means out. Thin; reads only."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import require_permission, shown
from med_trace.distribution.scanning import resolve_code


@frappe.whitelist()
@shown()
def resolve(code: str | None = None) -> dict[str, Any]:
    """Which record a scanned or typed code means, and what this user may do with it now.

    Args: `code`, one of: a GS1 element string (with or without symbology identifier, FNC1 and separators),
    its bracketed text, a GS1 Digital Link, an SSCC, our lot number, unit or serial number, a supplier's lot,
    a heat number, a batch, or a GTIN.
    Returns:
        doctype     Material Lot, Serial Unit, Item; empty for a container, or when several records match
        name, kind, item, item_name, state (a unit's own state, else its lot's)
        lot         the lot of a unit
        whereabouts, consignee, container, serial_no    of a unit; the container that it is in
        free        of a lot: how much of it is on hand and free to use
        batch, uom  of a lot or unit: ERPNext's batch, the unit of measure
        gs1         {gtin, lot, serial, expiry, produced, sscc, fields} of a GS1 code, else null
        actions     actions that the gate allows in this state and this user's roles permit; of a container: to pack and to unpack
        matched     what the code was found as: "Lot", "Serial", "Supplier Lot", "Heat Number", "GTIN", ...
        candidates  where several records match: [{doctype, name, kind, item, state, matched}]
        contents    of a container: [{container, lot, item_code, serial_unit, quantity}]
        warnings    what the label says differently from the record, in words
    Raises PermissionError (403), NotFound (404) for a code that nothing answers to, Gs1Error (417) for one
    that breaks GS1's rules, WrongCode (409) for one whose parts belong to different records.
    """
    require_permission("Material Lot")
    return resolve_code(code or "")
