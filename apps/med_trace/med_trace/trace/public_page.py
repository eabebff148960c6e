"""What anyone who holds a label may learn of its lot or unit: identity, state, dates, seal, recall.

Read without a login, so everything here is chosen: no quantity, no place, no customer, no reason. A code that
nothing answers to is `None`, whatever the cause.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate, now_datetime
from med_trace.distribution.scanning import lot_match, unit_match
from med_trace.domain.errors import TraceError
from med_trace.domain.gs1 import Gs1Data
from med_trace.domain.gs1.digital_link import parse
from med_trace.domain.states import State, Whereabouts
from med_trace.ledger.tables import rows_of_lots

HOST = "https://label.invalid"  # only the path of a link counts here
LONGEST_PATH = 300
LOT_FIELDS = ["name", "item_code", "item_name", "kind", "state", "gtin", "manufacturing_date", "expiry_date"]
UNIT_FIELDS = ["name", "serial_no", "lot", "state", "whereabouts"]
# What a unit's own state adds to its lot's: the stricter of the two is told.
STRICTEST_FIRST = (State.RECALLED, State.REJECTED, State.ON_HOLD)
# A unit that is not where a label should be read any more.
OUT_OF_USE = (Whereabouts.RETURNED, Whereabouts.RETURNED_TO_SUPPLIER, Whereabouts.SCRAPPED)
INTO, FROM = ("Split Into", "Merge Into", "Relabel Into"), ("Split From", "Merge From", "Relabel From")
GENERATIONS = 20


@dataclass(frozen=True)
class PublicFacts:
    """The public part of one lot, or of one unit of it."""

    doctype: str
    name: str
    product: str
    gtin: str
    lot: str
    serial: str | None
    state: str
    whereabouts: str | None
    produced: date | None
    expiry: date | None
    is_expired: bool
    released: Release | None
    recalls: list[dict[str, str]] = field(default_factory=list)
    has_recalled_units: bool = False


@dataclass(frozen=True)
class Release:
    """The event of the ledger that set the lot free."""

    event: str
    on: date


def public_facts(path: str) -> PublicFacts | None:
    """The facts behind the path of a GS1 Digital Link ("/01/…/10/…/21/…"); None when nothing answers to it."""
    if len(path) > LONGEST_PATH:
        return None
    today = now_datetime().date()
    try:
        data = Gs1Data(parse(HOST + path, today), today)
        return _facts(data, today) if data.gtin and (data.lot or data.serial) else None
    except (TraceError, UnicodeError):
        return None


def _facts(data: Gs1Data, today: date) -> PublicFacts:
    item = frappe.db.get_value("Item", {"mt_gtin": data.gtin})
    match = unit_match(data, item) if data.serial else lot_match(data, item)
    unit = _unit(match.name) if data.serial else None
    lot = frappe.db.get_value("Material Lot", unit.lot if unit else match.name, LOT_FIELDS, as_dict=True)
    state = _stricter(lot.state, unit.state if unit else "")
    expiry = getdate(lot.expiry_date) if lot.expiry_date else None
    return PublicFacts(
        doctype=match.doctype,
        name=match.name,
        product=lot.item_name or lot.item_code,
        gtin=data.gtin or "",
        lot=lot.name,
        serial=unit.serial_no if unit else None,
        state=state,
        whereabouts=unit.whereabouts if unit and unit.whereabouts in OUT_OF_USE else None,
        produced=getdate(lot.manufacturing_date) if lot.manufacturing_date else None,
        expiry=expiry,
        is_expired=bool(expiry and expiry < today),
        released=release_of(lot.name),
        recalls=_recalls(lot.name) if state == State.RECALLED else [],
        has_recalled_units=not unit and state != State.RECALLED and _has_recalled_units(lot.name),
    )


def _unit(name: str) -> Any:
    return frappe.db.get_value("Serial Unit", name, UNIT_FIELDS, as_dict=True)


def _stricter(lot_state: str, unit_state: str) -> str:
    return next((one.value for one in STRICTEST_FIRST if one in (lot_state, unit_state)), lot_state)


def release_of(lot: str) -> Release | None:
    """The last release of the lot that was not revoked; of what it was split, merged or relabelled from."""
    for _generation in range(GENERATIONS):
        rows = rows_of_lots([lot])
        decisions = [row for row in rows if row.action in ("Release", "Revoke Release")]
        if decisions:
            last = decisions[-1]
            return Release(last.parent, getdate(last.event_time)) if last.action == "Release" else None
        event = next((row.parent for row in rows if row.action in INTO), None)
        before = event and frappe.db.get_value(
            "Trace Event Item", {"parent": event, "action": ["in", FROM]}, "lot"
        )
        if not before or before == lot:
            return None
        lot = before
    return None


def _recalls(lot: str) -> list[dict[str, str]]:
    """Number and class of the recalls under way that name the lot, as their notices do."""
    recall, row = frappe.qb.DocType("Recall"), frappe.qb.DocType("Recall Lot")
    query = (
        frappe.qb.from_(recall)
        .join(row)
        .on(row.parent == recall.name)
        .select(recall.name, recall.recall_class)
        .where((row.lot == lot) & (recall.workflow_state == "Initiated"))
        .orderby(recall.name)
    )
    found = {name: level or "" for name, level in query.run()}
    return [{"name": name, "level": level} for name, level in found.items()]


def _has_recalled_units(lot: str) -> bool:
    return bool(frappe.db.exists("Serial Unit", {"lot": lot, "state": State.RECALLED.value}))
