"""Lots are split, merged, relabelled, sampled, scrapped and sent back, each with its genealogy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from med_trace.domain.errors import BadInput, NotFound
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger.service import create_lot, record
from med_trace.ledger.shown import shown
from med_trace.receiving.stock_lines import to_decimal
from med_trace.receiving.units import require_named, units_of

# What a part inherits from the lot that it was taken from.
_INHERITED = (
    "item_code kind uom supplier supplier_lot heat_no certificate_no certificate certificate_required "
    "certificate_withdrawn material_grade manufacturing_date received_date expiry_date storage_conditions "
    "drying_conditions gtin work_order routing warehouse release_signatures"
).split()

# Of several sources it is theirs only when they are at one.
_AGREED = ("supplier", "supplier_lot", "heat_no", "certificate_no", "certificate", "material_grade")


@shown()
def split_lot(
    lot: str,
    parts: Mapping[str, Any] | Sequence[Any],
    reason: str | None = None,
    time: datetime | None = None,
) -> list[str]:
    """Take parts out of a lot; the rest stays. Returns the new lots, in order.

    `parts` is {new lot number: share}, or shares alone (numbers are given by series). A share is a quantity,
    or a list of serial numbers where the pieces have them.
    """
    pairs = pairs_of(parts)
    shares = [share_of(lot, part) for _number, part in pairs]
    new = [_part_of([lot], number) for number, _part in pairs]
    rows = [row for share in shares for row in _rows(Action.SPLIT_FROM, lot, share)]
    for part, share in zip(new, shares, strict=True):
        rows += _rows(Action.SPLIT_INTO, part, share)
    record(EventDraft(EventType.SPLIT, tuple(rows), time=time, reason=reason))
    return new


@shown()
def merge_lots(
    lots: Mapping[str, Any], into: str | None = None, reason: str | None = None, time: datetime | None = None
) -> str:
    """Put shares of several lots ({lot: quantity or serial numbers}) of one item into one new lot; returns it."""
    if len(lots) < 2:
        raise BadInput("A merge needs at least two lots.", field="lots")
    require_same_item(list(lots))
    shares = {lot: share_of(lot, part) for lot, part in lots.items()}
    target = _part_of(list(lots), into)
    rows = [row for lot, share in shares.items() for row in _rows(Action.MERGE_FROM, lot, share)]
    for share in shares.values():
        rows += _rows(Action.MERGE_INTO, target, share)
    record(EventDraft(EventType.MERGED, tuple(rows), time=time, reason=reason))
    return target


@shown()
def relabel_lot(lot: str, new_number: str, reason: str, time: datetime | None = None) -> str:
    """Give what is on hand of a lot a new identifier, linked to the old one; returns the new lot."""
    if not (reason or "").strip():
        raise BadInput("A relabelling needs a reason.", field="reason")
    quantity = to_decimal(_read(lot, ["on_hand"]).on_hand)
    if frappe.db.exists("Serial Unit", {"lot": lot}):
        raise BadInput(
            "Lot {0} consists of numbered pieces. Split them into a lot with the new number instead.",
            lot,
            field="lot",
        )
    target = _part_of([lot], new_number)
    rows = (Row(Action.RELABEL_FROM, lot, quantity), Row(Action.RELABEL_INTO, target, quantity))
    record(EventDraft(EventType.RELABELLED, rows, time=time, reason=reason))
    return target


@shown()
def scrap(lot: str, quantity: Any, reason: str, unit: str | None = None) -> str:
    """Destroy a quantity (or one unit) of a lot; returns the event."""
    return _remove(EventType.SCRAPPED, Action.SCRAP, lot, quantity, reason, unit)


@shown()
def sample(lot: str, quantity: Any, reason: str, unit: str | None = None) -> str:
    """Take a quantity (or one unit) of a lot for testing that destroys it; returns the event."""
    return _remove(EventType.SAMPLED, Action.SAMPLE, lot, quantity, reason, unit)


@shown()
def send_back(lot: str, quantity: Any, reason: str, unit: str | None = None) -> str:
    """Return a quantity (or one unit) of a lot to its supplier; returns the event."""
    supplier = _read(lot, ["supplier"]).supplier
    if not supplier:
        raise BadInput("Lot {0} has no supplier to return it to.", lot, field="lot")
    kind, action = EventType.RETURNED_TO_SUPPLIER, Action.RETURN_TO_SUPPLIER
    return _remove(kind, action, lot, quantity, reason, unit, supplier)


def _remove(
    kind: EventType,
    action: Action,
    lot: str,
    quantity: Any,
    reason: str,
    unit: str | None,
    supplier: str | None = None,
) -> str:
    row = Row(action, lot, positive(quantity), serial_unit=unit)
    require_named(lot, Decimal(0) if unit else row.quantity)
    return record(EventDraft(kind, (row,), supplier=supplier, reason=reason))


def pairs_of(parts: Mapping[str, Any] | Sequence[Any]) -> list[tuple[str | None, Any]]:
    """The number, where it is given, and the share of each part."""
    pairs = list(parts.items()) if isinstance(parts, Mapping) else [(None, part) for part in parts]
    if not pairs:
        raise BadInput("Name at least one part.", field="parts")
    return pairs


def share_of(lot: str, given: Any) -> tuple[Decimal, list[str]]:
    """A share of a lot as a quantity and the units in it."""
    if isinstance(given, (list, tuple)):
        return Decimal(len(given)), units_of(lot, [str(serial) for serial in given])
    quantity = positive(given)
    require_named(lot, quantity)
    return quantity, []


def _rows(action: Action, lot: str, share: tuple[Decimal, list[str]]) -> list[Row]:
    quantity, units = share
    if not units:
        return [Row(action, lot, quantity)]
    return [Row(action, lot, Decimal(1), serial_unit=unit) for unit in units]


def positive(quantity: Any) -> Decimal:
    try:
        amount = to_decimal(quantity)
    except ArithmeticError:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise BadInput("{0} is not a quantity above zero.", quantity, field="quantity")
    return amount


def _read(lot: str, fields: list[str]) -> Any:
    found = frappe.db.get_value("Material Lot", lot, fields, as_dict=True)
    if not found:
        raise NotFound("Lot {0} does not exist.", lot)
    return found


def part_fields(sources: Sequence[str]) -> dict[str, Any]:
    """What a new lot takes over from the lots that it comes from: of several what they agree on, and the limits."""
    origin = min(sources, key=_expiry)
    fields = {**_read(origin, _INHERITED), "parent_lot": origin}
    for other in sources:
        stored = _read(other, _INHERITED)
        for field in _AGREED:
            if stored[field] != fields[field]:
                fields[field] = None
        fields["certificate_withdrawn"] = fields["certificate_withdrawn"] or stored["certificate_withdrawn"]
    return fields


def _part_of(sources: Sequence[str], number: str | None) -> str:
    numbered = {"lot_no": number} if number else {}
    return create_lot(**part_fields(sources), **numbered).name


def _expiry(lot: str) -> str:
    """Sorts lots so that the one that expires first comes first."""
    return str(_read(lot, ["expiry_date"]).expiry_date or "9999-12-31")


def require_same_item(lots: Sequence[str]) -> None:
    items = {_read(lot, ["item_code"]).item_code for lot in lots}
    if len(items) > 1:
        raise BadInput(
            "Only lots of one item can be merged; these are {0}.", ", ".join(sorted(items)), field="lots"
        )
