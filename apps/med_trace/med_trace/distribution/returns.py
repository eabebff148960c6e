"""What came back from a consignee is looked at and taken into stock again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from med_trace.domain.errors import BadInput
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger.service import record
from med_trace.ledger.shown import shown


@shown()
def accept_return(
    lot: str,
    reason: str,
    quantity: Decimal | None = None,
    units: Sequence[str] = (),
    source: tuple[str, str] | None = None,
) -> str:
    """Free what a return blocked: a quantity of `lot`, or the units named. Returns the event.

    Raises what the gate says: only a released lot takes back, and not more than is blocked.
    """
    if not (quantity or units):
        raise BadInput(
            "Lot {0}: name the quantity or the units that are accepted back.", lot, field="quantity"
        )
    if not (reason or "").strip():
        raise BadInput("Lot {0}: say why the return is accepted.", lot, field="reason")
    rows = [Row(Action.ACCEPT_RETURN, lot, Decimal(1), serial_unit=unit) for unit in units]
    if quantity:
        rows.append(Row(Action.ACCEPT_RETURN, lot, quantity))
    return record(
        EventDraft(
            EventType.RETURN_ACCEPTED,
            tuple(rows),
            reason=reason,
            source_doctype=source[0] if source else None,
            source_name=source[1] if source else None,
        )
    )
