"""Writes what was decided: events and rows appended, lots and units brought up to date. Decides nothing.

Each event has its entry in the audit trail, written with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import get_system_timezone
from med_trace.domain.audit_content import event_hash_of_parts, parts_of, told_parts
from med_trace.domain.audit_entry import Category, Kind
from med_trace.ledger.audit.entries import EntryDraft, append_many, new_salts
from med_trace.ledger.books import Books, LotAccount, UnitAccount
from med_trace.ledger.decision import DecidedEvent
from med_trace.ledger.tables import STANDARD, chunks, insert_rows

CHILD = ("parent", "parenttype", "parentfield")
EVENT_FIELDS = (
    *(
        "event_type",
        "event_time",
        "time_zone",
        "event_id",
        "late_entry",
        "operator",
        "recorded_by",
        "terminal",
    ),
    *("location", "container", "consignee", "consignee_name", "consignee_address", "supplier"),
    *("source_doctype", "source_name", "source_row", "process_record", "reason", "reverses", "lifts"),
    "content_hash",
)
ROW_FIELDS = (
    *("action", "lot", "serial_unit", "item_code", "quantity", "uom", "effect", "effect_blocked"),
    *("state_before", "state_after", "equipment", "tool", "cavity", "operator", "into_unit", "container"),
    *("made_from", "made_to", "event_type", "event_time", "consignee", "reverses", "lifts"),
)
CACHES_CLEARED_ONE_BY_ONE = 20


class EventIdTaken(Exception):
    """Another request has recorded an event with one of these ids in the meantime. Nothing was written."""


def write(events: Sequence[DecidedEvent], books: Books, now: datetime) -> None:
    """Append the events and update the lots and units that they changed; then announce each event."""
    if not events:
        return
    user, zone = frappe.session.user, get_system_timezone()
    heads = [_head(event, user, zone) for event in events]
    rows = [_rows(event, user) for event in events]
    _insert_events(heads, now, user)
    _insert_rows([row for rows_of_event in rows for row in rows_of_event], now, user)
    _append_entries(heads, rows)
    write_books(books, now)
    for head, rows_of_event in zip(heads, rows, strict=True):
        _announce(head, rows_of_event)


def write_books(books: Books, now: datetime) -> None:
    """What lots and units say of themselves, brought up to date."""
    user = frappe.session.user
    lots = books.changed_lots()
    for account in lots:
        _update_lot(account, now, user)
    _update_units(books.changed_units(), now, user)
    if len(lots) > CACHES_CLEARED_ONE_BY_ONE:
        frappe.clear_document_cache("Material Lot")
        return
    for account in lots:
        frappe.clear_document_cache("Material Lot", account.name)


def _head(event: DecidedEvent, user: str, zone: str) -> dict[str, Any]:
    draft = event.draft
    operators = [decided.row.operator for decided in event.rows if decided.row.operator]
    return {
        "name": event.name,
        "event_type": draft.type.value,
        "event_time": event.time,
        "time_zone": zone,
        "event_id": draft.event_id or event.name,
        "late_entry": int(event.is_late),
        "operator": operators[0] if operators else user,
        "recorded_by": user,
        "content_hash": event.content_hash,
        **{
            field: getattr(draft, field) or None
            for field in (
                *("terminal", "location", "container", "consignee", "consignee_name", "consignee_address"),
                *("supplier", "source_doctype", "source_name", "source_row", "process_record", "reason"),
                *("reverses", "lifts"),
            )
        },
    }


def _rows(event: DecidedEvent, user: str) -> list[dict[str, Any]]:
    draft = event.draft
    return [
        {
            "name": f"{event.name}-{idx}",
            "parent": event.name,
            "idx": idx,
            "action": decided.row.action.value,
            "lot": decided.row.lot,
            "serial_unit": decided.row.serial_unit,
            "item_code": decided.item_code,
            "quantity": float(decided.row.quantity),
            "uom": decided.uom,
            "effect": float(decided.effect),
            "effect_blocked": float(decided.effect_blocked),
            "state_before": decided.state_before.value if decided.state_before else None,
            "state_after": decided.state_after.value if decided.state_after else None,
            "equipment": decided.row.equipment or None,
            "tool": decided.row.tool or None,
            "cavity": decided.row.cavity or None,
            "operator": decided.row.operator or user,
            "into_unit": decided.row.into_unit,
            "container": decided.row.container or draft.container or None,
            "made_from": decided.row.made_from,
            "made_to": decided.row.made_to,
            "event_type": draft.type.value,
            "event_time": event.time,
            "consignee": draft.consignee or None,
            "reverses": draft.reverses or None,
            "lifts": draft.lifts or None,
        }
        for idx, decided in enumerate(event.rows, start=1)
    ]


def _insert_events(heads: list[dict[str, Any]], now: datetime, user: str) -> None:
    for head in heads:
        head.update(creation=now, modified=now, modified_by=user, owner=user, docstatus=0, idx=0)
    columns = (*STANDARD, *EVENT_FIELDS)
    try:
        insert_rows("Trace Event", columns, [[head[column] for column in columns] for head in heads])
    except Exception as error:
        if frappe.db.is_duplicate_entry(error):
            raise EventIdTaken from error
        raise


def _insert_rows(rows: list[dict[str, Any]], now: datetime, user: str) -> None:
    for row in rows:
        row.update(creation=now, modified=now, modified_by=user, owner=user, docstatus=0)
        row.update(parenttype="Trace Event", parentfield="items")
    columns = (*STANDARD, *CHILD, *ROW_FIELDS)
    insert_rows("Trace Event Item", columns, [[row[column] for column in columns] for row in rows])


def _append_entries(heads: list[dict[str, Any]], rows: list[list[dict[str, Any]]]) -> None:
    salted = zip(heads, rows, new_salts(len(heads)), strict=True)
    append_many([recorded(head, rows_of_event, salt, head["reason"]) for head, rows_of_event, salt in salted])


def recorded(
    head: dict[str, Any], rows: Sequence[dict[str, Any]], salt: str, reason: str | None
) -> EntryDraft:
    """The entry that tells of an event and binds it and its rows."""
    parts = parts_of(salt, head, rows)
    return EntryDraft(
        Kind.RECORDED,
        Category.LEDGER,
        "Trace Event",
        head["name"],
        changes=told_parts(parts),
        reason=reason,
        salt=salt,
        content_hash=event_hash_of_parts(parts[0], parts[1:]),
    )


def _update_lot(account: LotAccount, now: datetime, user: str) -> None:
    facts = account.now
    frappe.db.sql(
        """update `tabMaterial Lot` set state = %s, held_from = %s, quantity = %s, on_hand = %s, blocked = %s,
        shipped = %s, warehouse = %s, last_event_at = %s, modified = %s, modified_by = %s where name = %s""",
        (
            facts.state.value if facts.state else None,
            facts.held_from.value if facts.held_from else None,
            *(float(facts.quantity), float(facts.on_hand), float(facts.blocked), float(facts.shipped)),
            *(facts.warehouse, account.last_event_at, now, user, account.name),
        ),
    )


def _update_units(accounts: Sequence[UnitAccount], now: datetime, user: str) -> None:
    """Units that change alike share a statement."""
    alike: dict[tuple[tuple[str, Any], ...], list[str]] = defaultdict(list)
    for account in accounts:
        facts = account.now
        values = {
            "lot": facts.lot,
            "state": facts.state.value,
            "whereabouts": facts.whereabouts.value,
            "consignee": facts.consignee,
            "part_of": facts.part_of,
            **account.made,
        }
        alike[tuple(values.items())].append(account.name)
    for values, names in alike.items():
        assignments = ", ".join(f"`{column}` = %s" for column, _ in values)
        for chunk in chunks(names, 1_000):
            frappe.db.sql(
                f"update `tabSerial Unit` set {assignments}, modified = %s, modified_by = %s where name in %s",
                (*(value for _, value in values), now, user, tuple(chunk)),
            )


def _announce(head: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Run what waits for a new Trace Event (`after_insert` hooks), as for any inserted document."""
    event = frappe.get_doc({"doctype": "Trace Event", **head, "items": rows})
    event.run_method("after_insert")
