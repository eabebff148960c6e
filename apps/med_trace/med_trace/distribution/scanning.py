"""Finds the record that a scanned code means, and what may be done with it. Reads only.

A code that says itself that it is GS1 data is read as such; any other is first looked up as one of our own
or a supplier's numbers, and read as GS1 only when nothing has that number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime
from med_trace.distribution.allowed import actions_for_container, actions_for_lot, actions_for_unit
from med_trace.distribution.packing import containers_of, contents
from med_trace.domain import gs1
from med_trace.domain.errors import BadInput, NotFound, TraceError
from med_trace.domain.gs1 import Gs1Data, Gs1Error
from med_trace.domain.gs1.code import is_marked
from med_trace.domain.gs1.element_string import GS, SYMBOLOGIES
from med_trace.ledger.openness import closed

LONGEST = 2000
LIMITED = ("Material Lot", "Serial Unit")  # may be closed to a user by a User Permission
LOT_FIELDS = [
    *("name", "item_code", "item_name", "kind", "state", "gtin", "expiry_date"),
    *("batch", "uom", "on_hand", "blocked"),
]
UNIT_FIELDS = ["name", "item_code", "lot", "state", "gtin", "whereabouts", "consignee", "serial_no"]


class WrongCode(TraceError):
    """The parts of one code belong to different records."""

    http_status_code = 409
    title = "The code contradicts the record"


@dataclass(frozen=True)
class Match:
    """A record, and by which of its numbers it was found."""

    doctype: str
    name: str
    matched: str


def resolve_code(code: str) -> dict[str, Any]:
    """See `api.scan.resolve`."""
    return _open(_resolved(code))


def lot_and_unit(code: str) -> tuple[str, str | None]:
    """The lot and the unit that a scanned code means. Raises BadInput for what is neither, and as `resolve_code`."""
    found = resolve_code(code)
    if found["doctype"] == "Serial Unit":
        return found["lot"], found["name"]
    if found["doctype"] == "Material Lot":
        return found["name"], None
    if found["candidates"]:
        names = ", ".join(one["name"] for one in found["candidates"])
        raise BadInput("code: {0} could be {1}. Scan or type one of these.", code, names, field="code")
    raise BadInput("code: {0} is no lot and no unit; scan the label of the material.", code, field="code")


def sscc_of(code: str) -> str:
    """The container that a scanned code names: an SSCC as such, or as GS1 data; else the code as it is."""
    text = code.strip()
    if not is_marked(text) and not (len(text) == 20 and text.isdigit() and text.startswith("00")):
        return text
    return gs1.read(text, _today()).sscc or text


def _resolved(code: str) -> dict[str, Any]:
    code = str(code or "").strip(" \t\r\n")
    if not code or len(code) > LONGEST:
        raise BadInput("code is empty or too long; scan or type 1 to {0} characters.", LONGEST, field="code")
    strange = [char for char in code if not char.isprintable() and char != GS]
    if strange:
        raise BadInput("code holds the character {0}, which no code can.", hex(ord(strange[0])), field="code")
    if code.startswith("]") and not code.startswith(SYMBOLOGIES):
        code = code[3:]  # another symbology: what follows is a plain code or a web address
    if is_marked(code):
        return _of_gs1(gs1.read(code, _today()))
    return _of_matches(list(_plain_matches(code))) or _of_unmarked(code)


def _today() -> date:
    return now_datetime().date()


def _open(found: dict[str, Any]) -> dict[str, Any]:
    """What of it this user may read. Raises PermissionError where that is nothing, says where it is not all."""
    if found["doctype"] in LIMITED:
        frappe.has_permission(found["doctype"], doc=found["name"], throw=True)
    lots = [one["lot"] for one in found["contents"]]
    hidden = {"Material Lot": closed("Material Lot", lots)} if lots else {}
    contents_shown = [one for one in found["contents"] if one["lot"] not in hidden["Material Lot"]]
    for doctype in LIMITED if found["candidates"] else ():
        names = [one["name"] for one in found["candidates"] if one["doctype"] == doctype]
        hidden[doctype] = closed(doctype, names)
    candidates = [one for one in found["candidates"] if one["name"] not in hidden.get(one["doctype"], ())]
    left_out = len(lots) - len(contents_shown) + len(found["candidates"]) - len(candidates)
    warnings = [_("{0} more are not open to you.").format(left_out)] if left_out else []
    shown = {"contents": contents_shown, "candidates": candidates}
    return found | shown | {"warnings": found["warnings"] + warnings}


# -- plain codes: the first kind of number that has a match decides


def _plain_matches(code: str) -> Iterator[Match]:
    for doctype, field, matched in (
        ("Material Lot", "name", "Lot"),
        ("Serial Unit", "name", "Serial"),
        ("Serial Unit", "serial_no", "Serial"),
        ("Material Lot", "batch", "Batch"),
        ("Material Lot", "supplier_lot", "Supplier Lot"),
        ("Material Lot", "heat_no", "Heat Number"),
    ):
        for name in frappe.get_all(doctype, filters={field: code}, pluck="name", order_by="name asc"):
            yield Match(doctype, name, matched)


OWN = ("Lot", "Serial")


def _of_matches(matches: list[Match]) -> dict[str, Any] | None:
    """The one record; our own numbers go before a supplier's. Several: the candidates."""
    if not matches:
        return None
    own = {(one.doctype, one.name): one for one in matches if one.matched in OWN}
    found = own or {(one.doctype, one.name): one for one in reversed(matches)}
    if len(found) == 1:
        (match,) = found.values()
        return _record(match)
    return _answer(
        candidates=[_candidate(match) for match in sorted(found.values(), key=lambda one: one.name)]
    )


def _candidate(match: Match) -> dict[str, Any]:
    record = _record(match)
    kept = ("doctype", "name", "kind", "item", "item_name", "state", "lot", "matched")
    return {key: record[key] for key in kept}


# -- GS1


def _of_unmarked(code: str) -> dict[str, Any]:
    if code.isdigit() and len(code) in (8, 12, 13, 14) and gs1.is_valid_key(code):
        return _of_gs1(Gs1Data.of(_today(), gtin=code))
    if len(code) == 18 and gs1.is_valid_key(code):
        return _of_gs1(Gs1Data.of(_today(), sscc=code))
    if not re.match(r"(00|01|02)\d{12}|8006\d{14}", code):
        raise _unknown(code)
    found = [record for record in map(_try, gs1.readings(code, _today())) if record]
    if found:
        return found[0] if len(_names(found)) == 1 else _answer(candidates=[_short(one) for one in found])
    return _of_gs1(gs1.read(code, _today()))


def _names(records: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(record["doctype"], record["name"]) for record in records}


def _short(record: dict[str, Any]) -> dict[str, Any]:
    kept = ("doctype", "name", "kind", "item", "item_name", "state", "lot", "matched")
    return {key: record[key] for key in kept}


def _try(data: Gs1Data) -> dict[str, Any] | None:
    """What one reading of a code without separators means; only readings that use all of it count."""
    try:
        return _of_gs1(data)
    except (NotFound, WrongCode, Gs1Error):
        return None


def _of_gs1(data: Gs1Data) -> dict[str, Any]:
    if data.sscc:
        return _container(data)
    if not data.gtin:
        raise NotFound("The code {0} names no product (01) and no container (00).", data.human_readable())
    item = frappe.db.get_value("Item", {"mt_gtin": data.gtin})
    if data.serial:
        return _with_gs1(_record(unit_match(data, item)), data)
    if data.lot:
        return _with_gs1(_record(lot_match(data, item)), data)
    if not item:
        raise NotFound("No item has GTIN {0}.", data.gtin)
    return _with_gs1(_record(Match("Item", item, "GTIN")), data)


def unit_match(data: Gs1Data, item: str | None) -> Match:
    units = frappe.get_all("Serial Unit", filters={"serial_no": data.serial}, fields=UNIT_FIELDS)
    fitting = [unit for unit in units if unit.gtin == data.gtin or (item and unit.item_code == item)]
    if not fitting:
        raise NotFound("No unit has serial number {0} and GTIN {1}.", data.serial, data.gtin)
    unit = fitting[0]
    if data.lot and unit.lot.casefold() != data.lot.casefold():
        raise WrongCode(
            "The code says lot {0}, but unit {1} belongs to lot {2}.", data.lot, unit.name, unit.lot
        )
    return Match("Serial Unit", unit.name, "Serial")


def lot_match(data: Gs1Data, item: str | None) -> Match:
    lot = frappe.db.get_value("Material Lot", data.lot, LOT_FIELDS, as_dict=True)
    if not lot:
        raise NotFound("No lot has number {0} (GTIN {1}).", data.lot, data.gtin)
    if lot.gtin != data.gtin and not (item and lot.item_code == item):
        raise WrongCode(
            "The code says GTIN {0}, but lot {1} is of item {2} with GTIN {3}.",
            *(data.gtin, lot.name, lot.item_code, lot.gtin or "-"),
        )
    return Match("Material Lot", lot.name, "Lot")


def _container(data: Gs1Data) -> dict[str, Any]:
    held = contents(data.sscc or "")
    if not held and not frappe.db.exists("Trace Event", {"container": data.sscc}):
        raise NotFound("Container {0} is empty or unknown.", data.sscc)
    answer = _answer(
        name=data.sscc, kind="Container", matched="SSCC", contents=held, actions=actions_for_container()
    )
    warnings = [] if held else [_("It is empty.")]
    return answer | {"gs1": _fields(data), "warnings": warnings}


def _with_gs1(record: dict[str, Any], data: Gs1Data) -> dict[str, Any]:
    lot = record["lot"] or (record["name"] if record["doctype"] == "Material Lot" else None)
    expiry = frappe.db.get_value("Material Lot", lot, "expiry_date") if lot else None
    warnings = []
    if data.expiry and expiry and getdate(expiry) != data.expiry:
        warnings.append(_("The code says expiry {0}, the record {1}.").format(data.expiry, getdate(expiry)))
    return record | {"gs1": _fields(data), "warnings": warnings}


def _fields(data: Gs1Data) -> dict[str, Any]:
    return {
        "gtin": data.gtin,
        "lot": data.lot,
        "serial": data.serial,
        "expiry": data.expiry.isoformat() if data.expiry else None,
        "produced": data.produced.isoformat() if data.produced else None,
        "sscc": data.sscc,
        "fields": dict(data.fields),
    }


def _unknown(code: str) -> NotFound:
    return NotFound(
        "{0} is no lot, serial number, supplier lot, heat number, batch or GS1 code known here.", code[:140]
    )


# -- records


def _record(match: Match) -> dict[str, Any]:
    describe = {"Material Lot": _lot, "Serial Unit": _unit, "Item": _item}[match.doctype]
    return describe(match)


def _lot(match: Match) -> dict[str, Any]:
    lot = frappe.db.get_value("Material Lot", match.name, LOT_FIELDS, as_dict=True)
    return _answer(
        **asdict(match),
        kind=lot.kind,
        item=lot.item_code,
        item_name=lot.item_name,
        state=lot.state,
        batch=lot.batch,
        uom=lot.uom,
        free=(lot.on_hand or 0) - (lot.blocked or 0),
        actions=actions_for_lot(match.name),
    )


def _unit(match: Match) -> dict[str, Any]:
    unit = frappe.db.get_value("Serial Unit", match.name, UNIT_FIELDS, as_dict=True)
    lot = frappe.db.get_value("Material Lot", unit.lot, LOT_FIELDS, as_dict=True)
    return _answer(
        **asdict(match),
        kind=lot.kind,
        item=unit.item_code,
        item_name=lot.item_name,
        state=unit.state or lot.state,
        lot=unit.lot,
        whereabouts=unit.whereabouts,
        consignee=unit.consignee,
        batch=lot.batch or frappe.db.get_value("Serial No", unit.serial_no, "batch_no"),
        uom=lot.uom,
        serial_no=unit.serial_no,
        container=containers_of([unit.name]).get(unit.name),
        actions=actions_for_unit(match.name, unit.lot),
    )


def _item(match: Match) -> dict[str, Any]:
    item = frappe.db.get_value("Item", match.name, ["item_name", "mt_kind"], as_dict=True)
    return _answer(**asdict(match), kind=item.mt_kind, item=match.name, item_name=item.item_name)


def _answer(**known: Any) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(
        ("doctype", "name", "kind", "item", "item_name", "state", "lot", "whereabouts", "consignee")
    ) | dict.fromkeys(("container", "batch", "serial_no", "free", "uom"))
    lists: dict[str, Any] = {"actions": [], "candidates": [], "contents": [], "warnings": []}
    return empty | {"gs1": None, "matched": None} | lists | known
