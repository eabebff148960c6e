"""A trace as columns: the whole graph in few bytes, for a picture that lays itself out. Reads only.

Ten thousand lots as records are 7 MB of JSON, as columns 1 MB: a column says each of its words once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from med_trace.trace import service
from med_trace.trace.marks import count_marks

DIRECTIONS = ("forward", "backward", "both")
_NODE_COLUMNS = (
    "type generation name item_code item_name kind state uom quantity on_hand supplier supplier_lot heat_no"
    " expiry_date full_name address"
).split()


def graph(lot: str, direction: str = "forward") -> dict[str, Any]:
    """The trace of `lot` as columns with the marks on its lots. See `api.trace.graph`."""
    answer = trace_of(lot, direction)
    number = {node["id"]: index for index, node in enumerate(answer["nodes"])}
    links = between(answer["links"])
    lots = [node["id"] for node in answer["nodes"] if node["type"] == "Lot"]
    return {
        "root": lot,
        "direction": direction,
        "complete": answer["complete"],
        "closed": answer["closed"],
        "ids": list(number),
        "nodes": {column: packed([node.get(column) for node in answer["nodes"]]) for column in _NODE_COLUMNS},
        "links": {
            "from": [number[link["from"]] for link in links],
            "to": [number[link["to"]] for link in links],
            "count": [link["count"] for link in links],
            "quantity": [link["quantity"] for link in links],
        }
        | {column: packed([link[column] for link in links]) for column in ("type", "uom", "time")},
        "marks": [[number[mark.lot], mark.kind, mark.count, mark.bad] for mark in count_marks(lots)],
    }


def trace_of(lot: str, direction: str) -> dict[str, Any]:
    """The trace in one direction, or both with what lies behind the lot at negative generations."""
    if direction == "forward":
        return service.forward(lot)
    behind = service.backward(lot)
    for node in behind["nodes"]:
        node["generation"] *= -1
    if direction == "backward":
        return behind
    ahead = service.forward(lot)
    known = {node["id"] for node in ahead["nodes"]}
    told = {_between(link) for link in ahead["links"]}
    return {
        "root": lot,
        "nodes": ahead["nodes"] + [node for node in behind["nodes"] if node["id"] not in known],
        "links": ahead["links"] + [link for link in behind["links"] if _between(link) not in told],
        "complete": ahead["complete"] and behind["complete"],
        "beyond": ahead["beyond"] + behind["beyond"],
        "closed": ahead["closed"] + behind["closed"],
    }


def _between(link: dict[str, Any]) -> tuple[str, str, str]:
    return link["event"], link["from"], link["to"]


def between(links: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One link for each pair of nodes, kind and unit: how often, how much, and when first."""
    found: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for link in links:
        key = (link["from"], link["to"], link["type"], link["uom"])
        one = found.setdefault(key, {**link, "count": 0, "quantity": 0.0, "time": _day(link)})
        one["count"] += 1
        one["quantity"] += link["quantity"]
        one["time"] = min(one["time"], _day(link))
    return list(found.values())


def _day(link: dict[str, Any]) -> str:
    return str(link["time"] or "")[:10]


def packed(values: Sequence[Any]) -> dict[str, Any]:
    """A column as its different values and, for each row, which of them (0 = none, n = values[n - 1])."""
    place: dict[Any, int] = {}
    rows = []
    for value in values:
        if value is None or value == "":
            rows.append(0)
        else:
            rows.append(place.setdefault(_plain(value), len(place) + 1))
    return {"values": list(place), "rows": rows if any(rows) else []}


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float)) else str(value)
