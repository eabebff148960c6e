"""Operation check: the product does on this site what it promises. Everything it makes is taken back.

A lot is received, and what must not happen with it is tried: each try has to be refused, by the right refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import frappe
from med_trace.domain.errors import GateRefusal, NotReleased, SignatureRefused, TraceError
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.evidence.history import history_of
from med_trace.evidence.validation.installation import OK, WRONG
from med_trace.ledger.service import balance_of, create_lot, record
from med_trace.ledger.signing import sign

SAVEPOINT, INNER = "operation_check", "operation_step"
TABLES = ("Material Lot", "Trace Event", "Trace Event Item", "Audit Entry", "Item", "Lot Release")


def checks() -> list[dict[str, str]]:
    """One line for each step: what was tried, what came of it."""
    before = {table: frappe.db.count(table) for table in TABLES}
    user = frappe.session.user
    frappe.db.savepoint(SAVEPOINT)
    try:
        frappe.set_user("Administrator")
        lines = [*_steps()]
    finally:
        frappe.db.rollback(save_point=SAVEPOINT)
        frappe.clear_document_cache("Material Lot")
        frappe.set_user(user)
        frappe.local.message_log = []
    left = [table for table, count in before.items() if frappe.db.count(table) != count]
    lines.append(_line("Everything was taken back", ", ".join(left) or "nothing is left", not left))
    return lines


def _steps() -> Iterator[dict[str, str]]:
    """A step that fails ends the rest: they rest on it."""
    lot = product = ""
    try:
        lot, product = _a_lot("Raw"), _a_lot("Finished")
        record(_event(EventType.RECEIVED, Row(Action.RECEIVE, lot, Decimal(10))))
        yield _expect("A received lot is in quarantine", lambda: _state(lot), "Quarantine")
        yield _refused("Material in quarantine cannot be used", NotReleased, lambda: _use(lot, product))
        yield _refused(
            "Nor shipped",
            GateRefusal,
            lambda: record(_event(EventType.SHIPPED, Row(Action.SHIP, lot, Decimal(1)))),
        )
        record(_event(EventType.ACCEPTED, Row(Action.ACCEPT, lot)))
        yield _expect("Once accepted, it is released", lambda: _state(lot), "Released")
        yield _refused("No more can be used than there is", TraceError, lambda: _use(lot, product, 11))
        _use(lot, product)
        yield _expect("What was used is gone", lambda: f"{balance_of(lot).on_hand:.0f} on hand", "7 on hand")
        yield _refused(
            "A product that nobody released cannot be shipped",
            GateRefusal,
            lambda: record(_event(EventType.SHIPPED, Row(Action.SHIP, product, Decimal(1)))),
        )
        record(_event(EventType.HELD, Row(Action.HOLD, lot), reason="Operation check"))
        yield _refused("A lot on hold cannot be used", GateRefusal, lambda: _use(lot, product))
        yield _expect(
            "The history tells what it is made of",
            lambda: [row["lot"] for row in history_of(product)["materials"]],
            [lot],
        )
        yield from _protection(lot)
    except Exception as error:
        yield _line("The check came to its end", f"{type(error).__name__}: {error}", False)


def _protection(lot: str) -> Iterator[dict[str, str]]:
    event = frappe.db.get_value("Trace Event Item", {"lot": lot}, "parent")
    yield _refused(
        "The database refuses to change an event",
        Exception,
        lambda: frappe.db.sql("update `tabTrace Event` set reason = 'x' where name = %s", event),
        "append-only",
    )
    yield _refused(
        "The database refuses to delete one",
        Exception,
        lambda: frappe.db.sql("delete from `tabTrace Event` where name = %s", event),
        "append-only",
    )
    yield _refused(
        "The database refuses to delete an audit entry",
        Exception,
        lambda: frappe.db.sql("delete from `tabAudit Entry` where document_name = %s", event),
        "append-only",
    )
    entries = frappe.db.count(
        "Audit Entry", {"document_type": "Trace Event", "document_name": event, "kind": "Recorded"}
    )
    yield _line("Every event has its audit entry", f"{entries} entry", entries == 1)
    yield _refused("An administrator cannot sign", SignatureRefused, lambda: _sign(lot))
    yield _refused(
        "A lot with a history cannot be deleted",
        TraceError,
        lambda: frappe.delete_doc("Material Lot", lot, force=True),
    )


def _sign(lot: str) -> None:
    release = frappe.get_doc({"doctype": "Lot Release", "lot": lot}).insert()
    sign("Lot Release", release.name, "Released", "", user=frappe.session.user)


# -- what is tried


def _a_lot(kind: str) -> str:
    code = f"CHECK-{frappe.generate_hash(length=8)}"
    group = frappe.db.get_value("Item Group", {"is_group": 0})
    unit = frappe.db.exists("UOM", "Nos") or frappe.db.get_value("UOM", {})
    values = {"item_code": code, "item_name": code, "item_group": group, "stock_uom": unit, "mt_kind": kind}
    frappe.get_doc({"doctype": "Item", "is_stock_item": 1, **values}).insert(
        ignore_permissions=True
    )  # taken back
    return create_lot(lot_no=code, item_code=code).name


def _event(kind: EventType, *rows: Row, **more: Any) -> EventDraft:
    return EventDraft(kind, rows, **more)


def _use(lot: str, product: str, quantity: int = 3) -> None:
    used, made = Row(Action.CONSUME, lot, Decimal(quantity)), Row(Action.PRODUCE, product, Decimal(1))
    record(_event(EventType.TRANSFORMED, used, made))


def _state(lot: str) -> str:
    return frappe.db.get_value("Material Lot", lot, "state")


# -- what came of it


def _expect(what: str, look: Callable[[], Any], expected: Any) -> dict[str, str]:
    found = look()
    return _line(what, str(found), found == expected)


def _refused(
    what: str, error: type[Exception], attempt: Callable[[], Any], words: str = ""
) -> dict[str, str]:
    with _taken_back():
        try:
            attempt()
        except error as refusal:
            return _line(what, f"refused: {refusal}", words in str(refusal))
        except Exception as other:
            return _line(what, f"{type(other).__name__}: {other}", False)
    return _line(what, "was not refused", False)


@contextmanager
def _taken_back() -> Iterator[None]:
    frappe.db.savepoint(INNER)
    try:
        yield
    finally:
        frappe.db.rollback(save_point=INNER)
        frappe.local.message_log = []


def _line(what: str, found: str, is_good: bool) -> dict[str, str]:
    return {"group": "Operation", "what": what, "found": found[:300], "result": OK if is_good else WRONG}
