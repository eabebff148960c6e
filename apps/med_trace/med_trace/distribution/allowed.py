"""Which actions on a lot or unit are open to this user now: the gate's table and the user's permissions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import frappe
from frappe.utils import now_datetime
from med_trace.domain.errors import GateRefusal
from med_trace.domain.event import Action
from med_trace.domain.facts import LotFacts, UnitFacts
from med_trace.domain.gate import actions_allowed, decide_unit
from med_trace.ledger.facts import unit_facts
from med_trace.ledger.service import lot_facts

# The document by which a person takes an action, and the permission it needs there.
DONE_BY: dict[Action, tuple[str, str]] = {
    Action.RECEIVE: ("Purchase Receipt", "submit"),
    Action.RETURN_TO_SUPPLIER: ("Purchase Receipt", "submit"),
    Action.CONSUME: ("Process Record", "submit"),
    Action.PRODUCE: ("Process Record", "submit"),
    Action.PROCESS: ("Process Record", "submit"),
    Action.FINISH: ("Process Record", "submit"),
    Action.INSPECT: ("Inspection Record", "submit"),
    Action.ACCEPT: ("Inspection Record", "submit"),
    Action.SAMPLE: ("Inspection Record", "submit"),
    Action.HOLD: ("NCR", "create"),
    Action.LIFT_HOLD: ("NCR", "write"),
    Action.REJECT: ("NCR", "write"),
    Action.REWORK: ("NCR", "write"),
    Action.SCRAP: ("NCR", "write"),
    Action.RELEASE: ("Lot Release", "submit"),
    Action.REVOKE_RELEASE: ("Lot Release", "cancel"),
    Action.SHIP: ("Delivery Note", "submit"),
    Action.RETURN: ("Delivery Note", "submit"),
    Action.RECALL: ("Recall", "write"),
    Action.LIFT_RECALL: ("Recall", "write"),
    Action.ISSUE: ("Stock Entry", "submit"),
    Action.MOVE: ("Stock Entry", "submit"),
}
OTHERWISE = ("Trace Event", "create")
# Only part of an event that begins with another lot: nothing to offer beside a scanned one.
NEVER_OFFERED = frozenset({Action.SPLIT_INTO, Action.MERGE_INTO, Action.RELABEL_INTO, Action.CORRECT})


def actions_for_lot(lot: str) -> list[str]:
    return _permitted(_open_for(lot_facts(lot)))


def actions_for_unit(unit: str, lot: str) -> list[str]:
    """What the lot's state and the unit's own state and whereabouts both allow."""
    could = partial(_is_possible, unit_facts(unit), lot)
    return _permitted(action for action in _open_for(lot_facts(lot)) if could(action))


def actions_for_container() -> list[str]:
    """A case or pallet: what goes in and comes out is judged lot by lot when it is named."""
    return _permitted((Action.PACK, Action.UNPACK))


def _open_for(facts: LotFacts) -> list[Action]:
    return [action for action in actions_allowed(facts, now_datetime()) if action not in NEVER_OFFERED]


def _is_possible(unit: UnitFacts, lot: str, action: Action) -> bool:
    try:
        decide_unit(unit, lot, action)
    except GateRefusal:
        return False
    return True


def _permitted(actions: Iterable[Action]) -> list[str]:
    answers: dict[tuple[str, str], bool] = {}
    allowed = []
    for action in actions:
        needed = DONE_BY.get(action, OTHERWISE)
        if needed not in answers:
            answers[needed] = bool(frappe.has_permission(*needed))
        if answers[needed]:
            allowed.append(action.value)
    return allowed
