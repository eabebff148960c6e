"""What was measured: inspection records of a lot and of what went into it, sample by sample, against their plan."""

from __future__ import annotations

from typing import Any

from med_trace.evidence.operations import rows_by_parent
from med_trace.evidence.people import Names
from med_trace.evidence.story import Story
from med_trace.ledger.fetch import fetch

_RECORD = (
    "name lot item_code plan stage operation_no quantity quantity_sampled sampled_serials inspector inspected_at"
    " verdict ncr remarks amended_from docstatus owner"
).split()
_RESULT = (
    "parent idx characteristic sample_no serial_unit value attribute verdict uom gauge measured_at".split()
)
_CHARACTERISTIC = (
    "parent idx characteristic kind method critical uom nominal lower_limit upper_limit sample_rule sample_size"
).split()


def inspections_of(story: Story) -> list[dict[str, Any]]:
    """Own records first, in the order of time; each result carries the limits of the plan it was judged by."""
    names = story.names("Inspection Record")
    records = fetch("Inspection Record", names, _RECORD)
    results = rows_by_parent("Inspection Result", _RESULT, names)
    plans = rows_by_parent("Plan Characteristic", _CHARACTERISTIC, story.names("Inspection Plan"))
    people = Names("User", (row["inspector"] for row in records))
    for record in records:
        record["own"] = record["lot"] in story.lineage
        record["inspector_name"] = people[record["inspector"]]
        asked = {row["characteristic"]: row for row in plans.get(record["plan"], [])}
        record["results"] = [_with_limits(row, asked) for row in results.get(record["name"], [])]
    return sorted(
        records, key=lambda row: (not row["own"], row["lot"], str(row["inspected_at"] or ""), row["name"])
    )


def _with_limits(result: dict[str, Any], asked: dict[str, dict[str, Any]]) -> dict[str, Any]:
    plan = asked.get(result["characteristic"], {})
    kept = ("kind", "method", "critical", "nominal", "lower_limit", "upper_limit")
    return result | {key: plan.get(key) for key in kept}
