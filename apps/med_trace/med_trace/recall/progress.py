"""What consignees answer and send back, until nothing is outstanding; and whether the recall may end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from frappe.model.document import Document
from frappe.utils import flt, getdate, now_datetime
from med_trace.domain import recall as rules
from med_trace.domain.errors import BadInput, NotFound, TraceError
from med_trace.domain.event import Action
from med_trace.domain.recall import EffectivenessLevel, Outcome, Shipment
from med_trace.domain.sentence import Sentence
from med_trace.ledger.rows import rows_matching
from med_trace.ledger.shown import shown, translated
from med_trace.recall.scoping import CAUSE_SLICE, units_in_scope
from med_trace.recall.states import RecallState, require_state

REPLY_FIELDS = ("quantity_held", "quantity_used", "quantity_destroyed")


class NotTerminable(TraceError):
    """Something that the end of a recall needs is open."""

    title = "Cannot be terminated yet"


@shown()
def record_reply(
    recall: Document,
    consignee: str,
    lot: str,
    quantities: dict[str, Decimal],
    reply: str = "",
    responded_on: datetime | None = None,
    outcome: str | None = None,
    outcome_reason: str | None = None,
) -> None:
    """Enter what a consignee answered about one lot. `quantities`: quantity_held, _used, _destroyed.

    Raises BadInput when the quantities cannot be true.
    """
    require_state(recall, RecallState.INITIATED)
    row = row_of(recall, consignee, lot)
    for field, quantity in quantities.items():
        if field not in REPLY_FIELDS:
            raise BadInput("{0}: expected one of {1}.", repr(field), ", ".join(REPLY_FIELDS), field=field)
        row.set(field, float(quantity))
    row.reply = reply or row.reply
    row.responded_on = responded_on or now_datetime()
    row.outcome = outcome if outcome is not None else row.outcome
    row.outcome_reason = outcome_reason or row.outcome_reason
    recall.save()


@shown()
def record_recovered(recall: Document, consignee: str, lot: str, quantity: Decimal) -> None:
    """Add a quantity that came back outside of a stock document. Returned deliveries count by themselves."""
    require_state(recall, RecallState.INITIATED)
    if quantity <= 0:
        raise BadInput("quantity is {0}; expected a number above zero.", quantity, field="quantity")
    row = row_of(recall, consignee, lot)
    row.quantity_recovered = flt(row.quantity_recovered) + float(quantity)
    recall.save()


@shown()
def record_check(
    recall: Document, consignee: str, method: str, is_effective: bool, notes: str = "", by: str | None = None
) -> None:
    """Enter one effectiveness check: whether the consignee had the notice and acted on it."""
    require_state(recall, RecallState.INITIATED)
    if consignee not in {row.consignee for row in recall.consignees}:
        raise NotFound("{0} is no consignee of recall {1}.", consignee, recall.name)
    row = {
        "consignee": consignee,
        "checked_on": now_datetime(),
        "method": method,
        "result": "Effective" if is_effective else "Not Effective",
        "notes": notes,
    }
    recall.append("checks", row | ({"checked_by": by} if by else {}))
    recall.save()


def row_of(recall: Document, consignee: str, lot: str) -> Document:
    for row in recall.consignees:
        if (row.consignee, row.lot) == (consignee, lot):
            return row
    raise NotFound("Recall {0}: {1} received none of lot {2}.", recall.name, consignee, lot)


def refresh_returns(recall: Document) -> None:
    """Take what came back by delivery from the ledger into the rows of the recall; does not save."""
    returned = _returned(recall)
    for row in recall.consignees:
        row.quantity_returned = float(returned.get((row.consignee, row.lot), Decimal(0)))
        row.quantity_outstanding = float(_shipment(row).outstanding)
    shipments = shipments_of(recall)
    recall.quantity_shipped = float(sum((one.shipped for one in shipments), Decimal(0)))
    recall.quantity_recovered = float(sum((one.recovered for one in shipments), Decimal(0)))
    recall.quantity_outstanding = float(sum((one.outstanding for one in shipments), Decimal(0)))


def release_held(recall: Document) -> None:
    """What came back is no longer held at the consignee; does not save."""
    refresh_returns(recall)
    for row in recall.consignees:
        row.quantity_held = min(flt(row.quantity_held), max(flt(row.quantity_outstanding), 0.0))


def _returned(recall: Document) -> dict[tuple[str, str], Decimal]:
    lots = sorted({row.lot for row in recall.consignees})
    known = units_in_scope(recall) if recall.slice == CAUSE_SLICE else {}
    found: dict[tuple[str, str], Decimal] = {}
    for row in rows_matching({"lot": lots, "action": [Action.RETURN.value]}):
        concerned = known.get(row.lot)
        if concerned and row.serial_unit and row.serial_unit not in concerned:
            continue
        key = (row.consignee or "", row.lot)
        found[key] = found.get(key, Decimal(0)) + row.quantity
    return found


def shipments_of(recall: Document) -> list[Shipment]:
    return [_shipment(row) for row in recall.consignees]


def _shipment(row: Document) -> Shipment:
    return Shipment(
        consignee=row.consignee,
        lot=row.lot,
        shipped=_decimal(row.quantity_shipped),
        used=_decimal(row.quantity_used),
        recovered=_decimal(row.quantity_returned) + _decimal(row.quantity_recovered),
        destroyed=_decimal(row.quantity_destroyed),
        held=_decimal(row.quantity_held),
        notified_on=getdate(row.notified_on) if row.notified_on else None,
        responded_on=getdate(row.responded_on) if row.responded_on else None,
        outcome=Outcome(row.outcome or ""),
        reason=row.outcome_reason or "",
    )


def _decimal(value: Any) -> Decimal:
    return Decimal(str(flt(value, 9)))


def require_possible_quantities(recall: Document) -> None:
    """Raises BadInput for quantities that cannot be true."""
    errors = [error for one in shipments_of(recall) for error in rules.quantity_errors(one)]
    if errors:
        raise BadInput("{0}", " ".join(map(translated, errors)), field="consignees")


def checks_needed(recall: Document) -> int:
    level = EffectivenessLevel(recall.effectiveness_level or "A")
    consignees = {row.consignee for row in recall.consignees}
    return rules.checks_needed(level, len(consignees), Decimal(str(recall.effectiveness_percent or 0)))


def termination_blockers(recall: Document) -> list[str]:
    """Why the recall cannot end yet, in the user's language."""
    checked = [row.consignee for row in recall.checks if row.result == "Effective"]
    found = rules.termination_blockers(shipments_of(recall), checked, checks_needed(recall))
    if not (recall.effectiveness or "").strip():
        found.append(Sentence("The conclusion of the effectiveness check is missing."))
    return [translated(one) for one in found]


@shown()
def require_terminable(recall: Document) -> None:
    """Raises NotTerminable with every reason."""
    require_state(recall, RecallState.INITIATED)
    found = termination_blockers(recall)
    if found:
        raise NotTerminable("Recall {0} cannot be terminated yet: {1}", recall.name, _as_list(found))


def _as_list(lines: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


def status_report(recall: Document) -> dict[str, Any]:
    """The status report of 21 CFR 7.53: per consignee and in total, with what still keeps the recall open."""
    rows = [asdict(status) for status in rules.status_by_consignee(shipments_of(recall))]
    return {
        "recall": recall.name,
        "state": recall.workflow_state,
        "recall_class": recall.recall_class,
        "consignees": [{key: _number(value) for key, value in row.items()} for row in rows],
        "notified": sum(row["is_notified"] for row in rows),
        "responded": sum(row["has_responded"] for row in rows),
        "settled": sum(row["is_settled"] for row in rows),
        "checks_done": len({row.consignee for row in recall.checks if row.result == "Effective"}),
        "checks_needed": checks_needed(recall),
        "open": termination_blockers(recall),
    }


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
