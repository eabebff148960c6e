"""The whole story of one lot as plain data: what the record of a production batch has to say (ISO 13485 7.5.1).

`SCHEMA` names its shape; a field may be added, none is renamed or removed without another number.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import get_system_timezone
from med_trace.evidence import changes, files, quality, quantities
from med_trace.evidence.inspections import inspections_of
from med_trace.evidence.materials import materials_of
from med_trace.evidence.operations import operations_of
from med_trace.evidence.qualifications import qualifications_of
from med_trace.evidence.signatures import signatures_in
from med_trace.evidence.story import Story, story_of
from med_trace.ledger.fetch import fetch
from med_trace.ledger.service import open_holds
from med_trace.ledger.shown import shown

SCHEMA = "med_trace.lot-history/1"
_LOT = (
    "name lot_no item_code item_name kind state held_from uom quantity on_hand blocked shipped warehouse gtin batch"
    " work_order routing parent_lot supplier supplier_lot heat_no material_grade certificate_no certificate"
    " manufacturing_date received_date expiry_date storage_conditions drying_conditions remarks release_signatures"
).split()
_EVENT = (
    "name event_type event_time time_zone late_entry operator recorded_by terminal location consignee supplier"
    " source_doctype source_name reason reverses lifts creation"
).split()
_EVENT_ROW = (
    "parent idx action lot serial_unit quantity uom state_before state_after equipment tool cavity".split()
)


@shown()
def history_of(lot: str) -> dict[str, Any]:
    """Everything about `lot`. Raises NotFound. The caller has asked for permission."""
    return history_of_story(story_of(lot))


def history_of_story(story: Story) -> dict[str, Any]:
    inspected, released = inspections_of(story), quality.releases_of(story)
    whole = {
        "schema": SCHEMA,
        "time_zone": get_system_timezone(),
        "lot": _identity(story),
        "materials": materials_of(story, inspected),
        "operations": operations_of(story),
        "inspections": inspected,
        "qualifications": qualifications_of(story.names("Qualification")),
        "nonconformances": quality.nonconformances_of(story),
        "releases": released,
        "recalls": quality.recalls_of(story),
        "holds": open_holds(story.lot),
        "signatures": signatures_in(story),
        "changes": changes.changes_of(story),
        "files": files.files_of(story),
        "quantities": quantities.quantities_of(story, released),
        "distribution": quantities.distribution_of(story),
        "went_into": quantities.onward_of(story),
        "units": quantities.units_of(story),
        "events": _events(story),
    }
    return plain(whole)


def _identity(story: Story) -> dict[str, Any]:
    facts = frappe.db.get_value("Material Lot", story.lot, _LOT, as_dict=True)
    item = facts.item_code
    gtin = facts.gtin or frappe.db.get_value("Item", item, "mt_gtin")
    return {**facts, "gtin": gtin or None, "lineage": list(story.lineage)}


def _events(story: Story) -> list[dict[str, Any]]:
    """The ledger's events of this story, oldest first; rows of other lots are counted, not shown."""
    inside = set(story.lots)
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in fetch("Trace Event Item", story.events, _EVENT_ROW, by="parent"):
        rows.setdefault(row.pop("parent"), []).append(row)
    events = fetch("Trace Event", story.events, _EVENT)
    for event in events:
        found = sorted(rows.get(event["name"], []), key=lambda row: row["idx"])
        event["rows"] = [row for row in found if row["lot"] in inside]
        event["other_rows"] = len(found) - len(event["rows"])
        event["recorded_at"] = event.pop("creation")
    return sorted(events, key=lambda event: (str(event["event_time"]), event["name"]))


def plain(value: Any) -> Any:
    """As JSON says it: moments in ISO 8601, decimals as numbers."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
