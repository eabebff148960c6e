"""A table of opening stock: lots that are on the shelf when a plant begins, each received as any other lot is.

The ledger takes them into quarantine, and accepts what needs no inspection. Stock that ERPNext has of them already
stays as it is: a batch of the same number and item becomes the batch of the lot.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate
from med_trace.api.edge import as_moment, as_number
from med_trace.api.import_rows import Answer, Judged, Sheet, said
from med_trace.api.ledger import missing_role
from med_trace.domain.errors import BadInput, NotFound, TraceError
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.table_file import Line, Table, point_decimal
from med_trace.ledger import service
from med_trace.receiving.acceptance import accept_without_inspection
from med_trace.receiving.stock_lines import is_traced

COLUMNS: dict[str, tuple[str, str]] = {
    "lot": ("Lot", "Its number. A batch of this number and item becomes the batch of the lot."),
    "item_code": ("Item", "By its code. It has batches or serial numbers and is traced."),
    "quantity": ("Quantity", "What is on the shelf, in the item's unit. May be empty beside serial numbers."),
    "uom": ("UoM", "The item's unit, as a check. May be empty."),
    "serials": ("Serial Numbers", "Of all its pieces, divided by spaces. Empty for a lot without."),
    "location": ("Location", "The warehouse in which it is, by its name."),
    "supplier": ("Supplier", "By its name."),
    "supplier_lot": ("Supplier Lot", "The supplier's own number."),
    "heat_no": ("Heat Number", "Of metal."),
    "material_grade": ("Material Grade", "Such as ASTM F136."),
    "certificate_no": ("Certificate Number", "Of the certificate that came with it."),
    "manufacturing_date": ("Manufacturing Date", "2026-01-31"),
    "expiry_date": ("Expiry Date", "2026-01-31"),
    "time": ("Time", "Since when it is here: 2026-01-31 13:45. Empty: now."),
    "reason": ("Reason", "A remark of your own, such as the count sheet."),
}
_FIELDS = ("supplier", "supplier_lot", "heat_no", "material_grade", "certificate_no")
_DATES = ("manufacturing_date", "expiry_date")
_NAMES_A = {"supplier": "Supplier", "location": "Warehouse"}
_BETWEEN = re.compile(r"[\s,;]+")
_LONGEST = 140


def judge(table: Table) -> Judged:
    """What becomes of each row; nothing is written."""
    answers = [Answer(line) for line in table.lines]
    known = _Known(table)
    rows = []
    for answer in answers:
        try:
            rows.append(known.row(answer.line))
        except TraceError as error:
            answer.why = said(error, COLUMNS)
    return Judged(answers, lambda entry: _receive(rows, entry))


class _Known:
    """What the rows before have said, beside what the database has."""

    def __init__(self, table: Table) -> None:
        self.missing = missing_role(EventType.RECEIVED)
        self.delimiter = table.delimiter
        self.lots: dict[str, int] = {}
        self.serials: set[tuple[str, str]] = set()

    def row(self, line: Line) -> dict[str, Any]:
        """The row as it is received; raises what is wrong with it."""
        if self.missing:
            raise BadInput("{0}", self.missing)
        given = line.values
        for column in ("lot", "item_code"):
            if column not in given:
                raise BadInput("{0}: a value is required.", column, field=column)
        for column, value in given.items():
            if len(value) > _LONGEST and column not in ("serials", "reason"):
                raise BadInput("{0}: {1} characters; expected at most 140.", column, len(value), field=column)
        self._require_new(line)
        item = self._item(given)
        serials = self._serials(line)
        quantity = as_number(point_decimal(given.get("quantity", ""), self.delimiter), "quantity")
        if serials and quantity not in (0, len(serials)):
            raise BadInput("{0} serial numbers are given for a quantity of {1}.", len(serials), quantity)
        if not serials and quantity <= 0:
            raise BadInput("quantity is {0}; expected a number above zero.", quantity, field="quantity")
        dates = {column: _day(given.get(column), column) for column in _DATES}
        made, expires = dates.values()
        if made and expires and expires < made:
            raise BadInput("expiry_date: {0} lies before the manufacturing date {1}.", expires, made)
        for column, doctype in _NAMES_A.items():
            if column in given and not frappe.db.exists(doctype, given[column]):
                raise BadInput("{0}: {1} {2!r} does not exist.", column, doctype, given[column], field=column)
        return {
            "fields": {
                "lot_no": given["lot"],
                "item_code": item,
                "batch": _batch(given["lot"], item),
                **{column: given.get(column) for column in _FIELDS},
                **dates,
            },
            "serials": serials,
            "quantity": quantity,
            "time": as_moment(given.get("time"), "time"),
            "location": given.get("location"),
            "reason": given.get("reason"),
        }

    def _require_new(self, line: Line) -> None:
        lot = line.values["lot"]
        before = self.lots.setdefault(lot.casefold(), line.number)
        if before != line.number:
            raise BadInput("lot: {0} stands in row {1} already.", lot, before, field="lot")
        if frappe.db.exists("Material Lot", lot):
            raise BadInput(
                "lot: {0} is there already. Opening stock only brings lots that are not; record an event instead.",
                lot,
                field="lot",
            )

    def _item(self, given: dict[str, str]) -> str:
        item = frappe.db.get_value(
            "Item", given["item_code"], ["name", "stock_uom", "disabled"], as_dict=True
        )
        if not item:
            raise NotFound("Item {0} does not exist.", given["item_code"])
        if item.disabled or not is_traced(item.name):
            raise BadInput("item_code: {0} is disabled, or is not traced.", item.name, field="item_code")
        if given.get("uom", item.stock_uom) != item.stock_uom:
            raise BadInput(
                "{0}: {1} is given, item {2} says {3}. Leave it empty, or correct the item.",
                *("uom", given["uom"], item.name, item.stock_uom),
                field="uom",
            )
        return str(item.name)

    def _serials(self, line: Line) -> list[str]:
        """Each once in the file and new to its item."""
        item = line.values["item_code"]
        serials = [serial for serial in _BETWEEN.split(line.values.get("serials", "")) if serial]
        for serial in serials:
            key = (item.casefold(), serial.casefold())
            if key in self.serials:
                raise BadInput("serials: {0} is named twice.", serial, field="serials")
            self.serials.add(key)
        known = {"item_code": item, "serial_no": ["in", serials]}
        found = serials and frappe.get_all("Serial Unit", known, ["serial_no", "lot"], limit=1)
        if found:
            raise BadInput(
                "serials: {0} of item {1} exists in lot {2}; a serial number is used once.",
                *(found[0].serial_no, item, found[0].lot),
                field="serials",
            )
        return serials


def _day(text: str | None, column: str) -> date | None:
    moment = as_moment(text, column)
    return getdate(moment) if moment else None


def _batch(lot: str, item: str) -> str | None:
    """ERPNext's batch of this number; it may belong to another item, and then the lot's number is taken."""
    of = frappe.db.get_value("Batch", lot, "item")
    if of and of != item:
        raise BadInput("batch: {0} is a batch of {1}, not of {2}.", lot, of, item, field="lot")
    return lot if of else None


def _receive(rows: list[dict[str, Any]], entry: str) -> dict[str, Any]:
    drafts = [_draft(row) for row in rows]
    events = service.record_many(drafts)
    lots = [row["fields"]["lot_no"] for row in rows]
    accept_without_inspection(lots, ("Device Entry", entry))
    return {"events": events, "lots": lots}


def _draft(row: dict[str, Any]) -> EventDraft:
    lot = service.create_lot(**row["fields"]).name
    units = service.create_units(lot, row["serials"]) if row["serials"] else []
    received = [Row(Action.RECEIVE, lot, serial_unit=unit) for unit in units]
    return EventDraft(
        EventType.RECEIVED,
        tuple(received or [Row(Action.RECEIVE, lot, row["quantity"])]),
        time=row["time"],
        location=row["location"],
        supplier=row["fields"]["supplier"],
        reason=row["reason"],
    )


# Each lot is a document of its own: slower than an event.
SHEET = Sheet(COLUMNS, ("lot", "item_code"), 2_000, judge)
