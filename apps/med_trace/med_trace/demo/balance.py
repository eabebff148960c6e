"""Story 4: one lot is sampled, scrapped, split, reworked, merged, shipped and comes back, to the last piece.

The extension line has no routing: ERPNext's own documents (Work Order, Stock Entries) make and move it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import frappe
from frappe.utils import now_datetime
from med_trace.demo import papers
from med_trace.demo.plant import Plant
from med_trace.demo.users import QUALITY, SUPERVISOR, WAREHOUSE, acting_as
from med_trace.distribution.returns import accept_return
from med_trace.nonconformance import service as ncr_service
from med_trace.production.service import finish

ITEM = "EXT-LINE"
DAYS_AGO = 3
MADE = 200


@dataclass(frozen=True)
class Balance:
    """What the story left behind."""

    tubing: str
    made: str
    first_tray: str
    second_tray: str
    merged: str
    ncr: str
    delivery: str
    returned: str


def tell(plant: Plant) -> Balance:
    """Make 200 lines, lose some on the way, and account for every one."""
    (tubing,) = papers.receive(plant, "balance")
    papers.inspect(tubing, "TUBING-IN", plant.at(5, "10:00"))
    lot = _make(plant, tubing)
    papers.remove(plant, lot, 3, plant.at(DAYS_AGO, "12:00"), "Work In Progress", mt_issue_as="Scrap")
    papers.inspect(lot, "LINE-FINAL", plant.at(DAYS_AGO, "13:00"))
    papers.remove(plant, lot, 5, plant.at(DAYS_AGO, "13:30"), "Work In Progress", mt_issue_as="Sample")
    first, second = plant.numbered("EL-2611-A"), plant.numbered("EL-2611-B")
    _split(plant, lot, {first: 150, second: 42}, plant.at(DAYS_AGO, "14:00"))
    ncr = _rework(plant, second)
    merged = plant.numbered("EL-2611-M")
    _merge(plant, {first: 150, second: 40}, merged, now_datetime())
    papers.release(plant, merged)
    papers.transfer(plant, merged, 190, "Work In Progress", "Finished Goods", now_datetime())
    delivery = papers.deliver(plant, "MedLog Distribution", [{"lot": merged, "qty": 100}])
    returned = _come_back(plant, delivery, merged)
    return Balance(tubing, lot, first, second, merged, ncr, delivery, returned)


def _make(plant: Plant, tubing: str) -> str:
    """A Work Order of ERPNext and its Manufacture entry."""
    from erpnext.manufacturing.doctype.work_order.work_order import make_stock_entry

    lot = plant.numbered("EL-2611")
    with acting_as(SUPERVISOR):
        papers.make_batch(ITEM, lot, plant.at(DAYS_AGO, "00:00").date())
        order = frappe.get_doc(
            {
                "doctype": "Work Order",
                "production_item": ITEM,
                "bom_no": frappe.db.get_value("BOM", {"item": ITEM, "docstatus": 1}),
                "qty": MADE,
                "company": plant.company,
                "skip_transfer": 1,
                "source_warehouse": plant.warehouse("Stores"),
                "wip_warehouse": plant.warehouse("Work In Progress"),
                "fg_warehouse": plant.warehouse("Work In Progress"),
                "planned_start_date": plant.at(DAYS_AGO, "07:00"),
            }
        ).insert()
        order.submit()
        entry = frappe.get_doc(make_stock_entry(order.name, "Manufacture", MADE))
        entry.update(
            {
                "set_posting_time": 1,
                "posting_date": plant.at(DAYS_AGO, "11:00").date(),
                "posting_time": "11:00:00",
            }
        )
        for row in entry.items:
            row.use_serial_batch_fields = 1
            row.batch_no = lot if row.is_finished_item else tubing
            if not row.is_finished_item:
                row.s_warehouse = plant.warehouse("Stores")
        entry.insert()
        entry.submit()
    return lot


def _split(plant: Plant, lot: str, parts: dict[str, float], at: datetime) -> None:
    """Into trays: a Repack of one batch into others."""
    with acting_as(WAREHOUSE):
        for part in parts:
            papers.make_batch(ITEM, part, plant.at(DAYS_AGO, "00:00").date())
    place = plant.warehouse("Work In Progress")
    rows = [papers.moved(ITEM, sum(parts.values()), lot, s_warehouse=place)]
    rows += [
        {**papers.moved(ITEM, quantity, part, t_warehouse=place), "is_finished_item": 1}
        for part, quantity in parts.items()
    ]
    papers.stock_entry(plant, "Repack", rows, at, WAREHOUSE)


def _merge(plant: Plant, parts: dict[str, float], into: str, at: datetime) -> None:
    """Together again: a Repack of several batches into one."""
    with acting_as(WAREHOUSE):
        papers.make_batch(ITEM, into, plant.at(DAYS_AGO, "00:00").date())
    place = plant.warehouse("Work In Progress")
    rows = [papers.moved(ITEM, quantity, part, s_warehouse=place) for part, quantity in parts.items()]
    whole = papers.moved(ITEM, sum(parts.values()), into, t_warehouse=place)
    papers.stock_entry(plant, "Repack", [*rows, {**whole, "is_finished_item": 1}], at, WAREHOUSE)


def _rework(plant: Plant, tray: str) -> str:
    """The second tray fails its inspection: 2 lines are scrapped, 40 bonded again and inspected again."""
    record = papers.inspect(
        tray,
        "LINE-FINAL",
        plant.at(DAYS_AGO, "15:00"),
        found={("Bond strength", 2): 11.2, ("Bond strength", 4): 13.9},
    )
    ncr = frappe.db.get_value("Inspection Record", record, "ncr")
    with acting_as(QUALITY):
        ncr_service.evaluate(ncr, "The UV lamp over tray B was at half power; the bond can be cured again.")
        ncr_service.propose(
            ncr,
            [
                {"lot": tray, "disposition": "Scrap", "quantity": 2},
                {"lot": tray, "disposition": "Rework", "quantity": 40},
            ],
        )
        ncr_service.disposition(ncr)
        ncr_service.close(ncr)
    papers.remove(plant, tray, 2, now_datetime(), "Work In Progress", mt_ncr=ncr)
    with acting_as(SUPERVISOR):
        finish(tray, source=("NCR", ncr))
    papers.inspect(tray, "LINE-FINAL", now_datetime())
    return ncr


def _come_back(plant: Plant, delivery: str, lot: str) -> str:
    """Ten come back unopened or damaged: six are fit for sale again, four are scrapped; two are kept as samples."""
    returned = papers.take_back(delivery, lot, qty=10)
    with acting_as(QUALITY):
        accept_return(lot, "Six are unopened", quantity=Decimal(6), source=("Delivery Note", returned))
    papers.remove(plant, lot, 4, now_datetime(), "Finished Goods", mt_issue_as="Scrap")
    papers.remove(plant, lot, 2, now_datetime(), "Finished Goods", mt_issue_as="Sample")
    return returned
