"""A trace as a file: a table for a spreadsheet, or everything for a program. Reads only."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection
from typing import Any

from frappe import _
from med_trace.trace.graph import trace_of
from med_trace.trace.marks import KINDS, count_marks, marks_of

SCHEMA = "med_trace.trace/1"
_COLUMNS = {
    "generation": "Generation",
    "type": "Type",
    "id": "Lot or party",
    "item_code": "Item",
    "item_name": "Item Name",
    "kind": "Kind",
    "state": "State",
    "quantity": "Made or received",
    "on_hand": "On hand",
    "uom": "UOM",
    "supplier": "Supplier",
    "supplier_lot": "Supplier Lot",
    "heat_no": "Heat Number",
    "expiry_date": "Expiry",
}
_TRANSLATED = {"type", "kind", "state", "uom"}


def as_csv(lot: str, direction: str, only: Collection[str] | None) -> bytes:
    """One line a node, in the user's language, with how many marks of each kind it has (and how many are bad)."""
    nodes = _shown(trace_of(lot, direction), only)["nodes"]
    marks = {(mark.lot, mark.kind): mark for mark in count_marks([node["id"] for node in nodes])}
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([_(title) for title in _COLUMNS.values()] + [_(kind.name) for kind in KINDS])
    for node in sorted(nodes, key=lambda node: (node["generation"], node["id"])):
        counts = [marks.get((node["id"], kind.name)) for kind in KINDS]
        told = [
            (f"{one.count} ({_('{0} bad').format(one.bad)})" if one.bad else one.count) if one else ""
            for one in counts
        ]
        writer.writerow([_cell(column, node.get(column)) for column in _COLUMNS] + told)
    return file.getvalue().encode("utf-8-sig")  # with its mark, so that a spreadsheet reads Chinese


def _cell(column: str, value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    text = _(str(value)) if column in _TRANSLATED else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text  # no formula


def as_json(lot: str, direction: str, only: Collection[str] | None) -> bytes:
    """Nodes, links and marks, each with its record."""
    trace = _shown(trace_of(lot, direction), only)
    lots = [node["id"] for node in trace["nodes"] if node["type"] == "Lot"]
    content = {"schema": SCHEMA, "direction": direction, **trace, "marks": marks_of(lots)}
    return json.dumps(content, ensure_ascii=False, indent=1, default=str).encode()


def _shown(trace: dict[str, Any], only: Collection[str] | None) -> dict[str, Any]:
    """The part of it that the user sees: `only` these nodes, with the links between them."""
    if only is None:
        return trace
    nodes = [node for node in trace["nodes"] if node["id"] in only]
    links = [link for link in trace["links"] if link["from"] in only and link["to"] in only]
    return trace | {"nodes": nodes, "links": links, "part_of": len(trace["nodes"])}


FORMATS = {"csv": as_csv, "json": as_json}
