"""Workflows: an administrator adds states and steps; the ones that the app's rules rest on stay."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from med_trace.domain.errors import BadInput

SHIPPED = Path(__file__).parents[1] / "defaults" / "workflow.json"


def require_sound(doc: Any) -> None:
    """Raises BadInput where a shipped state is gone, stands for something else, or a state leads nowhere known."""
    states = {row.state: str(row.doc_status or "0") for row in doc.states}
    if len(states) < len(doc.states):
        raise BadInput("A state is there twice.", field="states")
    for state, docstatus in _shipped().get(doc.name, {}).items():
        if state not in states:
            raise BadInput(
                "State {0} is needed by the rules of med_trace and cannot be removed.", state, field="states"
            )
        if states[state] != docstatus:
            raise BadInput("State {0} stands for another document status.", state, field="states")
    for row in doc.transitions:
        for state in (row.state, row.next_state):
            if state not in states:
                raise BadInput(
                    "Step {0}: {1} is no state of this workflow.", row.idx, state, field="transitions"
                )


def require_not_shipped(name: str) -> None:
    if name in _shipped():
        raise BadInput("{0} belongs to med_trace and cannot be removed.", name, field="name")


@cache
def _shipped() -> dict[str, dict[str, str]]:
    """Workflow to the states it came with and what they stand for."""
    found = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return {one["name"]: {row["state"]: str(row["doc_status"]) for row in one["states"]} for one in found}
