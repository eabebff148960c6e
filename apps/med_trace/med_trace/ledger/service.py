"""The ledger's API: the only writer of what happens to lots.

Every function here runs in the caller's transaction. A refusal is raised before anything is written
(`domain.errors`, shown to the user as a Frappe validation error of the same name).
"""

from med_trace.ledger.facts import balance_of, lot_facts, unit_facts
from med_trace.ledger.holds import hold, lift_hold, lift_holds_of, lots_held_by, open_holds
from med_trace.ledger.lots import create_lot, create_units, ensure_lot
from med_trace.ledger.record import record, record_many
from med_trace.ledger.reverse import reverse, reverse_of_source

__all__ = [
    "balance_of",
    "create_lot",
    "create_units",
    "ensure_lot",
    "hold",
    "lift_hold",
    "lift_holds_of",
    "lot_facts",
    "lots_held_by",
    "open_holds",
    "record",
    "record_many",
    "reverse",
    "reverse_of_source",
    "unit_facts",
]
