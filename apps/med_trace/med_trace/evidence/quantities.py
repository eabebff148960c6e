"""How much was made, how much was approved for distribution (ISO 13485 7.5.1), and where every piece is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from med_trace.evidence.people import Names
from med_trace.evidence.story import Story
from med_trace.ledger.fetch import fetch, fetch_named
from med_trace.ledger.links import children_of
from med_trace.ledger.rows import rows_of_lots
from med_trace.trace.service import balance

_MOVES = {"Ship": 1, "Return": -1}
_EVENT = "consignee consignee_name consignee_address source_doctype source_name event_time".split()


def quantities_of(story: Story, releases: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The balance of the lot with its gaps, and what was approved for distribution by releases in force."""
    in_force = [row for row in releases if row["lot"] == story.lot and row["workflow_state"] == "Released"]
    approved = sum(float(row["quantity"] or 0) for row in in_force)
    return balance(story.lot) | {"approved_for_distribution": approved}


def distribution_of(story: Story) -> list[dict[str, Any]]:
    """Every shipment and return of the lot's pieces: to whom, when, how much, which units. Oldest first."""
    rows = [row for row in rows_of_lots(story.lineage) if row.action in _MOVES]
    events = fetch_named("Trace Event", sorted({row.event for row in rows}), _EVENT)
    customers = Names("Customer", (event["consignee"] for event in events.values()))
    moved: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        event = events[row.event]
        line = moved.setdefault(
            (row.event, row.lot),
            {
                "event": row.event,
                "lot": row.lot,
                "action": row.action,
                "at": row.time,
                "consignee": event["consignee"],
                "consignee_name": event["consignee_name"] or customers[event["consignee"]],
                "address": event["consignee_address"],
                "document_type": event["source_doctype"],
                "document_name": event["source_name"],
                "quantity": 0.0,
                "units": [],
            },
        )
        line["quantity"] += float(row.quantity)
        line["units"] += [row.serial_unit] if row.serial_unit else []
    return sorted(moved.values(), key=lambda line: (str(line["at"]), line["event"], line["lot"]))


def onward_of(story: Story) -> list[dict[str, Any]]:
    """The lots that something of this lot went into, with the quantity: one generation on."""
    taken: dict[tuple[str, str], float] = defaultdict(float)
    counted = set()
    for link in children_of([story.lot]):
        if (link.event, link.row, link.child) not in counted:
            counted.add((link.event, link.row, link.child))
            taken[link.child, link.type] += float(link.quantity)
    return [{"lot": lot, "type": kind, "quantity": taken[lot, kind]} for lot, kind in sorted(taken)]


def units_of(story: Story) -> list[dict[str, Any]]:
    """The serial units of the lot, by number, and where each is."""
    fields = "name serial_no lot gtin state whereabouts consignee part_of".split()
    rows = fetch("Serial Unit", story.names("Serial Unit"), fields)
    return sorted(rows, key=lambda row: row["name"])
