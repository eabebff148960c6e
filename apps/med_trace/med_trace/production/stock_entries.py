"""ERPNext's Stock Entries become ledger events, each purpose in its own way, and each exactly once.

An entry that names a Process Record or an NCR moves stock whose genealogy is written already: it is checked
against that, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt
from med_trace.domain import gate
from med_trace.domain.errors import BadInput, TraceError
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger.service import create_units, ensure_lot, lot_facts, record, reverse_of_source
from med_trace.ledger.shown import shown
from med_trace.production import agreement
from med_trace.production.lots import finish_when_made, made_lot_fields
from med_trace.production.repacking import is_regrouping, regroup
from med_trace.production.routings import current_routing
from med_trace.receiving.disposed import require_disposed
from med_trace.receiving.service import receive
from med_trace.receiving.stock_lines import (
    StockLine,
    ledger_rows,
    lines_of,
    posting_moment,
    traced_rows,
)

CONSUMPTION = "Material Consumption for Manufacture"


class StockEntryRefused(TraceError):
    """A Stock Entry that the ledger cannot follow."""

    title = "Stock Entry refused"


@shown()
def write_ledger(doc: Document) -> None:
    """Record what a submitted Stock Entry does to traced lots. Rows of other items are ignored."""
    rows = list(traced_rows(doc))
    if not rows:
        return
    if doc.purpose in _CARRYING:
        _PURPOSES[doc.purpose](doc, rows)  # carried, not used up: no record or NCR has written that
    elif doc.get("mt_process_record"):
        agreement.require_agreement_with_record(doc, rows)
    elif doc.get("mt_ncr"):
        require_disposed(doc, rows)
    elif doc.purpose in _PURPOSES:
        _PURPOSES[doc.purpose](doc, rows)
    else:
        raise StockEntryRefused(
            "A Stock Entry of type {0} cannot move traced items; row {1} has {2}. Possible types: {3}.",
            doc.purpose,
            rows[0].idx,
            rows[0].item_code,
            ", ".join(sorted(_PURPOSES)),
        )


@shown()
def undo(doc: Document) -> None:
    """Reverse what a cancelled Stock Entry wrote; one that wrote nothing gives its Process Record free."""
    if doc.get("mt_process_record"):
        agreement.release_record(doc)
    reverse_of_source(doc.doctype, doc.name, _("Stock Entry {0} was cancelled").format(doc.name))


def _receive(doc: Document, rows: list[Document]) -> None:
    receive(doc)


def _issue(doc: Document, rows: list[Document]) -> None:
    """Issued for use, unless the entry says that it is scrap, a sample or goes back to the supplier."""
    kind, action = {
        "Scrap": (EventType.SCRAPPED, Action.SCRAP),
        "Sample": (EventType.SAMPLED, Action.SAMPLE),
        "Return To Supplier": (EventType.RETURNED_TO_SUPPLIER, Action.RETURN_TO_SUPPLIER),
    }.get(doc.get("mt_issue_as"), (EventType.ISSUED, Action.ISSUE))
    taken = ledger_rows(action, _lines(rows))
    supplier = _supplier_of(taken) if action is Action.RETURN_TO_SUPPLIER else None
    _record(doc, kind, taken, "issue", rows[0].s_warehouse, supplier)


def _supplier_of(rows: list[Row]) -> str:
    lots = sorted({row.lot for row in rows})
    found = set(frappe.get_all("Material Lot", filters={"name": ["in", lots]}, pluck="supplier"))
    if len(found) != 1 or not all(found):
        raise BadInput("{0} did not come from one supplier to whom they could go back.", ", ".join(lots))
    return str(found.pop())


def _transfer(doc: Document, rows: list[Document]) -> None:
    """One event per target warehouse: quarantined and held lots may be moved too."""
    for warehouse in dict.fromkeys(row.t_warehouse for row in rows):
        moved = [row for row in rows if row.t_warehouse == warehouse]
        _record(doc, EventType.MOVED, ledger_rows(Action.MOVE, _lines(moved)), f"move/{warehouse}", warehouse)


def _stage(doc: Document, rows: list[Document]) -> None:
    """Material for production is refused before it is carried there, not when it is used up."""
    if not doc.get("is_return"):
        for row in ledger_rows(Action.CONSUME, _lines(rows)):
            gate.decide(lot_facts(row.lot), Action.CONSUME, row.quantity, posting_moment(doc))
    _transfer(doc, rows)


def _consume(doc: Document, rows: list[Document]) -> None:
    """Used up ahead of the product; the links follow with the Manufacture entry of the same Work Order."""
    _record(
        doc, EventType.TRANSFORMED, ledger_rows(Action.CONSUME, _lines(rows)), "consume", rows[0].s_warehouse
    )


def _manufacture(doc: Document, rows: list[Document]) -> None:
    """What was used up and what was made, in one event. A product that is not traced ends the genealogy."""
    used = ledger_rows(Action.CONSUME, _lines(row for row in rows if not row.t_warehouse))
    made_rows = [row for row in rows if row.t_warehouse]
    made = [piece for row in made_rows for piece in _made(doc, row)]
    if made:
        used += _used_before(doc, {row.lot for row in used})
        _record(doc, EventType.TRANSFORMED, [*used, *made], "make", made_rows[0].t_warehouse)
        _finish(doc, {piece.lot for piece in made if not piece.blocked})
    elif used:
        as_issue = [Row(Action.ISSUE, row.lot, row.quantity, serial_unit=row.serial_unit) for row in used]
        _record(doc, EventType.ISSUED, as_issue, "make", rows[0].s_warehouse)


def _repack(doc: Document, rows: list[Document]) -> None:
    """The same item in and out is a split or a merge; anything else a transformation."""
    out = _lines(row for row in rows if not row.t_warehouse)
    into = _lines(row for row in rows if row.t_warehouse)
    if is_regrouping(out, into):
        kind, moves = regroup(out, into)
        _record(doc, kind, moves, "regroup", rows[-1].t_warehouse)
    else:
        _manufacture(doc, rows)


def _made(doc: Document, row: Document) -> list[Row]:
    """The pieces of one product row, in their lots. Scrap that is kept arrives blocked."""
    pieces: list[Row] = []
    for line in lines_of(row, row.transfer_qty):
        lot, unit = _made_lot(doc, row, line)
        pieces.append(
            Row(Action.PRODUCE, lot, line.quantity, serial_unit=unit, blocked=bool(row.get("is_scrap_item")))
        )
    return pieces


def _made_lot(doc: Document, row: Document, line: StockLine) -> tuple[str, str | None]:
    number = line.batch or f"{doc.name}-{row.idx}"
    _require_not_made_by_routing(row, number)
    fields = {
        **made_lot_fields(row.item_code),
        **_batch_dates(line.batch),
        "work_order": doc.get("work_order"),
    }
    if line.batch:
        fields["batch"] = line.batch
    lot = ensure_lot(number, row.item_code, **fields)
    unit = create_units(lot, [line.serial])[0] if line.serial else None
    return lot, unit


def _batch_dates(batch: str | None) -> dict[str, Any]:
    if not batch:
        return {}
    dates = frappe.db.get_value("Batch", batch, ["manufacturing_date", "expiry_date"], as_dict=True) or {}
    return {field: value for field, value in dates.items() if value}


def _require_not_made_by_routing(row: Document, lot: str) -> None:
    """An item with a released routing is made by Process Records, or its operations could be skipped."""
    record_name = frappe.db.get_value("Process Record", {"lot": lot, "docstatus": 1})
    if record_name:
        raise StockEntryRefused(
            "Row {0}: lot {1} was made by Process Record {2}. Name it in the field Process Record, so that nothing "
            "is counted twice.",
            row.idx,
            lot,
            record_name,
        )
    routing = current_routing(row.item_code, frappe.utils.nowdate())
    if routing and not row.get("is_scrap_item"):
        raise StockEntryRefused(
            "Row {0}: {1} is made by routing {2}. Record its operations and name the Process Record here.",
            row.idx,
            row.item_code,
            routing,
        )


def _used_before(doc: Document, named: set[str]) -> list[Row]:
    """Lots that earlier consumption entries of this Work Order used up: links without a quantity."""
    if not doc.get("work_order"):
        return []
    entries = frappe.get_all(
        "Stock Entry",
        filters={"work_order": doc.work_order, "purpose": CONSUMPTION, "docstatus": 1},
        pluck="name",
    )
    events = frappe.get_all(
        "Trace Event", filters={"source_doctype": "Stock Entry", "source_name": ["in", entries]}, pluck="name"
    )
    lots = frappe.get_all(
        "Trace Event Item",
        filters={"parent": ["in", events], "action": Action.CONSUME.value, "parenttype": "Trace Event"},
        pluck="lot",
        order_by="lot asc",
    )
    return [Row(Action.CONSUME, lot) for lot in dict.fromkeys(lots) if lot not in named]


def _finish(doc: Document, lots: set[str]) -> None:
    """The lots await release once their Work Order has made what it was to make; without one, at once."""
    if doc.get("work_order") and not _is_work_order_made(doc.work_order):
        return
    wanted = set(lots)
    if doc.get("work_order"):
        wanted |= set(frappe.get_all("Material Lot", filters={"work_order": doc.work_order}, pluck="name"))
    for lot in sorted(wanted):
        finish_when_made(lot, (doc.doctype, doc.name), posting_moment(doc))


def _is_work_order_made(work_order: str) -> bool:
    wanted = flt(frappe.db.get_value("Work Order", work_order, "qty"))
    made = frappe.get_all(
        "Stock Entry",
        filters={"work_order": work_order, "purpose": "Manufacture", "docstatus": 1},
        pluck="fg_completed_qty",
    )
    return sum(map(flt, made)) >= wanted


def _lines(rows: Iterable[Document]) -> list[StockLine]:
    return [line for row in rows for line in lines_of(row, row.transfer_qty)]


def _record(
    doc: Document,
    kind: EventType,
    rows: list[Row],
    part: str,
    location: str | None,
    supplier: str | None = None,
) -> None:
    if not rows:
        return
    record(
        EventDraft(
            kind,
            tuple(rows),
            time=posting_moment(doc),
            event_id=f"{doc.doctype}/{doc.name}/{part}",
            location=location,
            supplier=supplier,
            source_doctype=doc.doctype,
            source_name=doc.name,
            reason=doc.flags.trace_reason,
        )
    )


_CARRYING = ("Material Transfer", "Material Transfer for Manufacture")
_PURPOSES: dict[str, Callable[[Document, list[Document]], None]] = {
    "Material Receipt": _receive,
    "Material Issue": _issue,
    "Material Transfer": _transfer,
    "Material Transfer for Manufacture": _stage,
    CONSUMPTION: _consume,
    "Manufacture": _manufacture,
    "Repack": _repack,
}
