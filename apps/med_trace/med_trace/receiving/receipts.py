"""Supplier lots enter: from the rows of a Purchase Receipt (or an invoice that moves stock) into quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate
from med_trace.domain.errors import BadInput
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger.service import create_lot, create_units, ensure_lot, hold, record_many
from med_trace.ledger.shown import shown
from med_trace.qualification.service import why_unqualified
from med_trace.receiving.acceptance import accept_without_inspection
from med_trace.receiving.disposed import require_disposed
from med_trace.receiving.stock_lines import (
    StockLine,
    kind_of,
    ledger_rows,
    lines_of,
    posting_moment,
    to_decimal,
    traced_rows,
)

# What a supplier's lot is known by: a batch that is received again must agree on these.
_IDENTITY = ("supplier", "supplier_lot", "heat_no", "material_grade")
_FROM_ROW = ("supplier_lot", "heat_no", "certificate_no", "certificate", "material_grade")


@shown()
def receive(doc: Document) -> None:
    """Bring the traced rows of a receipt into the ledger, each into its lot in quarantine.

    Rejected quantities arrive in the same lot, blocked: on hand, free only for scrap and return. A supplier
    without approval holds the lot; items that need no inspection are accepted at once. A Stock Entry of
    type Material Receipt comes the same way, from no supplier.
    """
    drafts = [draft for row in traced_rows(doc) for draft in _drafts_of(doc, row)]
    record_many(drafts)
    lots = list(dict.fromkeys(row.lot for draft in drafts for row in draft.rows))
    held = _hold_unqualified(doc, lots)
    accept_without_inspection(
        [lot for lot in lots if lot not in held], (doc.doctype, doc.name), posting_moment(doc)
    )


@shown()
def return_to_supplier(doc: Document) -> None:
    """Send back what a return document lists; blocked (rejected) quantities go first.

    A return that names an NCR follows its disposition, which wrote the ledger: it is only checked.
    """
    if doc.get("mt_ncr"):
        require_disposed(doc, list(traced_rows(doc)))
        return
    record_many(
        [
            _draft(
                doc, row, EventType.RETURNED_TO_SUPPLIER, ledger_rows(Action.RETURN_TO_SUPPLIER, lines), part
            )
            for row in traced_rows(doc)
            for part, lines in _parts_of(row)
        ]
    )


def _parts_of(row: Document) -> Iterator[tuple[str, list[StockLine]]]:
    """The accepted and the rejected part of a row, as far as they move anything."""
    factor = row.get("conversion_factor") or 1
    in_stock_units = row.get("stock_qty") or row.get("transfer_qty")
    accepted = lines_of(row, in_stock_units or to_decimal(row.qty) * to_decimal(factor))
    if accepted:
        yield "accepted", accepted
    rejected = lines_of(
        row,
        to_decimal(row.get("rejected_qty")) * to_decimal(factor),
        bundle_field="rejected_serial_and_batch_bundle",
        serial_field="rejected_serial_no",
    )
    if rejected:
        yield "rejected", rejected


def _drafts_of(doc: Document, row: Document) -> Iterator[EventDraft]:
    for part, lines in _parts_of(row):
        rows = list(_received_rows(doc, row, lines, blocked=part == "rejected"))
        yield _draft(doc, row, EventType.RECEIVED, rows, part)


def _draft(doc: Document, row: Document, kind: EventType, rows: list[Row], part: str) -> EventDraft:
    place = (
        row.get("rejected_warehouse")
        if part == "rejected"
        else row.get("warehouse") or row.get("t_warehouse")
    )
    return EventDraft(
        kind,
        tuple(rows),
        time=posting_moment(doc),
        event_id=f"{doc.doctype}/{doc.name}/{row.name}/{part}",
        location=place,
        supplier=doc.get("supplier"),
        source_doctype=doc.doctype,
        source_name=doc.name,
        source_row=row.name,
        reason=doc.flags.trace_reason,
    )


def _received_rows(doc: Document, row: Document, lines: list[StockLine], blocked: bool) -> Iterator[Row]:
    for (lot, units), group in _lots_of(doc, row, lines):
        if units:
            yield from (
                Row(Action.RECEIVE, lot, line.quantity, serial_unit=unit, blocked=blocked)
                for unit, line in zip(units, group, strict=True)
            )
        else:
            yield from (Row(Action.RECEIVE, lot, line.quantity, blocked=blocked) for line in group)


def _lots_of(
    doc: Document, row: Document, lines: list[StockLine]
) -> Iterator[tuple[tuple[str, list[str]], list[StockLine]]]:
    """Each lot with its units (none without serial numbers) and its lines; made where it is new.

    Serial numbers without a batch share one lot per row: they came together.
    """
    groups: dict[tuple[str | None, bool], list[StockLine]] = {}
    for line in lines:
        groups.setdefault((line.batch, bool(line.serial)), []).append(line)
    for (batch, has_serials), group in groups.items():
        fields = _lot_fields(doc, row, batch)
        lot = _known_lot(batch, row, fields) if batch else create_lot(item_code=row.item_code, **fields).name
        serials = [line.serial for line in group if line.serial]
        units = create_units(lot, serials, item_code=row.item_code) if has_serials else []
        yield (lot, units), group


def _known_lot(batch: str, row: Document, fields: dict[str, Any]) -> str:
    lot = ensure_lot(batch, row.item_code, **fields)
    stored = frappe.db.get_value("Material Lot", lot, _IDENTITY, as_dict=True)
    for field in _IDENTITY:
        if fields.get(field) and stored[field] and stored[field] != fields[field]:
            raise BadInput(
                "Row {0}: batch {1} has {2} {3} already; {4} was given. Receive it under a batch of its own.",
                row.idx,
                batch,
                _(field.replace("_", " ")),
                stored[field],
                fields[field],
                field=f"mt_{field}",
            )
    return lot


def _lot_fields(doc: Document, row: Document, batch: str | None) -> dict[str, Any]:
    item = frappe.get_cached_value(
        "Item",
        row.item_code,
        ["mt_certificate_required", "mt_storage_conditions", "mt_drying_conditions", "stock_uom", "mt_gtin"],
        as_dict=True,
    )
    dates = _batch_dates(batch)
    return {
        **{field: row.get(f"mt_{field}") for field in _FROM_ROW},
        "kind": kind_of(row.item_code, made=False).value,
        "uom": item.stock_uom,
        "gtin": item.mt_gtin,
        "supplier": doc.get("supplier"),
        "certificate_required": item.mt_certificate_required,
        "storage_conditions": item.mt_storage_conditions,
        "drying_conditions": item.mt_drying_conditions,
        "received_date": getdate(doc.posting_date),
        "manufacturing_date": row.get("mt_manufacturing_date") or dates.get("manufacturing_date"),
        "expiry_date": row.get("mt_expiry_date") or dates.get("expiry_date"),
        "batch": batch,
    }


def _batch_dates(batch: str | None) -> dict[str, Any]:
    if not batch:
        return {}
    return frappe.db.get_value("Batch", batch, ["manufacturing_date", "expiry_date"], as_dict=True) or {}


def _hold_unqualified(doc: Document, lots: list[str]) -> set[str]:
    """Hold every lot whose item this supplier is not approved for; returns those held."""
    if not doc.get("supplier"):
        return set()
    held = set()
    for lot in lots:
        item_code = frappe.db.get_value("Material Lot", lot, "item_code")
        reason = why_unqualified("Supplier", doc.supplier, "Supplier Approval", doc.posting_date, item_code)
        if reason:
            hold([lot], reason, source=(doc.doctype, doc.name), with_descendants=False)
            frappe.msgprint(
                _("Lot {0} is on hold: {1}").format(lot, reason),
                title=_("Supplier not approved"),
                indicator="orange",
            )
            held.add(lot)
    return held
