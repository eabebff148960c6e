"""Answers what is known of a lot, now or at a time. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import frappe
from med_trace.domain import balance as account
from med_trace.domain.errors import NotFound
from med_trace.domain.event import MAKING
from med_trace.domain.facts import LotFacts, UnitFacts
from med_trace.domain.history import PastRow, open_stops, replay, replay_unit
from med_trace.domain.states import Whereabouts
from med_trace.ledger import read, tables
from med_trace.ledger.shown import shown


@shown()
def lot_facts(lot: str, at: datetime | None = None) -> LotFacts:
    """State, quantities and open holds of a lot, now or as they were at `at` (as known today)."""
    now = _stored(lot)
    if at is not None:
        return replay(read.first_facts_of(now), history_of(lot), at)
    holds, recalls = open_stops(read.past_row_of(row) for row in tables.stops_of_lots([lot]))
    return replace(now, open_holds=holds, open_recalls=recalls)


@shown()
def unit_facts(unit: str) -> UnitFacts:
    """State and whereabouts of a serial unit, with its open holds and recalls."""
    found = tables.units_now([unit])
    if not found:
        raise NotFound("Serial unit {0} does not exist.", unit)
    rows = [read.past_row_of(row) for row in tables.rows_of_units([unit])]
    first = rows[0].lot if rows else found[0]["lot"]
    return replay_unit(UnitFacts(unit=found[0]["name"], lot=first), rows)


@shown()
def balance_of(lot: str) -> account.Balance:
    """Where every piece of a lot went, with the gaps."""
    facts = _stored(lot)
    rows = history_of(lot)
    return account.balance(facts.lot, rows, facts.uom, facts.on_hand, _units_in_stock(facts.lot, rows))


def history_of(lot: str) -> list[PastRow]:
    """The rows of a lot that stand, in order."""
    return [read.past_row_of(row) for row in tables.rows_of_lots([lot])]


def _stored(lot: str) -> LotFacts:
    found = tables.lots_now([lot])
    if not found:
        raise NotFound("Lot {0} does not exist.", lot)
    return read.lot_facts_of(found[0])


def _units_in_stock(lot: str, rows: Iterable[PastRow]) -> int | None:
    """Only where every piece that ever came into the lot is a serial unit can pieces be counted."""
    arrived = [row for row in rows if row.action in MAKING]
    if not arrived or not all(row.serial_unit for row in arrived):
        return None
    here = (Whereabouts.IN_STOCK.value, Whereabouts.RETURNED.value)
    return frappe.db.count("Serial Unit", {"lot": lot, "whereabouts": ["in", here]})
