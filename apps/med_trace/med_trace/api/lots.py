"""Lots over the API: start, finish, accept, split, merge, relabel, sample, scrap, send back."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from med_trace.api.edge import as_dict, as_lot, as_moment, as_text, require_permission, shown
from med_trace.distribution.scanning import lot_and_unit
from med_trace.domain.errors import BadInput
from med_trace.inspection.service import results_of_lot, results_of_unit
from med_trace.production import regrouping, removing
from med_trace.production import service as production
from med_trace.receiving import service as receiving

# Who may do what to a lot beyond reading it: what a document records is the document's own permission.
MAY: dict[str, tuple[str, ...]] = {
    "start": ("Trace Operator", "Trace Supervisor"),
    "finish": ("Trace Supervisor", "Trace Quality"),
    "accept": ("Trace Inspector", "Trace Quality"),
    "lift": ("Trace Quality",),
    "regroup": ("Trace Operator", "Trace Warehouse", "Trace Supervisor", "Trace Quality"),
    "take": ("Trace Operator", "Trace Warehouse", "Trace Supervisor", "Trace Quality", "Trace Inspector"),
}


def _require(action: str) -> None:
    """Raise frappe.PermissionError (403) unless the user has a role for this."""
    require_permission("Material Lot", "read")
    if frappe.session.user != "Administrator" and not set(MAY[action]) & set(frappe.get_roles()):
        message = _("This takes one of the roles {0}.").format(", ".join(MAY[action]))
        frappe.throw(message, frappe.PermissionError)


@frappe.whitelist(methods=["POST"])
@shown()
def start_lot(
    item_code: str | None = None,
    lot_no: str | None = None,
    routing: str | None = None,
    work_order: str | None = None,
) -> str:
    """Start a lot of `item_code` to be made by its routing (the approved one, unless named); returns its name.

    Errors: 403 without a role for it; 417 for an item without an approved routing or a number in use.
    """
    _require("start")
    return production.start_lot(
        as_text(item_code, "item_code", required=True),
        as_text(lot_no, "lot_no"),
        as_text(routing, "routing"),
        as_text(work_order, "work_order"),
    )


@frappe.whitelist(methods=["POST"])
@shown()
def finish_lot(lot: str | None = None) -> str:
    """Say that a lot is made and awaits release, when less was made than ordered; returns the event.

    Errors: 403 without a role for it; 404 for an unknown lot; 417 when the lot is not in process.
    """
    _require("finish")
    return production.finish(as_lot(lot))


@frappe.whitelist(methods=["POST"])
@shown()
def accept_lot(inspection: str | None = None) -> str:
    """Accept the lot of a submitted, accepted Inspection Record after what blocked it was settled.

    Errors: 403 without a role for it; 417 with every reason that still blocks the acceptance.
    """
    _require("accept")
    name = as_text(inspection, "inspection", required=True)
    if not frappe.db.exists("Inspection Record", name):
        raise BadInput("inspection: {0} does not exist.", name, field="inspection")
    return frappe.get_doc("Inspection Record", name).accept_lot()


@frappe.whitelist()
@shown()
def acceptance_blockers(lot: str | None = None) -> list[str]:
    """Why a received lot cannot be accepted yet, in whole sentences; empty when nothing blocks.

    Errors: 403 without read permission; 404 for an unknown lot.
    """
    require_permission("Material Lot", "read")
    return receiving.blockers(as_lot(lot))


@frappe.whitelist(methods=["POST"])
@shown()
def lift_supplier_hold(lot: str | None = None) -> None:
    """Lift the hold that a receipt placed, once the supplier is approved for the item.

    Errors: 403 without a role for it; 417 while the supplier is not approved or no such hold is open.
    """
    _require("lift")
    receiving.lift_supplier_hold(as_lot(lot))


@frappe.whitelist(methods=["POST"])
@shown()
def split(
    lot: str | None = None, parts: Any = None, reason: str | None = None, time: str | None = None
) -> list[str]:
    """Take parts out of a lot; returns the new lots in order. What ERPNext has in stock is split there too.

    `parts` is {new lot number: quantity or list of serial numbers}, or a list of quantities.
    Errors: 403 without a role for it; 404 for an unknown lot; 417 for more than there is or a bad quantity.
    """
    _require("regroup")
    shares = _as_parts(parts)
    return regrouping.split(as_lot(lot), shares, as_text(reason, "reason"), as_moment(time, "time"))


@frappe.whitelist(methods=["POST"])
@shown()
def merge(
    lots: Any = None, into: str | None = None, reason: str | None = None, time: str | None = None
) -> str:
    """Put shares of lots of one item, {lot: quantity or serial numbers}, into one new lot; returns it.
    What ERPNext has in stock is merged there too.

    In the place of a lot the code of its label may stand; of a unit's label the share is that unit.

    Errors: 403 without a role for it; 404 for an unknown lot; 417 for two items, two states, or too much.
    """
    _require("regroup")
    return regrouping.merge(
        _as_shares(as_dict(lots, "lots")),
        as_text(into, "into"),
        as_text(reason, "reason"),
        as_moment(time, "time"),
    )


@frappe.whitelist(methods=["POST"])
@shown()
def relabel(
    lot: str | None = None, new_number: str | None = None, reason: str | None = None, time: str | None = None
) -> str:
    """Give what is on hand of a lot a new number, linked to the old one; returns the new lot.

    Errors: 403 without a role for it; 404 for an unknown lot; 417 without a reason or for a number in use.
    """
    _require("regroup")
    return receiving.relabel_lot(
        as_lot(lot),
        as_text(new_number, "new_number", required=True),
        as_text(reason, "reason", required=True),
        as_moment(time, "time"),
    )


@frappe.whitelist(methods=["POST"])
@shown()
def scrap(
    lot: str | None = None,
    quantity: float | str | None = None,
    reason: str | None = None,
    unit: str | None = None,
) -> str:
    """Destroy a quantity, or one serial unit, of a lot; returns the event.

    Errors: 403 without a role for it; 404 for an unknown lot; 417 for more than there is or no reason.
    """
    _require("take")
    return removing.scrap(*_taken(lot, quantity, reason), unit=as_text(unit, "unit"))


@frappe.whitelist(methods=["POST"])
@shown()
def sample(
    lot: str | None = None,
    quantity: float | str | None = None,
    reason: str | None = None,
    unit: str | None = None,
) -> str:
    """Take a quantity, or one serial unit, of a lot for testing that destroys it; returns the event.

    Errors: as `scrap`.
    """
    _require("take")
    return removing.sample(*_taken(lot, quantity, reason), unit=as_text(unit, "unit"))


@frappe.whitelist(methods=["POST"])
@shown()
def send_back(
    lot: str | None = None,
    quantity: float | str | None = None,
    reason: str | None = None,
    unit: str | None = None,
) -> str:
    """Return a quantity, or one serial unit, of a lot to its supplier; returns the event.

    Errors: as `scrap`; 417 for a lot without a supplier.
    """
    _require("take")
    return removing.send_back(*_taken(lot, quantity, reason), unit=as_text(unit, "unit"))


def _as_shares(given: dict[str, Any]) -> dict[str, Any]:
    """Shares by lot; units that were scanned one by one are one share of their lot."""
    shares: dict[str, Any] = {}
    for key, share in given.items():
        if frappe.db.exists("Material Lot", key):
            lot, piece = as_lot(key, "lots"), share
        else:
            lot, unit = lot_and_unit(as_text(key, "lots", required=True))
            piece = [unit] if unit else share
        before = shares.get(lot)
        if before is not None and not (isinstance(before, list) and isinstance(piece, list)):
            raise BadInput("lots: {0} is named twice.", lot, field="lots")
        shares[lot] = [*before, *piece] if before else piece
    return shares


def _as_parts(parts: Any) -> Any:
    """{lot number: share} or a list of quantities, given as such or as JSON text."""
    try:
        shares = frappe.parse_json(parts)
    except ValueError:
        shares = None
    if not isinstance(shares, (dict, list)):
        raise BadInput(
            "parts: expected an object of lot number and quantity, or a list of quantities.", field="parts"
        )
    return shares


def _taken(lot: str | None, quantity: Any, reason: str | None) -> tuple[str, Any, str]:
    why = as_text(reason, "reason", required=True)
    return as_lot(lot), quantity, why


@frappe.whitelist()
@shown()
def inspection_results(lot: str | None = None, unit: str | None = None) -> list[dict[str, Any]]:
    """Every submitted result of a unit, or of a lot and its units, oldest first: characteristic, sample_no,
    serial_unit, value, attribute, verdict, uom, gauge, measured_at, record, lot, plan, stage, inspector.

    Errors: 403 without read permission; 404 for an unknown lot or unit; 417 when neither is named.
    """
    require_permission("Inspection Record", "read")
    if unit:
        return results_of_unit(as_text(unit, "unit", required=True))
    return results_of_lot(as_lot(lot))
