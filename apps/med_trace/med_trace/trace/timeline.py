"""When it happened: the events of a trace in lanes, one for each lot, machine or supplier. Reads only.

Lanes are paged. Events of a lane that stand too near to be told apart are answered as one point; a few with their
names, many with their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from med_trace.ledger.read import moment
from med_trace.ledger.tables import NAMES_PER_QUERY, chunks, standing
from med_trace.trace.graph import trace_of

LANES = {"lot": "Material Lot", "equipment": "Workstation", "supplier": "Supplier"}
STEPS = 24
FEW = 20


@dataclass(frozen=True)
class Moment:
    """One event as it touches one lane."""

    lane: str
    event: str
    type: str
    at: datetime
    lot: str


def timeline(
    lot: str,
    direction: str,
    by: str,
    start: int,
    limit: int,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, Any]:
    """The lanes from `start` on. See `api.trace.timeline`."""
    nodes = [node for node in trace_of(lot, direction)["nodes"] if node["type"] == "Lot"]
    lots = {node["id"]: node for node in sorted(nodes, key=lambda node: (node["generation"], node["id"]))}
    if by == "lot":
        names = list(lots)[start : start + limit]
        total, moments = len(lots), _moments(names, by, {})
        first, last = _span(lots)
    else:
        moments = _moments(_lots_of_lanes(lots, by), by, lots)
        every = sorted({one.lane for one in moments})
        total, names = len(every), every[start : start + limit]
        first, last = min((m.at for m in moments), default=None), max((m.at for m in moments), default=None)
    begin, end = since or first, until or last
    inside: dict[str, list[Moment]] = {}
    for one in moments:
        if begin and end and begin <= one.at <= end:
            inside.setdefault(one.lane, []).append(one)
    return {
        "by": by,
        "doctype": LANES[by],
        "total": total,
        "from": str(begin) if begin else None,
        "to": str(end) if end else None,
        "lanes": [_lane(name, lots.get(name, {}), inside.get(name, []), begin, end) for name in names],
    }


def _span(lots: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """From the first to the last event of these lots."""
    first, last = [], []
    for batch in chunks(lots, NAMES_PER_QUERY):
        query = "select min(event_time), max(event_time) from `tabTrace Event Item` where lot in %(lots)s"
        for earliest, latest in frappe.db.sql(query, {"lots": tuple(batch)}):
            first += [moment(earliest)] if earliest else []
            last += [moment(latest)] if latest else []
    return min(first, default=None), max(last, default=None)


def _lots_of_lanes(lots: dict[str, Any], by: str) -> list[str]:
    return [name for name, node in lots.items() if by != "supplier" or node["supplier"]]


def _moments(names: Sequence[str], by: str, lots: dict[str, Any]) -> list[Moment]:
    """Each event once a lane and lot; nothing that was reversed."""
    condition = "and r.equipment is not null and r.equipment <> ''" if by == "equipment" else ""
    query = f"""select r.lot, r.equipment, r.parent, r.event_type, r.event_time from `tabTrace Event Item` r
        where r.lot in %(lots)s {condition} and {standing("r")}
        group by r.lot, r.equipment, r.parent, r.event_type, r.event_time"""
    found: dict[tuple[str, str, str], Moment] = {}
    for batch in chunks(names, NAMES_PER_QUERY):
        for lot, equipment, event, kind, at in frappe.db.sql(query, {"lots": tuple(batch)}):
            lane = {"lot": lot, "equipment": equipment}.get(by) or lots[lot]["supplier"]
            found[lane, event, lot] = Moment(lane, event, kind or "", moment(at), lot)
    return sorted(found.values(), key=lambda one: (one.at, one.event))


def _lane(
    name: str, node: dict[str, Any], moments: list[Moment], begin: datetime | None, end: datetime | None
) -> dict[str, Any]:
    lane = {"id": name, "title": node.get("item_name") or node.get("item_code"), "state": node.get("state")}
    return lane | {"count": len(moments), "points": _points(moments, begin, end)}


def _points(moments: list[Moment], begin: datetime | None, end: datetime | None) -> list[dict[str, Any]]:
    """What happened in each step of the time shown."""
    if not begin or not end or begin == end:
        return [_point(moments, 0)] if moments else []
    step = (end - begin) / STEPS
    steps: dict[int, list[Moment]] = {}
    for one in moments:
        steps.setdefault(min(STEPS - 1, int((one.at - begin) / step)), []).append(one)
    return [_point(steps[number], number) for number in sorted(steps)]


def _point(moments: list[Moment], step: int) -> dict[str, Any]:
    first, last = moments[0], moments[-1]
    kinds = Counter(one.type for one in moments)
    named = [_event(one) for one in moments] if len(moments) <= FEW else []
    return {
        "at": str(first.at),
        "until": str(last.at),
        "middle": (step + 0.5) / STEPS,
        "count": len(moments),
        "types": dict(kinds.most_common()),
        "events": named,
    }


def _event(one: Moment) -> dict[str, Any]:
    return {"at": str(one.at), "type": one.type, "event": one.event, "lot": one.lot}
