"""Lot Releases, Delivery Notes and returns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import frappe
from med_trace.demo.papers.stock import Row, moved, named
from med_trace.demo.plant import Plant
from med_trace.demo.users import QUALITY, QUALITY_HEAD, SUPERVISOR, WAREHOUSE, acting_as
from med_trace.ledger.signing import sign


def release(plant: Plant, lot: str, remarks: str = "") -> str:
    """A Lot Release, written by production and signed by as many of Quality as the item asks for."""
    with acting_as(SUPERVISOR):
        doc = frappe.get_doc({"doctype": "Lot Release", "lot": lot, "remarks": remarks}).insert()
    for signer in (QUALITY_HEAD, QUALITY)[: doc.signatures_required]:
        with acting_as(signer):
            sign("Lot Release", doc.name, "Released", plant.password, user=signer)
    return doc.name


def deliver(plant: Plant, customer: str, rows: Iterable[Row]) -> str:
    """A Delivery Note to a customer, submitted now; returns its name. Rows name lot, and serials or qty."""
    note = {"doctype": "Delivery Note", "customer": named("Customer", customer), "company": plant.company}
    with acting_as(WAREHOUSE):
        doc = frappe.get_doc({**note, "items": [_delivered(plant, **row) for row in rows]}).insert()
        doc.submit()
    return doc.name


def _delivered(plant: Plant, lot: str, serials: Sequence[str] = (), qty: float = 0) -> Row:
    item_code, batch = frappe.db.get_value("Material Lot", lot, ["item_code", "batch"])
    place = plant.warehouse("Finished Goods")
    row = moved(item_code, qty or len(serials), batch, serials, warehouse=place)
    return {**row, "rate": 2 * row.pop("basic_rate")}


def take_back(delivery_note: str, lot: str, serials: Sequence[str] = (), qty: float = 0) -> str:
    """A return against a Delivery Note, submitted now; returns its name."""
    from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

    with acting_as(WAREHOUSE):
        draft = make_sales_return(delivery_note)
        item_code, batch = frappe.db.get_value("Material Lot", lot, ["item_code", "batch"])
        row = next(row for row in draft.items if row.item_code == item_code)
        row.update(
            {
                "qty": -(qty or len(serials)),
                "serial_and_batch_bundle": None,
                "use_serial_batch_fields": 1,
                "batch_no": batch,
                "serial_no": "\n".join(serials),
            }
        )
        draft.set("items", [row])
        draft.insert()
        draft.submit()
    return draft.name
