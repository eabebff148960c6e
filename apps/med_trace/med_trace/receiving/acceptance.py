"""From quarantine to use: what still blocks a received lot, and the event that accepts it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from med_trace.domain.errors import NotFound, TraceError
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.states import State
from med_trace.ledger.service import lift_hold, open_holds, record
from med_trace.ledger.shown import shown
from med_trace.qualification.service import why_unqualified

RECEIPTS = ("Purchase Receipt", "Purchase Invoice")


class NotAcceptable(TraceError):
    """Something that a lot needs before its acceptance is missing."""

    title = "Not acceptable yet"


def blockers(lot: str) -> list[str]:
    """Why a received lot cannot be accepted, in whole sentences; empty when it can."""
    facts = frappe.db.get_value(
        "Material Lot",
        lot,
        [
            *("state", "certificate_required", "certificate", "certificate_no", "certificate_withdrawn"),
            *("item_code", "supplier", "received_date", "creation"),
        ],
        as_dict=True,
    )
    if not facts:
        raise NotFound("Lot {0} does not exist.", lot)
    found = []
    if facts.certificate_required and not (facts.certificate or facts.certificate_no):
        found.append(_("The certificate of lot {0} is missing. Attach it to the lot.").format(lot))
    if facts.certificate_withdrawn:
        found.append(_("The certificate of lot {0} was withdrawn. Attach a valid one.").format(lot))
    found += _unapproved_suppliers(lot, facts)
    if facts.state == State.ON_HOLD:
        found += [_("Lot {0} is on hold: {1}").format(lot, one["reason"]) for one in open_holds(lot)]
    return found


def _unapproved_suppliers(lot: str, facts: Any) -> list[str]:
    """Why its suppliers were not approved when the lot came, and are not today; a receipt holds it, others do not."""
    events = frappe.get_all(
        "Trace Event Item",
        filters={"lot": lot, "action": Action.RECEIVE.value, "parenttype": "Trace Event"},
        pluck="parent",
    )
    named = frappe.get_all("Trace Event", filters={"name": ["in", events]}, pluck="supplier")
    received_on = facts.received_date or facts.creation
    reasons = []
    for supplier in sorted({facts.supplier, *named} - {None, ""}):
        asked = ("Supplier", supplier, "Supplier Approval")
        today = why_unqualified(*asked, frappe.utils.nowdate(), facts.item_code)
        if today and why_unqualified(*asked, received_on, facts.item_code):
            reasons.append(today)
    return reasons


@shown()
def accept(lot: str, source: tuple[str, str] | None = None, time: datetime | None = None) -> str:
    """Accept a lot for use; returns the event. Raises NotAcceptable with every blocker, or what the gate says."""
    found = blockers(lot)
    if found:
        raise NotAcceptable("{0}", " ".join(found))
    return record(
        EventDraft(
            EventType.ACCEPTED,
            (Row(Action.ACCEPT, lot),),
            time=time,
            source_doctype=source[0] if source else None,
            source_name=source[1] if source else None,
        )
    )


def accept_or_explain(lot: str, source: tuple[str, str], time: datetime | None = None) -> bool:
    """Accept a lot; where something blocks, say so to the user and leave it in quarantine."""
    found = blockers(lot)
    if found:
        frappe.msgprint(
            "<br>".join(found), title=_("Lot {0} is not accepted yet").format(lot), indicator="orange"
        )
        return False
    accept(lot, source, time)
    return True


def accept_without_inspection(lots: list[str], source: tuple[str, str], time: datetime | None = None) -> None:
    """Accept those lots whose item needs no incoming inspection."""
    for lot in lots:
        item_code, state = frappe.db.get_value("Material Lot", lot, ["item_code", "state"])
        inspected = frappe.get_cached_value("Item", item_code, "mt_incoming_inspection_required")
        if not inspected and state == State.QUARANTINE:
            accept_or_explain(lot, source, time)


@shown()
def lift_supplier_hold(lot: str) -> None:
    """Lift the hold of a receipt once its supplier is approved for the item. Raises NotAcceptable otherwise."""
    found = frappe.db.get_value("Material Lot", lot, ["supplier", "item_code"])
    if not found:
        raise NotFound("Lot {0} does not exist.", lot)
    supplier, item_code = found
    holds = [one for one in open_holds(lot) if one["source_doctype"] in RECEIPTS]
    if not holds:
        raise NotAcceptable("Lot {0} has no hold that its receipt placed.", lot)
    reason = why_unqualified("Supplier", supplier, "Supplier Approval", frappe.utils.nowdate(), item_code)
    if reason:
        raise NotAcceptable("{0}", reason)
    for one in holds:
        lift_hold(
            lot, (one["source_doctype"], one["source_name"]), _("Supplier {0} is approved").format(supplier)
        )
