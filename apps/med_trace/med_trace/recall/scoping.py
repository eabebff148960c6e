"""Builds the scope of a Recall into the record, and later proves that the record still says the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain.canonical import canonical_bytes
from med_trace.domain.errors import TraceError
from med_trace.ledger.shown import shown
from med_trace.recall import scope as ledger_scope
from med_trace.recall.criteria import parsed
from med_trace.recall.states import RecallState, require_state

CRITERION_FIELDS = ("criterion", "value", "from_time", "to_time", "minimum", "maximum")
CAUSE_SLICE = "Cause Slice"


@shown()
def build_scope(recall: Document) -> dict[str, Any]:
    """Compute the scope of the recall's criteria now and store it, with a snapshot of the whole answer.

    A recall that is already initiated keeps the scope that was signed.
    """
    require_state(recall, RecallState.DRAFT, RecallState.SCOPED)
    answer = fill_scope(recall)
    recall.workflow_state = RecallState.SCOPED.value
    recall.flags.is_scoped_now = True
    recall.save()
    return answer


@shown()
def fill_scope(recall: Document) -> dict[str, Any]:
    """Compute the scope into the document; does not save."""
    answer = ledger_scope.scope(criteria_of(recall))
    _fill(recall, answer)
    return answer


def criteria_of(recall: Document) -> list[Any]:
    return parsed([{field: row.get(field) for field in CRITERION_FIELDS} for row in recall.criteria])


def _fill(recall: Document, answer: dict[str, Any]) -> None:
    chosen = answer["slice"] if recall.slice == CAUSE_SLICE else answer
    recall.scoped_at = now_datetime()
    units: dict[str, list[str]] = {}
    for unit in chosen["units"]:
        units.setdefault(unit["lot"], []).append(unit["unit"])
    recall.set("lots", [_lot_row(lot, units.get(lot["lot"], [])) for lot in chosen["lots"]])
    recall.set("gaps", [{"lot": gap["lot"], "gap": gap["gap"]} for gap in answer["gaps"]])
    by_lot = {lot["lot"]: lot for lot in answer["lots"]}
    recall.set("consignees", [_consignee_row(line, by_lot[line["lot"]]) for line in chosen["consignees"]])
    recall.lot_count, recall.unit_count = len(chosen["lots"]), len(chosen["units"])
    recall.whole_lot_quantity = sum(lot["made"] for lot in answer["lots"])
    recall.quantity_saved = answer["saved"]["quantity"]
    recall.slice_quantity = recall.whole_lot_quantity - recall.quantity_saved
    recall.digest, recall.ledger_position = answer["digest"], str(answer["position"])
    recall.snapshot = canonical_bytes(_plain(answer)).decode()


def _plain(value: Any) -> Any:
    """The answer without Frappe's own types, so that it reads back as it was written."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def _lot_row(lot: dict[str, Any], units: list[str]) -> dict[str, Any]:
    return {
        "lot": lot["lot"],
        "item_code": lot["item_code"],
        "kind": lot["kind"],
        "state": lot["state"],
        "uom": lot["uom"],
        "made": lot["made"],
        "in_scope": lot.get("concerned", lot["made"]),
        "on_hand": lot["on_hand"],
        "shipped": lot["shipped"],
        "units": "\n".join(units),
    }


def _consignee_row(line: dict[str, Any], lot: dict[str, Any]) -> dict[str, Any]:
    return {
        "consignee": line["consignee"],
        "consignee_name": line["consignee_name"],
        "address": line["address"],
        "lot": line["lot"],
        "item_code": lot["item_code"],
        "uom": lot["uom"],
        "units": "\n".join(line["units"]),
        "shipped_on": _dates(line),
        "quantity_shipped": line["shipped"],
        "quantity_returned": line["returned"],
    }


def _dates(line: dict[str, Any]) -> str:
    days = [str(moment)[:10] for moment in (line["first_shipped"], line["last_shipped"]) if moment]
    return " to ".join(dict.fromkeys(days)) + _in_brackets(line["documents"])


def _in_brackets(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f" ({listed})" if listed else ""


@shown()
def verify_snapshot(recall: Document) -> dict[str, Any]:
    """Compute the scope again at the stored ledger position and compare.

    Returns `valid`, the stored and the recomputed `digest` and `differences`: parts of the record that no
    longer say what the ledger says.
    """
    require_state(recall, *(state for state in RecallState if state is not RecallState.DRAFT))
    stored = json.loads(recall.snapshot)
    again = json.loads(
        canonical_bytes(_plain(ledger_scope.scope(criteria_of(recall), until=int(recall.ledger_position))))
    )
    differences = [
        part
        for part, same in (
            ("digest", recall.digest == again["digest"]),
            ("snapshot", _stable(stored) == _stable(again)),
            ("lots", {row.lot for row in recall.lots} == _lots_of(again, recall.slice)),
            ("consignees", _shipped(recall) == _shipped_of(again, recall.slice)),
        )
        if not same
    ]
    return {
        "valid": not differences,
        "stored_digest": recall.digest,
        "digest": again["digest"],
        "position": int(recall.ledger_position),
        "differences": differences,
    }


# What of a snapshot follows from the ledger alone; states and places go on changing.
STABLE = ("criteria", "position", "roots", "consignees", "digest", "complete")


def _stable(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: answer.get(key) for key in STABLE}


def _chosen(answer: dict[str, Any], slice_name: str) -> dict[str, Any]:
    return answer["slice"] if slice_name == CAUSE_SLICE else answer


def _lots_of(answer: dict[str, Any], slice_name: str) -> set[str]:
    return {lot["lot"] for lot in _chosen(answer, slice_name)["lots"]}


def _shipped_of(answer: dict[str, Any], slice_name: str) -> dict[tuple[str, str], float]:
    lines = _chosen(answer, slice_name)["consignees"]
    return {(line["consignee"], line["lot"]): float(line["shipped"]) for line in lines}


def _shipped(recall: Document) -> dict[tuple[str, str], float]:
    return {(row.consignee, row.lot): float(row.quantity_shipped or 0) for row in recall.consignees}


class ScopeIsOld(TraceError):
    """The scope of a recall is not, or no longer, what the ledger says."""

    title = "Build the scope again"


def require_current_scope(recall: Document) -> None:
    """What is about to be recalled is all that the ledger knows now: nothing made, shipped or left out since."""
    chosen = _chosen(ledger_scope.scope(criteria_of(recall)), recall.slice)
    now = {lot["lot"]: set() for lot in chosen["lots"]}
    for unit in chosen["units"]:
        now[unit["lot"]].add(unit["unit"])
    recorded = {lot: set(units) for lot, units in units_in_scope(recall).items()}
    differing = sorted(lot for lot in now.keys() | recorded.keys() if now.get(lot) != recorded.get(lot))
    shipped = {(line["consignee"], line["lot"]): float(line["shipped"]) for line in chosen["consignees"]}
    differing += sorted({lot for _, lot in _differing(shipped, _shipped(recall))} - set(differing))
    if differing:
        raise ScopeIsOld(
            "The scope of {0} is not what the ledger says now (lot {1}). Build the scope again, then sign.",
            *(recall.name, ", ".join(differing[:5])),
        )


def _differing(one: dict[Any, float], other: dict[Any, float]) -> set[Any]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def units_in_scope(recall: Document) -> dict[str, list[str]]:
    """The units of each lot in scope; a lot without serial numbers has none."""
    return {row.lot: (row.units or "").splitlines() for row in recall.lots}
