"""Takes out of a trace what this user may not read: such a node keeps its place and its number, and nothing else.

That something lies there is told, what it is not: whoever follows a chain must see where it goes on without him.
"""

from __future__ import annotations

from typing import Any

from med_trace.ledger.openness import closed

CLOSED = "Not open to you"
Record = dict[str, Any]


def veiled(answer: Record, where: str) -> Record:
    """The trace as this user may see it, with `closed`, how many of its nodes are not open to him.

    `where` (ahead, behind) keeps apart the numbers of two traces that are shown as one.
    """
    lots = [node["id"] for node in answer["nodes"] if node["type"] == "Lot"]
    hidden = closed("Material Lot", lots)
    events = closed("Trace Event", {link["event"] for link in answer["links"]})
    if not (hidden or events):
        return answer | {"closed": 0}
    hidden |= _parties_behind(answer, hidden, events)
    number = {
        name: f"{where} {place}"
        for place, name in enumerate((n["id"] for n in answer["nodes"] if n["id"] in hidden), 1)
    }
    return answer | {
        "nodes": [_node(node, number) for node in answer["nodes"]],
        "links": [_link(link, number, events) for link in answer["links"]],
        "closed": len(number),
    }


def _parties_behind(answer: Record, hidden: set[str], events: set[str]) -> set[str]:
    """Suppliers and consignees that no open lot and no open event leads to."""
    parties = {node["id"] for node in answer["nodes"] if node["type"] != "Lot"}
    seen = {
        end
        for link in answer["links"]
        if link["event"] not in events and not {link["from"], link["to"]} & hidden
        for end in (link["from"], link["to"])
    }
    return parties - seen


def _node(node: Record, number: dict[str, str]) -> Record:
    if node["id"] not in number:
        return node
    nothing = dict.fromkeys(node)
    return nothing | {"id": number[node["id"]], "type": CLOSED, "generation": node["generation"]}


def _link(link: Record, number: dict[str, str], events: set[str]) -> Record:
    ends = {"from": number.get(link["from"], link["from"]), "to": number.get(link["to"], link["to"])}
    if link["event"] not in events and not {link["from"], link["to"]} & set(number):
        return link
    nothing = {key: [] if isinstance(value, list) else None for key, value in link.items()}
    return nothing | ends | {"event": " ".join(ends.values()), "type": CLOSED, "quantity": 0.0, "uom": ""}
