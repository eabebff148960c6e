"""Purchase Receipts: what suppliers deliver, with its certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import frappe
from frappe.model.document import Document
from frappe.utils import flt
from med_trace.demo.papers.files import attach, keep
from med_trace.demo.papers.stock import Row, make_batch, named, posted_at, rate_of
from med_trace.demo.plant import Plant
from med_trace.demo.users import WAREHOUSE, acting_as


def receive(plant: Plant, story: str) -> list[str]:
    """The Purchase Receipts of a story, one for each delivery; returns the lots."""
    rows = [row for row in plant.rows("stories/receipts.csv") if row["story"] == story]
    lots: list[str] = []
    for _delivery, group in groupby(rows, key=lambda row: (row["supplier"], row["days_ago"], row["time"])):
        lots += receive_delivery(plant, list(group))
    return lots


def receive_delivery(plant: Plant, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """One Purchase Receipt for one delivery; returns its lots."""
    first = rows[0]
    posted = plant.at(int(first["days_ago"]), first["time"])
    with acting_as(WAREHOUSE):
        certificates = [_certificate(plant, row) for row in rows]
        receipt = frappe.get_doc(
            {
                "doctype": "Purchase Receipt",
                "supplier": named("Supplier", first["supplier"]),
                "company": plant.company,
                **posted_at(posted),
                "items": [
                    _receipt_row(plant, row, posted, file)
                    for row, file in zip(rows, certificates, strict=True)
                ],
            }
        ).insert()
        receipt.submit()
        for row, file in zip(receipt.items, certificates, strict=True):
            if file:
                attach(file, "Material Lot", row.batch_no)
    return [row.batch_no for row in receipt.items]


def _certificate(plant: Plant, row: Mapping[str, str]) -> Document | None:
    name = row["certificate"]
    return keep(plant.fixtures / "certificates" / name) if name else None


def _receipt_row(plant: Plant, row: Mapping[str, str], posted: datetime, certificate: Document | None) -> Row:
    made = (posted - timedelta(days=int(row["manufactured_days_ago"]))).date()
    shelf_life = row["shelf_life_days"]
    expires = made + timedelta(days=int(shelf_life)) if shelf_life else None
    number = plant.numbered(row["lot"])
    make_batch(row["item_code"], number, made, expires)
    return {
        "item_code": row["item_code"],
        "qty": flt(row["quantity"]),
        "rate": rate_of(row["item_code"]),
        "warehouse": plant.warehouse("Stores"),
        "use_serial_batch_fields": 1,
        "batch_no": number,
        "mt_supplier_lot": plant.numbered(row["supplier_lot"]),
        "mt_heat_no": plant.numbered(row["heat_no"]) if row["heat_no"] else "",
        "mt_material_grade": row["material_grade"],
        "mt_certificate_no": row["certificate_no"],
        "mt_certificate": certificate.file_url if certificate else None,
        "mt_manufacturing_date": made,
        "mt_expiry_date": expires,
    }
