"""Process Records: what an operation needs before it may run, and the event that it writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, get_datetime, getdate, now_datetime
from med_trace.domain import gate
from med_trace.domain import routing as rules
from med_trace.domain.errors import BadInput, NotFound
from med_trace.domain.event import Action, EventDraft, EventType
from med_trace.ledger.audit.capture import set_value
from med_trace.ledger.service import lot_facts, record, reverse_of_source
from med_trace.ledger.shown import shown
from med_trace.nonconformance.service import open_ncr
from med_trace.production import parameters
from med_trace.production.fitness import require_fit
from med_trace.production.lots import finish_when_made, inspected_operations
from med_trace.production.quantities import (
    QUANTITIES,
    fill_outputs,
    fill_quantities,
    lost_rows,
    require_pieces_listed,
    rows_of,
)
from med_trace.production.routings import makes_pieces, operation_row, operations_of, routing_for
from med_trace.production.waiting import runs_of
from med_trace.receiving.stock_lines import to_decimal


@shown()
def prepare(doc: Document) -> None:
    """Fill a record from lot and routing, judge its readings, and refuse what may not run now."""
    lot = _lot(doc.lot)
    doc.item_code = lot.item_code
    routing = routing_for(lot, doc.routing, doc.started_at or now_datetime())
    doc.routing = routing.name
    operation = operation_row(routing, doc.operation_no)
    doc.operation_name = operation.operation_name
    _require_turn(doc, routing)
    _require_gate(doc)
    parameters.require_no_twice(doc.parameters)
    parameters.copy_from_routing(doc, routing)
    parameters.note_times(doc)
    parameters.judge(doc)
    parameters.hash_series(doc)
    fill_outputs(doc)
    require_fit(doc, operation, getdate(doc.started_at))


@shown()
def complete(doc: Document) -> None:
    """Before submission: the record is whole, and its quantities add up."""
    routing = frappe.get_cached_doc("Process Routing", doc.routing)
    doc.finished_at = doc.finished_at or now_datetime()
    if get_datetime(doc.finished_at) < get_datetime(doc.started_at):
        raise BadInput(
            "Finished At {0} is before Started At {1}.", doc.finished_at, doc.started_at, field="finished_at"
        )
    parameters.require_all_read(doc)
    makes = makes_pieces(doc)
    fill_quantities(doc, makes)
    require_pieces_listed(doc)
    list(lost_rows(doc, makes))  # refuses before anything is written
    if not doc.rework_ncr:
        rules.require_available(
            operations_of(routing), doc.operation_no, to_decimal(doc.quantity_in), _other_runs(doc)
        )


@shown()
def write_ledger(doc: Document) -> None:
    """Write what the operation did: materials in, pieces out, scrap and samples; then hold what went wrong."""
    routing = frappe.get_cached_doc("Process Routing", doc.routing)
    record(
        EventDraft(
            EventType.TRANSFORMED,
            tuple(rows_of(doc, makes_pieces(doc))),
            time=get_datetime(doc.finished_at),
            event_id=f"Process Record/{doc.name}",
            location=doc.location,
            source_doctype=doc.doctype,
            source_name=doc.name,
            process_record=doc.name,
        )
    )
    set_value("Material Lot", doc.lot, "routing", doc.routing)
    is_last = rules.is_last(operations_of(routing), doc.operation_no)
    if is_last and doc.completes_operation:
        finish_when_made(doc.lot, (doc.doctype, doc.name), get_datetime(doc.finished_at))
    _report_out_of_spec(doc)


@shown()
def undo(doc: Document) -> None:
    """Reverse a cancelled record; refused while later operations rest on it."""
    for run in _other_runs(doc):
        if run.operation > doc.operation_no and not doc.rework_ncr:
            raise rules.OperationRefused(
                "Operation {0} cannot be cancelled: operation {1} followed in {2}. Cancel that first.",
                doc.operation_no,
                run.operation,
                run.record,
            )
    reverse_of_source(doc.doctype, doc.name, _("Process Record {0} was cancelled").format(doc.name))


def _lot(name: str) -> Any:
    lot = frappe.db.get_value(
        "Material Lot", name, ["name", "item_code", "routing", "on_hand", "uom"], as_dict=True
    )
    if not lot:
        raise NotFound("Lot {0} does not exist. Start it first.", name)
    return lot


def _other_runs(doc: Document) -> list[rules.Run]:
    """The other records of the lot. What is submitted or cancelled reads them under lock: of two at once
    the second sees the first.
    """
    is_deciding = doc.docstatus != 0
    if is_deciding:
        frappe.db.get_value("Material Lot", doc.lot, "name", for_update=True)
    rows = frappe.db.get_values(
        "Process Record",
        {"lot": doc.lot, "docstatus": ["<", 2], "name": ["!=", doc.name or ""]},
        ["name", "operation_no", "docstatus", "completes_operation", "quantity_in", *QUANTITIES],
        as_dict=True,
        order_by="creation asc",
        for_update=is_deciding,
    )
    return runs_of(rows)


def _require_turn(doc: Document, routing: Document) -> None:
    operations = operations_of(routing)
    if doc.rework_ncr:
        _require_rework_ordered(doc)
    asks = any(operation.inspection_required for operation in operations)
    inspected = inspected_operations(doc.lot) if asks else ()
    rules.require_turn(operations, doc.operation_no, _other_runs(doc), inspected, bool(doc.rework_ncr))


def _require_rework_ordered(doc: Document) -> None:
    ordered = frappe.db.exists(
        "NCR Disposition", {"parent": doc.rework_ncr, "lot": doc.lot, "disposition": "Rework"}
    )
    closed = frappe.db.get_value("NCR", doc.rework_ncr, "workflow_state") == "Closed"
    if not (ordered and closed):
        raise BadInput(
            "NCR {0} does not order a rework of lot {1}, or is not closed yet.",
            doc.rework_ncr,
            doc.lot,
            field="rework_ncr",
        )


def _require_gate(doc: Document) -> None:
    """An operation does not begin on a lot that could not take part in it."""
    action = Action.PRODUCE if makes_pieces(doc) else Action.PROCESS
    gate.decide(lot_facts(doc.lot), action, Decimal(0), now_datetime())


def _report_out_of_spec(doc: Document) -> None:
    rows = parameters.out_of_spec(doc)
    if not rows:
        return
    names = ", ".join(row.parameter for row in rows)
    ncr = open_ncr(
        _("{0} out of specification in operation {1} of lot {2}").format(names, doc.operation_no, doc.lot),
        [{"lot": doc.lot, "quantity": _affected(doc)}],
        source=(doc.doctype, doc.name),
        severity="Critical" if any(row.critical for row in rows) else "Major",
        description="\n".join(parameters.describe(row) for row in rows),
    )
    frappe.msgprint(
        _("{0}: lot {1} is on hold and NCR {2} is open.").format(names, doc.lot, ncr),
        title=_("Out of specification"),
        indicator="red",
    )


def _affected(doc: Document) -> float:
    return flt(doc.quantity_good) + flt(doc.quantity_rework) or flt(_lot(doc.lot).on_hand)
