"""Creates lots and serial units. What happens to them afterwards is recorded, never set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain.errors import BadInput, NotFound
from med_trace.ledger.audit.capture import created_past_documents
from med_trace.ledger.shown import shown
from med_trace.ledger.tables import NAMES_PER_QUERY, chunks, insert_rows
from med_trace.ledger.write import STANDARD

UNIT_FIELDS = (
    "unit_id",
    "serial_no",
    "item_code",
    "lot",
    "gtin",
    "state",
    "whereabouts",
)


@shown()
def create_lot(**fields: Any) -> Document:
    """A new Material Lot without events. Kind, unit and GTIN come from the item where they are not given."""
    lot = frappe.get_doc({"doctype": "Material Lot", **fields})
    # The document that receives or makes the lot was permitted; its user need not be a lot's author.
    return lot.insert(ignore_permissions=True)


@shown()
def ensure_lot(batch_no: str, item_code: str, **fields: Any) -> str:
    """The lot of an ERPNext batch, created when there is none; its lot number is the batch's.

    Of an existing lot only empty fields are filled. Raises BadInput when the lot is of another item.
    """
    found = frappe.db.get_value("Material Lot", {"batch": batch_no}) or frappe.db.exists(
        "Material Lot", batch_no
    )
    if not found:
        batch = batch_no if frappe.db.exists("Batch", batch_no) else None
        return create_lot(lot_no=batch_no, item_code=item_code, **{"batch": batch, **fields}).name
    lot = frappe.get_doc("Material Lot", found)
    if lot.item_code != item_code:
        raise BadInput(
            "batch_no: lot {0} is of item {1}, not of {2}.",
            lot.name,
            lot.item_code,
            item_code,
            field="batch_no",
        )
    missing = {field: value for field, value in fields.items() if value and not lot.get(field)}
    if missing:
        lot.update(missing)
        lot.save(ignore_permissions=True)  # as create_lot
    return lot.name


@shown()
def create_units(lot: str, serials: Sequence[str], **fields: Any) -> list[str]:
    """The serial units of a lot, in the order of `serials`; those that exist in it are taken as they are.

    A unit is called by its serial number where that is free, else by item and serial number. Raises
    BadInput for an empty or repeated serial, and for one that the item has in another lot.
    """
    home = frappe.db.get_value("Material Lot", lot, ["name", "item_code", "gtin"], as_dict=True)
    if not home:
        raise NotFound("Lot {0} does not exist.", lot)
    serials = [_checked_serial(serial) for serial in serials]
    _require_each_once(serials)
    existing = _units_by_serial(home, serials)
    fresh = [serial for serial in serials if serial.casefold() not in existing]
    names = {
        serial: _unit_name(serial, home.item_code, taken) for taken in [_taken(fresh)] for serial in fresh
    }
    _insert_units(home, names, fields)
    return [existing.get(serial.casefold()) or names[serial] for serial in serials]


def _require_each_once(serials: Sequence[str]) -> None:
    seen: set[str] = set()
    for serial in serials:
        if serial.casefold() in seen:
            raise BadInput("serials: {0} is named twice.", serial, field="serials")
        seen.add(serial.casefold())


def _checked_serial(serial: str) -> str:
    serial = str(serial or "").strip()
    if not serial or len(serial) > 100 or any(c in serial for c in "<>\n\r\t"):
        raise BadInput(
            "serials: {0!r} is not a serial number; expected 1 to 100 characters.", serial, field="serials"
        )
    return serial


def _units_by_serial(home: dict, serials: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in chunks(serials, NAMES_PER_QUERY):
        query = "select name, serial_no, lot from `tabSerial Unit` where item_code = %s and serial_no in %s"
        for name, serial, lot in frappe.db.sql(query, (home.item_code, tuple(chunk))):
            if lot.casefold() != home.name.casefold():
                raise BadInput(
                    "serials: {0} of item {1} exists in lot {2}; a serial number is used once.",
                    *(serial, home.item_code, lot),
                    field="serials",
                )
            found[serial.casefold()] = name
    return found


def _taken(names: Iterable[str]) -> set[str]:
    taken: set[str] = set()
    for chunk in chunks(names, NAMES_PER_QUERY):
        rows = frappe.db.sql("select name from `tabSerial Unit` where name in %s", (tuple(chunk),))
        taken.update(name.casefold() for (name,) in rows)
    return taken


def _unit_name(serial: str, item_code: str, taken: set[str]) -> str:
    return f"{item_code}-{serial}" if serial.casefold() in taken else serial


def _insert_units(home: dict, names: dict[str, str], fields: dict[str, Any]) -> None:
    if not names:
        return
    now, user = now_datetime(), frappe.session.user
    columns = (*STANDARD, *UNIT_FIELDS, *(name for name in fields if name not in UNIT_FIELDS))
    rows = []
    for serial, name in names.items():
        values = {
            "unit_id": name,
            "serial_no": serial,
            "item_code": home.item_code,
            "lot": home.name,
            "gtin": home.gtin,
            "state": "",
            "whereabouts": "",
            **fields,
        }
        rows.append(
            (name, now, now, user, user, 0, 0, *(values[column] for column in columns[len(STANDARD) :]))
        )
    insert_rows("Serial Unit", columns, rows)
    created_past_documents("Serial Unit", list(names.values()))
