"""What went wrong and what was decided: NCRs with their dispositions, releases, recalls.

Of a record about several lots only the rows of the lots of this story are shown; `other_lots` says how many more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from med_trace.evidence.operations import rows_by_parent
from med_trace.evidence.people import Names
from med_trace.evidence.story import Story
from med_trace.ledger.fetch import fetch

_NCR = (
    "name title severity workflow_state source_doctype source_name description containment evaluation creation"
    " owner closed_on closed_by"
).split()
_NCR_LOT = "parent idx lot serial_unit quantity uom".split()
_DISPOSITION = "parent idx lot serial_unit disposition quantity uom approver justification".split()
_RELEASE = (
    "name lot quantity uom workflow_state deviations remarks released_at signatures_required revoked_at"
    " revocation_reason docstatus owner amended_from"
).split()
_RECALL = "name title recall_class workflow_state reason initiated_at terminated_at digest".split()
_RECALL_LOT = "parent idx lot in_scope on_hand shipped uom".split()


def nonconformances_of(story: Story) -> list[dict[str, Any]]:
    """By number; the lots and dispositions of this story."""
    names = story.names("NCR")
    lots = rows_by_parent("NCR Lot", _NCR_LOT, names)
    decided = rows_by_parent("NCR Disposition", _DISPOSITION, names)
    rows = fetch("NCR", names, _NCR)
    people = [row["owner"] for row in rows] + [row["closed_by"] for row in rows]
    people += [row["approver"] for some in decided.values() for row in some]
    called = Names("User", people)
    for row in rows:
        row["lots"], row["other_lots"] = _own(lots.get(row["name"], []), story)
        row["dispositions"] = [
            one | {"approver_name": called[one["approver"]]}
            for one in _own(decided.get(row["name"], []), story)[0]
        ]
        row["opened_at"], row["opened_by_name"] = row.pop("creation"), called[row["owner"]]
        row["closed_by_name"] = called[row["closed_by"]]
    return sorted(rows, key=lambda row: row["name"])


def releases_of(story: Story) -> list[dict[str, Any]]:
    """The lot's own first, then those of lots that went into it."""
    rows = fetch("Lot Release", story.names("Lot Release"), _RELEASE)
    for row in rows:
        row["own"] = row["lot"] in story.lineage
    return sorted(rows, key=lambda row: (not row["own"], row["lot"], row["name"]))


def recalls_of(story: Story) -> list[dict[str, Any]]:
    names = story.names("Recall")
    lots = rows_by_parent("Recall Lot", _RECALL_LOT, names)
    rows = fetch("Recall", names, _RECALL)
    for row in rows:
        row["lots"], row["other_lots"] = _own(lots.get(row["name"], []), story)
    return sorted(rows, key=lambda row: row["name"])


def _own(rows: Iterable[dict[str, Any]], story: Story) -> tuple[list[dict[str, Any]], int]:
    inside, rows = set(story.lots), list(rows)
    own = [row for row in rows if row["lot"] in inside]
    return own, len({row["lot"] for row in rows} - inside)
