"""Builds the scope of a recall: which lots and units, where they are now, who received them. Reads only.

`scope` answers twice: everything made from the lots concerned (whole lot), and beside it the part that the
cause could be in (slice). Both are computed from the ledger up to one position, so that the same answer can be
had again later (`until`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from frappe import _
from med_trace.domain import genealogy
from med_trace.domain.balance import gaps_of_totals
from med_trace.domain.canonical import digest
from med_trace.domain.event import Action
from med_trace.domain.scope import LOT_CRITERIA, Criterion, Portion, RecordedRow, Slice, cause_slice
from med_trace.ledger.append_only import position
from med_trace.ledger.fetch import fetch, fetch_named
from med_trace.ledger.index import ledger_index
from med_trace.ledger.links import children_of
from med_trace.ledger.openness import require_open
from med_trace.ledger.read import quantity_of
from med_trace.ledger.rows import rows_matching, rows_of_events, rows_of_lots
from med_trace.ledger.shown import translated
from med_trace.ledger.totals import Totals, totals_of
from med_trace.recall.seeds import seed_rows, unknown

# Up to here a walk asks the database generation by generation; beyond, the arrays in memory answer.
SMALL = 2_000

_LOT_FIELDS = "item_code item_name kind state uom supplier supplier_lot heat_no warehouse".split()
_UNIT_FIELDS = "name serial_no lot state whereabouts consignee cavity tool".split()
_EVENT_FIELDS = "consignee consignee_name consignee_address source_name".split()
_MOVED = (Action.SHIP.value, Action.RETURN.value)


def scope(criteria: Sequence[Criterion], until: int | None = None) -> dict[str, Any]:
    """The scope of `criteria` as of ledger position `until` (none: now). See `api.recall.scope`."""
    until = position() if until is None else until
    seeds = seed_rows(criteria, until)
    roots = sorted({row.lot for row in seeds})
    lots = reached_lots(roots, until)
    require_open("Material Lot", lots)  # a scope with parts left out is none
    moved = rows_matching({"lot": lots, "action": _MOVED}, until=until)
    whole = _described(lots, moved, until)
    part = _described_slice(_slice_of(criteria, seeds, until), moved, whole)
    answer = {
        "criteria": [_shown_criterion(one) for one in criteria],
        "position": until,
        "roots": roots,
        **whole,
        "gaps": [_not_found(one) for one in unknown(criteria)] + whole["gaps"],
        "slice": part,
        "saved": _saved(whole, part),
        "complete": True,
    }
    return answer | {"digest": digest(_digested(answer))}


def reached_lots(roots: Sequence[str], until: int | None = None) -> list[str]:
    """Every lot that something of `roots` went into, themselves included; none is left out."""
    try:
        return genealogy.forward(roots, _children_while_small(until)).lots
    except _Large:
        if ledger_index.is_usable() and (until is None or until == position()):
            return ledger_index.get_index().forward(roots).names()
        return genealogy.forward(roots, partial(children_of, until=until)).lots


class _Large(Exception):
    """The walk has outgrown what is asked of the database generation by generation."""


def _children_while_small(until: int | None) -> genealogy.Neighbours:
    asked = 0

    def children(lots: Sequence[str]) -> Iterable[genealogy.Link]:
        nonlocal asked
        asked += len(lots)
        if asked > SMALL:
            raise _Large
        return children_of(lots, until=until)

    return children


# -- what the lots are and where they are


def _described(lots: Sequence[str], moved: Sequence[RecordedRow], until: int) -> dict[str, Any]:
    totals = totals_of(lots, until)
    facts = fetch_named("Material Lot", lots, _LOT_FIELDS)
    shown = [_shown_lot(facts[lot], totals[lot]) for lot in sorted(facts)]
    consignees = _consignees(moved)
    return {
        "lots": shown,
        "units": _units_of(lots),
        "consignees": consignees,
        "balance": _balance(shown),
        "gaps": [gap for lot in shown for gap in _gaps(lot)] + _returned_too_much(consignees),
    }


def _shown_lot(facts: dict[str, Any], totals: Totals) -> dict[str, Any]:
    return {"lot": facts["name"], **{key: facts[key] for key in _LOT_FIELDS}, **vars(totals)}


def _units_of(lots: Sequence[str]) -> list[dict[str, Any]]:
    units = fetch("Serial Unit", lots, _UNIT_FIELDS, by="lot")
    return sorted(
        ({"unit": unit.pop("name"), **unit} for unit in units), key=lambda one: (one["lot"], one["unit"])
    )


def _consignees(moved: Sequence[RecordedRow]) -> list[dict[str, Any]]:
    """One line for each consignee and lot: shipped, returned, first and last date, units, documents."""
    events = fetch_named("Trace Event", sorted({row.event for row in moved}), _EVENT_FIELDS)
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for row in moved:
        event = events[row.event]
        key = (event["consignee"] or "", row.lot)
        if key not in lines:
            lines[key] = _new_line(event, row)
        _count_movement(lines[key], row, event)
    return [lines[key] for key in sorted(lines)]


def _new_line(event: dict[str, Any], row: RecordedRow) -> dict[str, Any]:
    return {
        "consignee": event["consignee"] or "",
        "consignee_name": event["consignee_name"],
        "address": event["consignee_address"],
        "lot": row.lot,
        "shipped": 0.0,
        "returned": 0.0,
        "first_shipped": None,
        "last_shipped": None,
        "units": [],
        "documents": [],
    }


def _count_movement(line: dict[str, Any], row: RecordedRow, event: dict[str, Any]) -> None:
    if row.action == Action.SHIP.value:
        line["shipped"] += float(row.quantity)
        line["first_shipped"] = line["first_shipped"] or row.time
        line["last_shipped"] = row.time
    else:
        line["returned"] += float(row.quantity)
    if row.serial_unit and row.serial_unit not in line["units"]:
        line["units"].append(row.serial_unit)
    if event["source_name"] and event["source_name"] not in line["documents"]:
        line["documents"].append(event["source_name"])


def _balance(lots: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The totals by item, since quantities of different items do not add up."""
    sums: dict[tuple[str, str], Totals] = {}
    keys = Totals.__dataclass_fields__
    for lot in lots:
        key = (lot["item_code"], lot["uom"])
        sums[key] = sums.get(key, Totals()) + Totals(**{name: lot[name] for name in keys})
    return [{"item_code": item, "uom": uom, **vars(total)} for (item, uom), total in sorted(sums.items())]


def _not_found(criterion: Criterion) -> dict[str, Any]:
    """An empty scope must not look like good news."""
    text = _("Nothing in the system has {0} {1}: check how it is written.")
    return {"lot": None, "kind": "Not Found", "gap": text.format(_(criterion.kind.value), criterion.value)}


def _gaps(lot: dict[str, Any]) -> list[dict[str, Any]]:
    """Where this lot's quantities do not close, or only by a correction."""
    if lot["made"] and not lot["corrected"] and lot["on_hand"] >= 0 and lot["shipped"] >= lot["returned"]:
        return []
    made, corrected, on_hand, out = (
        quantity_of(number)
        for number in (lot["made"], lot["corrected"], lot["on_hand"], lot["shipped"] - lot["returned"])
    )
    return [
        {"lot": gap.lot, "kind": gap.kind.value, "gap": translated(gap.message)}
        for gap in gaps_of_totals(lot["lot"], made, corrected, on_hand, out)
    ]


def _returned_too_much(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Somebody sent back what he was never sent: he has it from elsewhere, or one of the two is booked wrong."""
    text = _("{0} returned {1} of lot {2} and was sent {3}: find out where it came from.")
    return [
        {
            "lot": line["lot"],
            "kind": "Returned Unshipped",
            "gap": text.format(
                line["consignee_name"] or line["consignee"],
                f"{line['returned']:g}",
                line["lot"],
                f"{line['shipped']:g}",
            ),
        }
        for line in lines
        if line["returned"] > line["shipped"]
    ]


# -- the slice


def _slice_of(criteria: Sequence[Criterion], seeds: Sequence[RecordedRow], until: int) -> Slice | None:
    """None where the criteria select whole lots: then there is nothing to tell apart."""
    if all(one.kind in LOT_CRITERIA for one in criteria):
        return None
    return cause_slice(seeds, partial(rows_of_lots, until=until), partial(rows_of_events, until=until))


def _described_slice(
    found: Slice | None, moved: Sequence[RecordedRow], whole: dict[str, Any]
) -> dict[str, Any]:
    if found is None:
        return {key: whole[key] for key in ("lots", "units", "consignees")} | {"is_whole_lot": True}
    by_lot = {lot["lot"]: lot for lot in whole["lots"]}
    known = {unit["unit"]: unit for unit in whole["units"]}
    affected = {unit for portion in found.portions.values() for unit in portion.units}
    returns = [row for row in moved if row.action == Action.RETURN.value and row.lot in found.portions]
    back = [row for row in returns if not row.serial_unit or row.serial_unit in affected]
    return {
        "lots": [_shown_portion(by_lot[lot], found.portions[lot]) for lot in sorted(found.portions)],
        "units": [known[unit] for unit in sorted(affected) if unit in known],
        "consignees": _consignees(sorted([*found.shipments, *back], key=lambda row: row.time)),
        "is_whole_lot": False,
    }


def _shown_portion(lot: dict[str, Any], portion: Portion) -> dict[str, Any]:
    concerned = min(float(portion.quantity), lot["made"])
    return lot | {"concerned": concerned, "since": portion.since, "unit_count": len(portion.units)}


def _saved(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What the slice spares against the whole-lot scope."""

    def shipped(lines: list[dict[str, Any]]) -> float:
        return sum(line["shipped"] for line in lines)

    whole_made = sum(lot["made"] for lot in whole["lots"])
    part_made = sum(lot.get("concerned", lot["made"]) for lot in part["lots"])
    return {
        "lots": len(whole["lots"]) - len(part["lots"]),
        "units": len(whole["units"]) - len(part["units"]),
        "consignees": len({line["consignee"] for line in whole["consignees"]})
        - len({line["consignee"] for line in part["consignees"]}),
        "quantity": round(whole_made - part_made, 9),
        "shipped": round(shipped(whole["consignees"]) - shipped(part["consignees"]), 9),
    }


# -- what the digest covers


def _shown_criterion(criterion: Criterion) -> dict[str, Any]:
    return {key: value for key, value in asdict(criterion).items() if value not in (None, "")}


_STABLE_LOT = ("lot", "item_code", "uom", *Totals.__dataclass_fields__)
_STABLE_LINE = (
    "consignee",
    "lot",
    "shipped",
    "returned",
    "first_shipped",
    "last_shipped",
    "units",
    "documents",
)


def _digested(answer: dict[str, Any]) -> dict[str, Any]:
    """The part of an answer that follows from the ledger alone and so can be computed again.

    States, warehouses and the whereabouts of units go on changing and are left out.
    """
    return {
        "criteria": answer["criteria"],
        "position": answer["position"],
        "lots": [[lot[key] for key in _STABLE_LOT] for lot in answer["lots"]],
        "consignees": [[line[key] for key in _STABLE_LINE] for line in answer["consignees"]],
        "slice": [[lot["lot"], lot.get("concerned")] for lot in answer["slice"]["lots"]],
    }
