"""What the label of a lot, a unit or a container says, read from the site. `label_picture.py` draws it."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate, now_datetime
from med_trace.distribution.label_picture import LabelData
from med_trace.distribution.layouts import drawn_as, layout_for, lines_of
from med_trace.domain.errors import BadInput, NotFound
from med_trace.domain.gs1 import Gs1Data
from med_trace.ledger.shown import shown

LABELLED = ("Material Lot", "Serial Unit")
LOT_FIELDS = [
    *("item_code", "item_name", "kind", "gtin", "manufacturing_date", "expiry_date"),
    *("material_grade", "supplier_lot", "storage_conditions"),
]


@shown()
def label_of(doctype: str, name: str) -> LabelData:
    """The label of a Material Lot or Serial Unit. An item without GTIN gets its plain number coded.

    Raises Gs1Error when GTIN, lot or serial number break GS1's rules.
    """
    if doctype not in LABELLED:
        raise BadInput(
            "doctype {0}: expected one of {1}.", repr(doctype), ", ".join(LABELLED), field="doctype"
        )
    unit = _unit(name) if doctype == "Serial Unit" else None
    lot = unit.lot if unit else name
    facts = frappe.db.get_value("Material Lot", lot, LOT_FIELDS, as_dict=True)
    if not facts:
        raise NotFound("{0} {1} does not exist.", doctype, name)
    gtin = (unit and unit.gtin) or facts.gtin or frappe.get_cached_value("Item", facts.item_code, "mt_gtin")
    return _label(facts, gtin or "", lot, unit.serial_no if unit else "", name)


@shown()
def label_of_container(sscc: str) -> LabelData:
    """The label of a case or pallet."""
    code = Gs1Data.of(now_datetime().date(), sscc=sscc)
    return LabelData("", (("SSCC", sscc),), code, sscc, _host())


def _unit(name: str) -> Any:
    unit = frappe.db.get_value("Serial Unit", name, ["lot", "serial_no", "gtin"], as_dict=True)
    if not unit:
        raise NotFound("Serial Unit {0} does not exist.", name)
    return unit


def _label(facts: Any, gtin: str, lot: str, serial: str, name: str) -> LabelData:
    produced, expiry = _day(facts.manufacturing_date), _day(facts.expiry_date)
    code = None
    if gtin:
        code = Gs1Data.of(
            now_datetime().date(), gtin=gtin, lot=lot, serial=serial, expiry=expiry, produced=produced
        )
    values = {
        "REF": facts.item_code,
        "GTIN": gtin.zfill(14) if gtin else "",
        "LOT": lot,
        "SN": serial,
        "MFG": produced.isoformat() if produced else "",
        "EXP": expiry.isoformat() if expiry else "",
        "Grade": facts.material_grade or "",
        "Supplier Lot": facts.supplier_lot or "",
        "Storage": facts.storage_conditions or "",
    }
    layout = layout_for(facts.kind)
    title = facts.item_name or facts.item_code
    return LabelData(title, lines_of(layout, values), code, name, _host(), drawn_as(layout))


def sample_label(layout: Any) -> LabelData:
    """A label of no lot, to look at a layout that is being made."""
    code = Gs1Data.of(
        now_datetime().date(),
        gtin="09521234001010",
        lot="LOT-0001",
        serial="SN-0001",
        expiry=date(2030, 12, 31),
        produced=date(2026, 1, 31),
    )
    values = {
        "REF": "ITEM-0001",
        "GTIN": "09521234001010",
        "LOT": "LOT-0001",
        "SN": "SN-0001",
        "MFG": "2026-01-31",
        "EXP": "2030-12-31",
        "Grade": "Ti-6Al-4V ELI",
        "Supplier Lot": "H817-2",
        "Storage": "2-8 °C",
    }
    lines = lines_of(layout, values)
    return LabelData("Pedicle screw 6.5 x 40 mm", lines, code, "LOT-0001", _host(), drawn_as(layout))


def _day(value: Any) -> date | None:
    return getdate(value) if value else None


def _host() -> str:
    return frappe.db.get_single_value("Trace Settings", "digital_link_host") or "https://id.example.com"
