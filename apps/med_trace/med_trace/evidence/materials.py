"""What a lot was made of: every ancestor, from the last component to the supplier's lot, with its certificate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from med_trace.domain.genealogy import Link
from med_trace.evidence.people import Names
from med_trace.evidence.story import Story
from med_trace.ledger.fetch import fetch_named

_FIELDS = (
    "item_code item_name kind state uom supplier supplier_lot heat_no material_grade certificate_no certificate"
    " certificate_required certificate_withdrawn manufacturing_date received_date expiry_date storage_conditions"
    " drying_conditions parent_lot batch"
).split()


def materials_of(story: Story, inspections: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Nearest first. `quantity`: how much of it went on towards the lot; `into`: the lots it went into."""
    ancestors = [lot for lot in story.lots if lot != story.lot]
    facts = fetch_named("Material Lot", ancestors, _FIELDS)
    suppliers = Names("Supplier", (row["supplier"] for row in facts.values()))
    used = _used(story.cone.links)
    accepted = _verdicts(inspections)
    return [
        {
            "lot": lot,
            "generation": story.cone.generation[lot],
            "same_pieces": lot in story.lineage,
            **{field: facts[lot][field] for field in _FIELDS},
            "supplier_name": suppliers[facts[lot]["supplier"]],
            "quantity": used[lot]["quantity"],
            "into": sorted(used[lot]["into"]),
            "used_at": used[lot]["first"],
            "inspections": accepted.get(lot, []),
        }
        for lot in ancestors
        if lot in facts
    ]


def _used(links: Iterable[Link]) -> dict[str, dict[str, Any]]:
    """What each parent gave; a row that went into several units has a link for each and counts once."""
    used: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"quantity": Decimal(0), "into": set(), "first": None, "rows": set()}
    )
    for link in links:
        one = used[link.parent]
        one["into"].add(link.child)
        if (link.event, link.row) not in one["rows"]:
            one["rows"].add((link.event, link.row))
            one["quantity"] += link.quantity
        if link.time and (one["first"] is None or link.time < one["first"]):
            one["first"] = link.time
    return used


def _verdicts(inspections: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in inspections:
        if one["docstatus"] == 1:
            short = {key: one[key] for key in ("name", "stage", "verdict", "inspected_at", "inspector_name")}
            found.setdefault(one["lot"], []).append(short)
    return found
