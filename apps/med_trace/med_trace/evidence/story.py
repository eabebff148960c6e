"""Which lots, records and events one lot's story consists of. Reads only; decides what is shown to an auditor.

The story of a lot is its own, that of everything it was made from, and the records made about any of them.
What else was made from the same material is no part of it: a package for one lot shows nothing of other lots.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import frappe
from med_trace.domain import genealogy
from med_trace.domain.errors import NotFound
from med_trace.domain.event import INTO_ACTIONS, Action
from med_trace.domain.genealogy import Cone
from med_trace.evidence.qualifications import names_of
from med_trace.ledger.fetch import fetch
from med_trace.ledger.links import parents_of
from med_trace.release.facts import lineage

# Records that name a lot themselves: DocType -> its column.
OF_A_LOT = {"Process Record": "lot", "Inspection Record": "lot", "Lot Release": "lot", "Serial Unit": "lot"}
# Records that name lots in their rows: DocType -> the DocType of the rows.
BY_ROWS = {"NCR": "NCR Lot", "Recall": "Recall Lot"}
# Records whose revision others ran on: (DocType, column) -> what they name.
NAMED_BY = {
    ("Process Record", "routing"): "Process Routing",
    ("Inspection Record", "plan"): "Inspection Plan",
}


# What makes other lots of an ancestor, and where an ancestor itself was sent: another lot's story.
_ELSEWHERE = frozenset({action.value for action in INTO_ACTIONS if action is not Action.RECEIVE})
_AWAY = frozenset({"Ship", "Deliver", "Return", "Accept Return", "Use"})


@dataclass(frozen=True)
class Story:
    """`lineage` has the lot and those that are the same pieces under another number."""

    lot: str
    cone: Cone
    lineage: tuple[str, ...]
    records: dict[str, list[str]] = field(default_factory=dict)
    events: tuple[str, ...] = ()

    @property
    def lots(self) -> list[str]:
        """The lot first, then what went into it, a generation after the other."""
        return self.cone.lots

    def names(self, doctype: str) -> list[str]:
        return self.records.get(doctype, [])

    def pairs(self) -> list[tuple[str, str]]:
        """(DocType, name) of every record."""
        return [(doctype, name) for doctype, names in sorted(self.records.items()) for name in names]


def story_of(lot: str) -> Story:
    """Raises NotFound. A number of queries that does not grow with the number of lots, only with generations."""
    name = frappe.db.get_value("Material Lot", lot)
    if not name:
        raise NotFound("Lot {0} does not exist.", lot)
    cone = genealogy.backward([name], parents_of)
    own = tuple(lineage(name, cone))
    records: dict[str, list[str]] = {"Material Lot": sorted(cone.lots)}
    for doctype, column in OF_A_LOT.items():
        lots = own if doctype == "Serial Unit" else cone.lots
        records[doctype] = _names(fetch(doctype, lots, ["name"], by=column), "name")
    for doctype, rows in BY_ROWS.items():
        records[doctype] = _names(fetch(rows, cone.lots, ["parent"], by="lot"), "parent")
    for (doctype, column), target in NAMED_BY.items():
        records[target] = _names(fetch(doctype, records[doctype], [column]), column)
    lots = fetch("Material Lot", cone.lots, ["supplier"])
    records["Qualification"] = names_of(records, sorted({row["supplier"] for row in lots if row["supplier"]}))
    return Story(name, cone, own, records, tuple(_events(cone, own)))


def _names(rows: Iterable[dict[str, Any]], column: str) -> list[str]:
    return sorted({row[column] for row in rows if row[column]})


def _events(cone: Cone, own: Sequence[str]) -> list[str]:
    """Everything that happened to the lot; of what went into it also what led here, but not what led elsewhere."""
    inside = set(cone.lots)
    rows = fetch("Trace Event Item", cone.lots, ["parent", "lot", "action"], by="lot")
    of_own = {row["parent"] for row in rows if row["lot"] in set(own)}
    here = of_own | {link.event for link in cone.links}
    others = {row["parent"] for row in rows} - here
    others -= {row["parent"] for row in rows if row["action"] in _AWAY}
    others -= {
        row["parent"]
        for row in fetch("Trace Event Item", sorted(others), ["parent", "lot", "action"], by="parent")
        if row["lot"] not in inside and row["action"] in _ELSEWHERE
    }
    return sorted(here | others)
