"""Checks the ledger against itself: what lots and units say must be what their events say."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from med_trace.domain.canonical import digest
from med_trace.domain.event import STEP
from med_trace.domain.facts import LotFacts, UnitFacts
from med_trace.domain.history import replay, replay_unit
from med_trace.ledger import append_only, read, tables

BATCH = 500
WORDS = ("state", "held_from", "warehouse")
# What a value of another kind than the ledger writes makes of reading it.
UNREADABLE = (ValueError, TypeError, KeyError, ArithmeticError)


def findings() -> list[str]:
    """Everything that does not agree, one line each; [] when all is well. Reads only."""
    return [
        *append_only.missing(),
        *_empty_events(),
        *_orphans(),
        *_lots(),
        *_units(),
        *_makings(),
        *_signatures(),
    ]


def _empty_events() -> Iterator[str]:
    query = """select e.name from `tabTrace Event` e
        where not exists (select 1 from `tabTrace Event Item` i where i.parent = e.name)"""
    for (name,) in frappe.db.sql(query):
        yield f"Trace Event {name} has no rows"


def _orphans() -> Iterator[str]:
    query = """select i.name from `tabTrace Event Item` i
        where not exists (select 1 from `tabTrace Event` e where e.name = i.parent)"""
    for (name,) in frappe.db.sql(query):
        yield f"Trace Event Item {name} belongs to no event"


def _lots() -> Iterator[str]:
    for names in tables.chunks(_all_names("Material Lot"), BATCH):
        rows = _rows_by("lot", tables.rows_of_lots(names))
        for stored in tables.lots_now(names):
            try:
                says = read.lot_facts_of(stored)
                history = [read.past_row_of(row) for row in rows.get(says.lot, ())]
                yield from _lot_findings(says, replay(read.first_facts_of(says), history))
                newest = max((row.time for row in history), default=None)
                if stored["last_event_at"] != newest:
                    yield f"Material Lot {says.lot}: last_event_at is not the time of its last event"
            except UNREADABLE as error:
                yield f"Material Lot {stored['name']}: it or its events hold what cannot be: {error}"


def _lot_findings(says: LotFacts, events: LotFacts) -> Iterator[str]:
    for field in ("state", "held_from", "warehouse", "on_hand", "blocked", "shipped", "quantity"):
        stored, counted = getattr(says, field), getattr(events, field)
        differs = stored != counted if field in WORDS else abs(stored - counted) > 100 * STEP
        if differs:
            yield f"Material Lot {says.lot}: {field} is {stored}, its events say {counted}"


def _units() -> Iterator[str]:
    for names in tables.chunks(_all_names("Serial Unit"), BATCH):
        rows = _rows_by("serial_unit", tables.rows_of_units(names))
        for stored in tables.units_now(names):
            try:
                says = read.unit_facts_of(stored)
                history = [read.past_row_of(row) for row in rows.get(stored["name"], ())]
                first = UnitFacts(unit=says.unit, lot=history[0].lot if history else says.lot)
                yield from _unit_findings(says, replay_unit(first, history))
            except UNREADABLE as error:
                yield f"Serial Unit {stored['name']}: it or its events hold what cannot be: {error}"


def _unit_findings(says: UnitFacts, events: UnitFacts) -> Iterator[str]:
    for field in ("lot", "state", "whereabouts", "consignee", "part_of"):
        stored, counted = getattr(says, field), getattr(events, field)
        if stored != counted:
            yield f"Serial Unit {says.unit}: {field} is {stored or '-'}, its events say {counted or '-'}"


def _makings() -> Iterator[str]:
    """What a unit says of its making is what the event of its making says."""
    for names in tables.chunks(_all_names("Serial Unit"), BATCH):
        made = {(row["serial_unit"], row["made_by_event"]): row for row in _makings_of(names)}
        query = """select name as serial_unit, made_by_event, cavity, tool, equipment from `tabSerial Unit`
            where name in %(names)s and (made_by_event is not null or cavity is not null or tool is not null
            or equipment is not null)"""
        for unit in frappe.db.sql(query, {"names": names}, as_dict=True):
            event = made.get((unit["serial_unit"], unit["made_by_event"]), {})
            for field in ("made_by_event", "cavity", "tool", "equipment"):
                if unit[field] != event.get(field):
                    yield f"Serial Unit {unit['serial_unit']}: {field} is not what the event of its making says"


def _makings_of(names: list[str]) -> list[dict]:
    query = """select serial_unit, parent as made_by_event, cavity, tool, equipment from `tabTrace Event Item`
        where serial_unit in %(names)s and action = 'Produce'"""
    return frappe.db.sql(query, {"names": names}, as_dict=True)


def _signatures() -> Iterator[str]:
    for names in tables.chunks(_all_names("Electronic Signature"), BATCH):
        fields = ["name", "owner", "signer", "document_type", "document_name", "content_hash", "content"]
        for row in frappe.get_all(
            "Electronic Signature", {"name": ["in", names]}, fields, limit_page_length=0
        ):
            if digest((row.content or "").encode("utf-8")) != row.content_hash:
                yield f"Electronic Signature {row.name}: its content is not what was hashed"
                continue
            content = frappe.parse_json(row.content)
            if (content.get("doctype"), content.get("name")) != (row.document_type, row.document_name):
                yield f"Electronic Signature {row.name}: signed for another document"


def _all_names(doctype: str) -> list[str]:
    return [name for (name,) in frappe.db.sql(f"select name from `tab{doctype}` order by name")]


def _rows_by(column: str, rows: list[dict]) -> dict[str, list[dict]]:
    grouped: dict[str, list[dict]] = {}
    for row in rows:
        grouped.setdefault(row[column], []).append(row)
    return grouped
