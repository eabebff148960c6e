"""Stock Entries that follow a Process Record: their quantities agree with what was recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from med_trace.domain.event import Action
from med_trace.ledger.audit.capture import set_value
from med_trace.receiving.disposed import DoesNotAgree
from med_trace.receiving.stock_lines import find_lot, is_traced, lines_of, to_decimal

_IN, _OUT = "in", "out"
# What the ledger rows of a lot's Process Records mean to the stock: pieces that leave the making again are
# not put on stock.
_SIDES: dict[Action, tuple[str, int]] = {
    Action.CONSUME: (_OUT, +1),
    Action.PRODUCE: (_IN, +1),
    Action.SCRAP: (_IN, -1),
    Action.SAMPLE: (_IN, -1),
}

Quantities = dict[tuple[str, str], Decimal]


def require_agreement_with_record(doc: Document, rows: list[Document]) -> None:
    """Every quantity of `doc` was recorded by the Process Records of that lot, and not put on stock before."""
    lot = frappe.db.get_value("Process Record", doc.mt_process_record, "lot")
    records = frappe.get_all("Process Record", filters={"lot": lot, "docstatus": 1}, pluck="name")
    if doc.mt_process_record not in records:
        raise DoesNotAgree("Process Record {0} is not submitted. Submit it first.", doc.mt_process_record)
    recorded = _recorded(records)
    moved = _moved_before(records, doc.name)
    _add(moved, rows)
    _require_covered(moved, recorded, doc.mt_process_record)
    set_value("Process Record", doc.mt_process_record, "stock_entry", doc.name)
    _tell_open(moved, recorded)


def release_record(doc: Document) -> None:
    """A cancelled entry no longer speaks for its Process Record."""
    if frappe.db.get_value("Process Record", doc.mt_process_record, "stock_entry") == doc.name:
        set_value("Process Record", doc.mt_process_record, "stock_entry", None)


def _recorded(records: list[str]) -> Quantities:
    events = frappe.get_all(
        "Trace Event",
        filters={"source_doctype": "Process Record", "source_name": ["in", records]},
        fields=["name", "reverses"],
    )
    undone = {event.reverses for event in events if event.reverses}
    names = [event.name for event in events if not event.reverses and event.name not in undone]
    found: Quantities = defaultdict(Decimal)
    for row in frappe.get_all(
        "Trace Event Item",
        filters={"parent": ["in", names], "parenttype": "Trace Event"},
        fields=["lot", "action", "quantity"],
    ):
        if row.action in _SIDES:
            side, sign = _SIDES[Action(row.action)]
            found[(side, row.lot)] += sign * to_decimal(row.quantity)
    return found


def _moved_before(records: list[str], but: str) -> Quantities:
    moved: Quantities = defaultdict(Decimal)
    names = frappe.get_all(
        "Stock Entry",
        filters={"mt_process_record": ["in", records], "docstatus": 1, "name": ["!=", but]},
        pluck="name",
    )
    for name in names:
        _add(moved, frappe.get_doc("Stock Entry", name).items)
    return moved


def _add(moved: Quantities, rows: Iterable[Document]) -> None:
    for row in rows:
        if not is_traced(row.item_code) or (row.s_warehouse and row.t_warehouse):
            continue
        side = _IN if row.t_warehouse else _OUT
        for line in lines_of(row, row.transfer_qty):
            moved[(side, find_lot(line))] += line.quantity


def _require_covered(moved: Quantities, recorded: Quantities, source: str) -> None:
    for (side, lot), quantity in moved.items():
        known = recorded.get((side, lot), Decimal(0))
        if quantity > known:
            raise DoesNotAgree(
                "Lot {0}: {1} {2} by stock entries, but {3} recorded {4}. Correct the quantity.",
                lot,
                quantity.normalize(),
                _("made") if side == _IN else _("used up"),
                source,
                known.normalize(),
            )


def _tell_open(moved: Quantities, recorded: Quantities) -> None:
    """Tell the user what was recorded and is not in stock entries yet."""
    rest = [
        f"{lot}: {(known - moved.get((side, lot), Decimal(0))).normalize():f}"
        for (side, lot), known in sorted(recorded.items())
        if known > moved.get((side, lot), Decimal(0))
    ]
    if rest:
        frappe.msgprint(
            _("Recorded, and not in a Stock Entry yet: {0}").format(", ".join(rest)),
            indicator="orange",
            alert=True,
        )
