"""Fills in the plant's documents as its people do: each by the right role, at the time it happened.

One function a kind of document. What the documents then do to lots is the product's business, not the demo's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import flt
from med_trace.demo.plant import Plant
from med_trace.demo.users import INSPECTOR, OPERATOR, QUALITY, QUALITY_HEAD, SUPERVISOR, WAREHOUSE, acting_as
from med_trace.inspection.plans import characteristics_of
from med_trace.ledger.signing import sign
from med_trace.production.service import start_lot

Row = dict[str, Any]


# -- files


def keep(path: Path) -> Document:
    """Put a file on the site, private; returns the File."""
    file = {"doctype": "File", "file_name": path.name, "is_private": 1, "content": path.read_bytes()}
    return frappe.get_doc(file).insert()


def attach(file: Document, doctype: str, name: str) -> None:
    """Make a kept file part of a record: who may read the record may read the file."""
    file.reload()
    file.update({"attached_to_doctype": doctype, "attached_to_name": name})
    file.save()


# -- goods in


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
                "supplier": _named("Supplier", first["supplier"]),
                "company": plant.company,
                **_posted(posted),
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


def make_batch(item_code: str, number: str, made: date, expires: date | None = None) -> str:
    """ERPNext's batch for one of our lots; it expires at the end of the item's shelf life unless told otherwise."""
    batch = {"doctype": "Batch", "batch_id": number, "item": item_code, "manufacturing_date": made}
    return frappe.get_doc({**batch, "expiry_date": expires or expiry_of(item_code, made)}).insert().name


def expiry_of(item_code: str, made: date) -> date | None:
    """The end of the item's shelf life; None for one that has none."""
    days = frappe.get_cached_value("Item", item_code, "shelf_life_in_days")
    return made + timedelta(days=int(days)) if days else None


def rate_of(item_code: str) -> float:
    """What one unit costs in the demo's books."""
    return flt(frappe.get_cached_value("Item", item_code, "valuation_rate"))


# -- production


def start(plant: Plant, item_code: str, number: str, days_ago: int) -> str:
    """A new lot that follows its routing, with ERPNext's batch of the same number."""
    with acting_as(SUPERVISOR):
        made = plant.at(days_ago, "00:00").date()
        batch = make_batch(item_code, number, made)
        expires = expiry_of(item_code, made)
        return start_lot(item_code, number, batch=batch, manufacturing_date=made, expiry_date=expires)


def run(
    lot: str,
    operation_no: int,
    equipment: str,
    started: datetime,
    finished: datetime,
    readings: Mapping[str, float | Mapping[str, Any]] | None = None,
    **fields: Any,
) -> str:
    """One operation of a lot's routing, recorded and submitted; returns the Process Record."""
    record = frappe.get_doc(
        {
            "doctype": "Process Record",
            "lot": lot,
            "operation_no": operation_no,
            "routing": frappe.db.get_value("Material Lot", lot, "routing"),
            "equipment": equipment,
            "operator": OPERATOR,
            "started_at": started,
            "finished_at": finished,
            "parameters": [_reading(name, value) for name, value in (readings or {}).items()],
            **fields,
        }
    )
    with acting_as(OPERATOR):
        record.insert()
        record.submit()
    return record.name


def _reading(parameter: str, value: float | Mapping[str, Any]) -> Row:
    return {"parameter": parameter, **(value if isinstance(value, Mapping) else {"value": value})}


def manufacture(plant: Plant, process_record: str, warehouse: str = "Work In Progress") -> str:
    """The Stock Entry that follows a Process Record which made pieces; returns its name."""
    record = frappe.get_doc("Process Record", process_record)
    item_code, batch = frappe.db.get_value("Material Lot", record.lot, ["item_code", "batch"])
    serials = [serial for row in record.outputs for serial in (row.serial_numbers or "").split()]
    made = moved(item_code, record.quantity_good, batch, serials, t_warehouse=plant.warehouse(warehouse))
    used = [
        moved(code, quantity, lot, s_warehouse=plant.warehouse(_place_of(lot)))
        for lot, code, quantity in _used(record)
    ]
    rows = [*used, {**made, "is_finished_item": 1}]
    return stock_entry(plant, "Manufacture", rows, record.finished_at, mt_process_record=record.name)


def use_up(plant: Plant, process_record: str) -> str:
    """The Stock Entry for what a later operation used up."""
    record = frappe.get_doc("Process Record", process_record)
    rows = [
        moved(code, quantity, lot, s_warehouse=plant.warehouse(_place_of(lot)))
        for lot, code, quantity in _used(record)
    ]
    return stock_entry(plant, "Material Issue", rows, record.finished_at, mt_process_record=record.name)


def _used(record: Document) -> list[tuple[str, str, float]]:
    totals: dict[str, float] = {}
    for row in record.materials:
        totals[row.lot] = totals.get(row.lot, 0.0) + flt(row.quantity)
    return [(lot, frappe.db.get_value("Material Lot", lot, "item_code"), qty) for lot, qty in totals.items()]


def _place_of(lot: str) -> str:
    """Where the plant keeps material of this kind."""
    kind, supplier = frappe.db.get_value("Material Lot", lot, ["kind", "supplier"])
    return "Stores" if supplier or kind == "Raw" else "Work In Progress"


def moved(item_code: str, quantity: float, batch: str, serials: Sequence[str] = (), **places: str) -> Row:
    """A row of a document that moves stock: item, quantity, batch, serial numbers, and from or to where."""
    return {
        "item_code": item_code,
        "qty": flt(quantity),
        "use_serial_batch_fields": 1,
        "batch_no": batch,
        "serial_no": "\n".join(serials),
        "basic_rate": rate_of(item_code),
        **places,
    }


def stock_entry(
    plant: Plant, purpose: str, rows: Iterable[Row], at: datetime, by: str = OPERATOR, **fields: Any
) -> str:
    """A Stock Entry, submitted; returns its name."""
    entry = frappe.get_doc(
        {
            "doctype": "Stock Entry",
            "stock_entry_type": purpose,
            "purpose": purpose,
            "company": plant.company,
            **_posted(at),
            "items": list(rows),
            **fields,
        }
    )
    with acting_as(by):
        entry.insert()
        entry.submit()
    return entry.name


def remove(plant: Plant, lot: str, quantity: float, at: datetime, place: str, **why: Any) -> str:
    """Take something out of stock by a Material Issue: `mt_issue_as` Scrap or Sample, or `mt_ncr`."""
    item_code, batch = frappe.db.get_value("Material Lot", lot, ["item_code", "batch"])
    row = moved(item_code, quantity, batch, s_warehouse=plant.warehouse(place))
    return stock_entry(plant, "Material Issue", [row], at, WAREHOUSE, **why)


def transfer(
    plant: Plant,
    lot: str,
    quantity: float,
    source: str,
    target: str,
    at: datetime,
    serials: Sequence[str] = (),
) -> str:
    """Carry pieces of a lot from one warehouse to another."""
    item_code, batch = frappe.db.get_value("Material Lot", lot, ["item_code", "batch"])
    places = {"s_warehouse": plant.warehouse(source), "t_warehouse": plant.warehouse(target)}
    row = moved(item_code, quantity, batch, serials, **places)
    return stock_entry(plant, "Material Transfer", [row], at, WAREHOUSE)


# -- inspection


def inspect(
    lot: str,
    plan_name: str,
    at: datetime,
    found: Mapping[tuple[str, int], Any] | None = None,
    units: Sequence[str] = (),
    sampled: float = 0,
) -> str:
    """An Inspection Record by the current plan, submitted; returns its name.

    Results lie close to nominal and attributes pass, but for what `found` gives by characteristic and sample.
    `units` are the pieces looked at, in the order of the samples.
    """
    plan = frappe.get_doc("Inspection Plan", f"{plan_name}-A")
    quantity = Decimal(str(frappe.db.get_value("Material Lot", lot, "on_hand")))
    rows = [
        _result(row, sample, found or {}, units)
        for row, one in zip(plan.characteristics, characteristics_of(plan), strict=True)
        for sample in range(1, one.samples_of(quantity) + 1)
    ]
    record = {"doctype": "Inspection Record", "lot": lot, "plan": plan.name, "inspector": INSPECTOR}
    with acting_as(INSPECTOR):
        doc = frappe.get_doc({**record, "inspected_at": at, "quantity_sampled": sampled, "results": rows})
        doc.insert()
        doc.submit()
    return doc.name


def _result(row: Document, sample: int, found: Mapping[tuple[str, int], Any], units: Sequence[str]) -> Row:
    given = found.get((row.characteristic, sample))
    result: Row = {"characteristic": row.characteristic, "sample_no": sample}
    if sample <= len(units):
        result["serial_unit"] = units[sample - 1]
    if row.kind == "Attribute":
        return {**result, "attribute": given or "Pass"}
    return {**result, "value": _near_nominal(row, sample) if given is None else given}


def _near_nominal(row: Document, sample: int) -> float:
    """A value a little off the nominal one, the same at every telling."""
    nominal = flt(row.nominal)
    room = min(abs(flt(limit) - nominal) for limit in (row.lower_limit, row.upper_limit) if limit)
    return round(nominal + room * (sample * 3 % 7 - 3) / 10, 4)


# -- release and delivery


def release(plant: Plant, lot: str, remarks: str = "") -> str:
    """A Lot Release, written by production and signed by as many of Quality as the item asks for."""
    with acting_as(SUPERVISOR):
        doc = frappe.get_doc({"doctype": "Lot Release", "lot": lot, "remarks": remarks}).insert()
    for signer in (QUALITY_HEAD, QUALITY)[: doc.signatures_required]:
        with acting_as(signer):
            sign("Lot Release", doc.name, "Released", plant.password)
    return doc.name


def deliver(plant: Plant, customer: str, rows: Iterable[Row]) -> str:
    """A Delivery Note to a customer, submitted now; returns its name. Rows name lot, and serials or qty."""
    note = {"doctype": "Delivery Note", "customer": _named("Customer", customer), "company": plant.company}
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


def _named(doctype: str, title: str) -> str:
    return frappe.db.get_value(doctype, {f"{doctype.lower()}_name": title})


def _posted(at: datetime) -> Row:
    return {
        "set_posting_time": 1,
        "posting_date": at.date().isoformat(),
        "posting_time": at.time().isoformat(),
    }
