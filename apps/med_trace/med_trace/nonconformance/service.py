"""The verbs of nonconformance: open an NCR and hold what it concerns, decide, carry out and close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from med_trace.domain import disposition as disposition_rules
from med_trace.domain.disposition import Affected, Decision, Kind, NotDisposed, Stage, require_settled
from med_trace.domain.errors import BadInput
from med_trace.ledger.service import hold, lots_held_by
from med_trace.ledger.shown import shown
from med_trace.ledger.signing import require_signed, signatures_of
from med_trace.nonconformance.effects import hold_unit

MEANING = "Disposition Approved"


@shown()
def open_ncr(
    title: str,
    lots: Sequence[str | Affected | Mapping[str, Any]],
    source: tuple[str, str] | None = None,
    severity: str = "Major",
    description: str = "",
    containment: str = "",
) -> str:
    """Open an NCR about `lots` and hold them; returns its name.

    A lot given by its name alone is affected with all that is on hand. A serial unit is held alone; a lot
    is held with what was made from it (Trace Settings).
    """
    affected = [_as_affected(lot) for lot in lots]
    if not affected:
        raise BadInput("Name at least one lot.", field="lots")
    ncr = frappe.new_doc("NCR")
    ncr.update(
        {
            "title": title[:140],
            "severity": severity,
            "description": description or title,
            "containment": containment,
            "source_doctype": source[0] if source else None,
            "source_name": source[1] if source else None,
        }
    )
    for one in affected:
        ncr.append("lots", {"lot": one.lot, "serial_unit": one.unit, "quantity": float(one.quantity)})
    ncr.insert(ignore_permissions=True)  # whoever finds a fault reports it, and machines do too
    return ncr.name


def hold_affected(ncr: Document) -> None:
    """Hold what a new NCR concerns: whole lots with their descendants, single units alone."""
    source = (ncr.doctype, ncr.name)
    whole = list(dict.fromkeys(row.lot for row in ncr.lots if not row.serial_unit))
    if whole:
        hold(whole, ncr.title, source=source)
    for row in ncr.lots:
        if row.serial_unit and row.lot not in whole:
            hold_unit(row.lot, row.serial_unit, ncr.title, source)


@shown()
def evaluate(name: str, evaluation: str) -> None:
    """Record cause and risk; the NCR is then under evaluation."""
    ncr = frappe.get_doc("NCR", name)
    ncr.evaluation = evaluation
    ncr.workflow_state = Stage.UNDER_EVALUATION.value
    ncr.save()


@shown()
def propose(name: str, decisions: Iterable[Decision | Mapping[str, Any]]) -> None:
    """Write down what shall happen to each lot; nothing is carried out yet."""
    ncr = frappe.get_doc("NCR", name)
    ncr.set("dispositions", [])
    for decision in decisions:
        ncr.append("dispositions", _as_row(decision))
    ncr.save()


@shown()
def disposition(name: str) -> None:
    """Settle the dispositions: they add up, and each use as is has its approver's signature."""
    _move(name, Stage.DISPOSITIONED)


@shown()
def close(name: str) -> None:
    """Carry the dispositions out in the ledger and close the NCR."""
    _move(name, Stage.CLOSED)


def _move(name: str, stage: Stage) -> None:
    ncr = frappe.get_doc("NCR", name)
    ncr.workflow_state = stage.value
    ncr.save()


def require_possible(ncr: Document) -> None:
    """Refuse lots or pieces that are named twice, and more of a lot than it ever had."""
    lots = list({row.lot for row in ncr.lots})
    fields = ["name", "quantity", "on_hand", "shipped"]
    rows = frappe.get_all("Material Lot", {"name": ["in", lots]}, fields, limit_page_length=0)
    had = {row.name: _decimal(max(row.quantity, row.on_hand + row.shipped)) for row in rows}
    disposition_rules.require_possible(
        affected_of(ncr), {lot: quantity for lot, quantity in had.items() if quantity}
    )


def require_decided(ncr: Document) -> None:
    """Refuse dispositions without an evaluation, that do not add up, or that their approver did not sign."""
    if not (ncr.evaluation or "").strip():
        raise NotDisposed("Write down the evaluation of {0} before its disposition.", ncr.name)
    require_settled(affected_of(ncr), decisions_of(ncr))
    _require_descendants_decided(ncr)
    approvers = {row.approver for row in ncr.dispositions if row.disposition == Kind.USE_AS_IS}
    if not approvers:
        return
    require_signed(ncr, MEANING)
    signers = {one["signer"] for one in signatures_of(ncr.doctype, ncr.name) if one["valid"]}
    if approvers - signers:
        raise NotDisposed(
            "{0} is named as approver of Use As Is and has not signed '{1}'.",
            ", ".join(sorted(approvers - signers)),
            MEANING,
        )


def _require_descendants_decided(ncr: Document) -> None:
    """What was made from a faulty lot is held with it. Unless all is used as it is, it is decided about, too."""
    if all(row.disposition == Kind.USE_AS_IS for row in ncr.dispositions):
        return
    listed = {row.lot for row in ncr.lots}
    undecided = [lot for lot in lots_held_by((ncr.doctype, ncr.name)) if lot not in listed]
    if undecided:
        raise NotDisposed(
            "{0} is held because it was made from these lots. Add it to the lots with a disposition of its own.",
            ", ".join(undecided),
        )


def affected_of(ncr: Document) -> list[Affected]:
    """What the NCR concerns, as the domain sees it."""
    return [Affected(row.lot, _decimal(row.quantity), row.serial_unit or None) for row in ncr.lots]


def decisions_of(ncr: Document) -> list[Decision]:
    """What the NCR decides, as the domain sees it."""
    return [
        Decision(
            row.lot,
            Kind(row.disposition),
            _decimal(row.quantity),
            row.serial_unit or None,
            row.approver,
            row.justification,
        )
        for row in ncr.dispositions
    ]


def _as_affected(lot: str | Affected | Mapping[str, Any]) -> Affected:
    if isinstance(lot, Affected):
        return lot
    if isinstance(lot, str):
        return Affected(lot, _decimal(frappe.db.get_value("Material Lot", lot, "on_hand")))
    unit = lot.get("serial_unit") or None
    quantity = lot.get("quantity")
    if quantity is None:
        quantity = 1 if unit else frappe.db.get_value("Material Lot", lot["lot"], "on_hand")
    return Affected(lot["lot"], _decimal(quantity), unit)


def _as_row(decision: Decision | Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(decision, Decision):
        return dict(decision)
    return {
        "lot": decision.lot,
        "disposition": decision.kind.value,
        "quantity": float(decision.quantity),
        "serial_unit": decision.unit,
        "approver": decision.approver,
        "justification": decision.justification,
    }


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0))
