"""What became of lots, summed by kind of movement in few statements. Reads only.

Sums come from the rows of the ledger, reversals included (they carry the opposite sign), never from what a
lot caches, so that they can be held against it. `until` as in `rows.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import frappe
from med_trace.domain.event import MAKING, Action
from med_trace.ledger.append_only import sequence_column
from med_trace.ledger.tables import NAMES_PER_QUERY, chunks

# Each kind of movement: its actions, and the sign with which their effect is shown.
MOVEMENTS: dict[str, tuple[frozenset[Action], int]] = {
    "made": (MAKING, +1),
    "consumed": (
        frozenset({Action.CONSUME, Action.ISSUE, Action.SPLIT_FROM, Action.MERGE_FROM, Action.RELABEL_FROM}),
        -1,
    ),
    "scrapped": (frozenset({Action.SCRAP}), -1),
    "sampled": (frozenset({Action.SAMPLE}), -1),
    "shipped": (frozenset({Action.SHIP}), -1),
    "returned": (frozenset({Action.RETURN}), +1),
    "returned_to_supplier": (frozenset({Action.RETURN_TO_SUPPLIER}), -1),
    "corrected": (frozenset({Action.CORRECT}), +1),
}
_MOVEMENT_OF = {action.value: name for name, (actions, _) in MOVEMENTS.items() for action in actions}


@dataclass
class Totals:
    """Quantities of one lot in its unit of measure. made + returned + corrected = all the others together."""

    made: float = 0.0
    consumed: float = 0.0
    scrapped: float = 0.0
    sampled: float = 0.0
    shipped: float = 0.0
    returned: float = 0.0
    returned_to_supplier: float = 0.0
    corrected: float = 0.0
    on_hand: float = 0.0

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def totals_of(lots: Sequence[str], until: int | None = None) -> dict[str, Totals]:
    """The totals of each lot; one that has no rows has zeros."""
    totals = {lot: Totals() for lot in lots}
    cut = f" and {sequence_column()} <= %(until)s" if until is not None else ""
    for chunk in chunks(lots, NAMES_PER_QUERY):
        rows = frappe.db.sql(
            f"""select lot, action, sum(effect) from `tabTrace Event Item`
            where lot in %(lots)s{cut} group by lot, action""",
            {"lots": chunk, "until": until},
        )
        for lot, action, effect in rows:
            _count(totals[lot], action, effect or 0.0)
    return totals


def _count(total: Totals, action: str, effect: float) -> None:
    total.on_hand = round(total.on_hand + effect, 9)
    movement = _MOVEMENT_OF.get(action)
    if movement:
        signed = MOVEMENTS[movement][1] * effect
        setattr(total, movement, round(getattr(total, movement) + signed, 9))
