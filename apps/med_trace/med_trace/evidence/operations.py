"""How a lot was made: its process records with parameters, limits and judgements, who did them and on what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from med_trace.evidence.people import Names
from med_trace.evidence.story import Story
from med_trace.ledger.fetch import fetch

_RECORD = (
    "name lot item_code routing operation_no operation_name equipment tool operator shift location started_at"
    " finished_at completes_operation rework_ncr stock_entry quantity_in quantity_good quantity_rework quantity_scrap"
    " quantity_sampled scrapped_serials sampled_serials remarks amended_from docstatus owner"
).split()
_PARAMETER = (
    "parent idx parameter uom value minimum maximum judgement recorded_at target lower_limit lower_warning"
    " upper_warning upper_limit critical series_file series_hash"
).split()
_MATERIAL = "parent idx lot serial_unit quantity uom cavity into_unit".split()
_OUTPUT = "parent idx cavity quantity serial_numbers made_from made_to".split()
_TABLES = {
    "parameters": ("Process Parameter", _PARAMETER),
    "materials": ("Process Material", _MATERIAL),
    "outputs": ("Process Output", _OUTPUT),
}


def operations_of(story: Story) -> list[dict[str, Any]]:
    """In the order in which they were done; `own`: of the lot itself, not of what went into it.

    A material row that names a lot outside the story cannot be there: it would be part of the story.
    Cancelled records are kept, with `docstatus` 2.
    """
    names = story.names("Process Record")
    records = fetch("Process Record", names, _RECORD)
    tables = {key: rows_by_parent(doctype, fields, names) for key, (doctype, fields) in _TABLES.items()}
    people = Names("User", (row["operator"] for row in records))
    tools = Names("Tool", (row["tool"] for row in records))
    for record in records:
        record["own"] = record["lot"] in story.lineage
        record["operator_name"] = people[record["operator"]]
        record["tool_name"] = tools[record["tool"]]
        for key, rows in tables.items():
            record[key] = rows.get(record["name"], [])
    return sorted(records, key=_order)


def rows_by_parent(
    doctype: str, fields: Sequence[str], parents: Iterable[str]
) -> dict[str, list[dict[str, Any]]]:
    """Child rows by the record they belong to, in their order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(fetch(doctype, list(parents), fields, by="parent"), key=lambda row: row["idx"]):
        found.setdefault(row.pop("parent"), []).append(row)
    return found


def _order(record: dict[str, Any]) -> tuple:
    return (
        not record["own"],
        record["lot"],
        str(record["started_at"] or ""),
        record["operation_no"],
        record["name"],
    )
