"""Answers where a lot came from and where it went. Reads only.

Nodes are lots, and at the ends of the chain the suppliers and consignees. Every answer says whether it is
complete; only a depth that the caller asked for can make it incomplete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from med_trace.domain import genealogy
from med_trace.domain.genealogy import Cone, Link
from med_trace.ledger.fetch import fetch_named
from med_trace.ledger.links import children_of, parents_of
from med_trace.ledger.rows import rows_of_lots
from med_trace.ledger.service import balance_of
from med_trace.ledger.shown import translated
from med_trace.trace.veil import veiled

_LOT_FIELDS = (
    "item_code item_name kind state uom quantity on_hand supplier supplier_lot heat_no certificate_no"
    " manufacturing_date expiry_date warehouse batch"
).split()
_EVENT_FIELDS = "event_type supplier consignee consignee_name consignee_address".split()


def forward(lot: str, depth: int | None = None, until: int | None = None) -> dict[str, Any]:
    """Where everything made from `lot` went, to the consignees. See `api.trace.forward`."""
    cone = genealogy.forward([lot], partial(children_of, until=until), depth)
    return _answer(lot, cone, _shipments(cone.lots, until), "ahead")


def backward(lot: str, depth: int | None = None, until: int | None = None) -> dict[str, Any]:
    """What `lot` is made of, to the supplier lots. See `api.trace.backward`."""
    cone = genealogy.backward([lot], partial(parents_of, until=until), depth)
    return _answer(lot, cone, _receipts(cone.lots, until), "behind")


def balance(lot: str) -> dict[str, Any]:
    """The account of one lot with its gaps. See `api.trace.balance`."""
    account = balance_of(lot)
    derived = {name: getattr(account, name) for name in ("at_consignees", "difference", "closes")}
    gaps = [_plain(vars(gap)) | {"message": translated(gap.message)} for gap in account.gaps]
    return _plain(vars(account) | derived) | {"gaps": gaps}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: float(value) if isinstance(value, Decimal) else value for key, value in values.items()}


def _answer(root: str, cone: Cone, ends: list[dict[str, Any]], where: str) -> dict[str, Any]:
    lots = fetch_named("Material Lot", cone.lots, _LOT_FIELDS)
    nodes = [_lot_node(lots[name], cone.generation[name]) for name in cone.lots if name in lots]
    answer = {
        "root": root,
        "nodes": nodes + _end_nodes(ends, cone.generation),
        "links": _shown(cone.links) + [end["link"] | {"uom": lots[end["lot"]]["uom"]} for end in ends],
        "complete": cone.complete,
        "beyond": cone.beyond,
    }
    return veiled(answer, where)


def _lot_node(facts: dict[str, Any], generation: int) -> dict[str, Any]:
    return {"id": facts["name"], "type": "Lot", "generation": generation} | {k: facts[k] for k in _LOT_FIELDS}


def _shown(links: Iterable[Link]) -> list[dict[str, Any]]:
    """One line for each event between two lots: what its rows took together, and the units they name."""
    lines: dict[tuple[str, str, str], dict[str, Any]] = {}
    counted: set[tuple[str, str, str, int]] = set()
    for link in links:
        between = (link.event, link.parent, link.child)
        if between not in lines:
            lines[between] = _link(*between, link.type, link.time, link.uom) | {
                "from_units": [],
                "to_units": [],
            }
        if (*between, link.row) not in counted:
            counted.add((*between, link.row))
            lines[between]["quantity"] += float(link.quantity)
        _add_unit(lines[between]["from_units"], link.parent_unit)
        _add_unit(lines[between]["to_units"], link.child_unit)
    return list(lines.values())


def _add_unit(units: list[str], unit: str | None) -> None:
    if unit and unit not in units:
        units.append(unit)


def _link(
    event: str, start: str, end: str, kind: str, at: datetime | None, uom: str, quantity: Decimal = Decimal(0)
) -> dict[str, Any]:
    return {
        "from": start,
        "to": end,
        "event": event,
        "type": kind,
        "time": at,
        "quantity": float(quantity),
        "uom": uom,
    }


def _shipments(lots: Sequence[str], until: int | None) -> list[dict[str, Any]]:
    """An end for every lot that left to a consignee: the consignee, and the link to it."""
    return _ends(lots, ("Ship", "Return"), "Consignee", until)


def _receipts(lots: Sequence[str], until: int | None) -> list[dict[str, Any]]:
    return _ends(lots, ("Receive",), "Supplier", until)


def _ends(lots: Sequence[str], actions: Sequence[str], kind: str, until: int | None) -> list[dict[str, Any]]:
    rows = [row for row in rows_of_lots(lots, until) if row.action in actions]
    parties = _parties_of(sorted({row.event for row in rows}), kind.lower())
    totals: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        total = totals.setdefault((row.event, row.lot), [row, Decimal(0)])
        total[1] += row.quantity
    ends = []
    for (event, lot), (row, quantity) in totals.items():
        party = parties[event]
        start, end = (lot, party["id"]) if row.action == "Ship" else (party["id"], lot)
        ends.append(
            {
                "party": party,
                "lot": lot,
                "link": _link(event, start, end, party["event_type"], row.time, "", quantity),
            }
        )
    return ends


def _parties_of(events: Sequence[str], field: str) -> dict[str, dict[str, Any]]:
    """The consignee or supplier of each event, as it was recorded then."""
    rows = fetch_named("Trace Event", events, _EVENT_FIELDS)
    return {name: _party(row, field) for name, row in rows.items()}


def _party(event: dict[str, Any], field: str) -> dict[str, Any]:
    name = event.get(field) or ""
    party = {
        "id": f"{field.title()}: {name}",
        "type": field.title(),
        "name": name,
        "event_type": event["event_type"],
    }
    if field == "consignee":
        party |= {"full_name": event["consignee_name"], "address": event["consignee_address"]}
    return party


def _end_nodes(ends: Iterable[dict[str, Any]], generation: dict[str, int]) -> list[dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = {}
    for end in ends:
        party = {key: value for key, value in end["party"].items() if key != "event_type"}
        node = nodes.setdefault(party["id"], party | {"generation": 0})
        node["generation"] = max(node["generation"], generation[end["lot"]] + 1)
    return list(nodes.values())
