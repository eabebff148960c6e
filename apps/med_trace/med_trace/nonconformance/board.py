"""Reads NCRs as a board: a column for each state of their workflow, and the moves that this user may make.

A bounded number of questions to the database, however many NCRs there are: a column shows its first cards
and says how many there are.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import get_fullname
from med_trace.domain.disposition import Stage

DOCTYPE = "NCR"
CARDS = 50
LOTS_ON_A_CARD = 4
_FIELDS = [
    "name",
    "title",
    "severity",
    "workflow_state",
    "creation",
    "modified",
    "owner",
    "closed_on",
    "assigned_to",
    "due_date",
    "_assign",
]


def board(filters: dict[str, Any], more: str = "") -> dict[str, Any]:
    """Columns in the order of the workflow, each with count and cards; `more` names one to show in full.

    `filters`: severity, lot, owner, assigned ("me", "nobody" or a user), text. A column that is not closed shows its oldest first.
    """
    states, moves = _workflow()
    conditions = _conditions(filters)
    counts = _counts(conditions)
    columns = [
        {"state": state, "count": counts.get(state, 0), "moves": moves.get(state, [])}
        | {"cards": _cards(state, conditions, 0 if state == more else CARDS) if counts.get(state) else []}
        for state in states
    ]
    _add_lots_and_people([card for column in columns for card in column["cards"]])
    return {"columns": columns, "may_assign": bool(frappe.has_permission(DOCTYPE, "write"))}


def _workflow() -> tuple[list[str], dict[str, list[dict[str, str]]]]:
    """The states in order, and for each the steps that a role of this user allows."""
    name = frappe.db.get_value("Workflow", {"document_type": DOCTYPE, "is_active": 1})
    if not name:
        return [stage.value for stage in Stage], {}
    workflow, roles = frappe.get_cached_doc("Workflow", name), set(frappe.get_roles())
    moves: dict[str, list[dict[str, str]]] = {}
    for row in workflow.transitions:
        step = {"action": row.action, "to": row.next_state}
        if row.allowed in roles and step not in moves.setdefault(row.state, []):
            moves[row.state].append(step)
    return list(dict.fromkeys(row.state for row in workflow.states)), moves


def _conditions(filters: dict[str, Any]) -> list[list[Any]]:
    found: list[list[Any]] = [
        [field, "=", filters[field]] for field in ("severity", "owner") if filters.get(field)
    ]
    if filters.get("assigned"):
        person = {"me": frappe.session.user, "nobody": None}.get(filters["assigned"], filters["assigned"])
        found.append(["assigned_to", "=", person] if person else ["assigned_to", "is", "not set"])
    if filters.get("text"):
        found.append(["title", "like", f"%{filters['text']}%"])
    if filters.get("lot"):
        named = {"lot": filters["lot"], "parenttype": DOCTYPE}
        parents = frappe.get_all("NCR Lot", filters=named, pluck="parent", distinct=True)
        found.append(["name", "in", parents or [""]])
    return found


def _counts(conditions: list[list[Any]]) -> dict[str, int]:
    rows = frappe.get_list(
        DOCTYPE,
        filters=conditions,
        fields=["workflow_state", "count(name) as number"],
        group_by="workflow_state",
        order_by="workflow_state asc",
        limit_page_length=0,
    )
    return {row.workflow_state: row.number for row in rows}


def _cards(state: str, conditions: list[list[Any]], limit: int) -> list[dict[str, Any]]:
    newest_first = state == Stage.CLOSED.value
    rows: list[dict[str, Any]] = frappe.get_list(
        DOCTYPE,
        filters=[["workflow_state", "=", state], *conditions],
        fields=_FIELDS,
        order_by="closed_on desc, creation desc" if newest_first else "creation asc",
        limit_page_length=limit,
    )
    return rows


def _add_lots_and_people(cards: list[dict[str, Any]]) -> None:
    rows = frappe.get_all(
        "NCR Lot",
        filters={"parent": ["in", [card["name"] for card in cards]], "parenttype": DOCTYPE},
        fields=["parent", "lot", "quantity", "uom"],
        order_by="parent asc, idx asc",
    )
    by_ncr: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        lots = by_ncr.setdefault(row.parent, {})
        line = lots.setdefault(row.lot, {"lot": row.lot, "quantity": 0.0, "uom": row.uom})
        line["quantity"] += row.quantity or 0
    for card in cards:
        lots_of = list(by_ncr.get(card["name"], {}).values())
        card["lots"], card["lot_count"] = lots_of[:LOTS_ON_A_CARD], len(lots_of)
        card["holders"] = _holders(card["assigned_to"], card.pop("_assign", None))
        card["reported_by"] = get_fullname(card["owner"])


def _holders(person: str | None, by_desk: str | None) -> list[str]:
    """Whose it is, by name, and to whom the desk assigned it beside; nobody is an answer too."""
    users = [person, *(frappe.parse_json(by_desk) if by_desk else [])]
    return [get_fullname(user) for user in dict.fromkeys(filter(None, users))]
