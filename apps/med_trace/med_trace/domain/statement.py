"""Is what a caller states about an event well formed? Before any lot is looked at. Knows nothing of Frappe."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from med_trace.domain import event as words
from med_trace.domain.errors import BadInput, NotBalanced
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.gate import plain

_LIFTING = {EventType.HOLD_LIFTED, EventType.RECALL_LIFTED}
_NEEDS_REASON = {EventType.CORRECTED, EventType.RELEASE_REVOKED, EventType.REJECTED, EventType.HELD}


def checked(draft: EventDraft) -> EventDraft:
    """The draft with its rows' quantities in steps, or BadInput naming field, value and what is expected."""
    if not draft.rows:
        raise BadInput("rows: an event has at least one row.", field="rows")
    if draft.type in _LIFTING and not draft.lifts:
        raise BadInput("lifts: a {0} event names the event that it ends.", draft.type.value, field="lifts")
    if draft.type in _NEEDS_REASON and not (draft.reason or "").strip():
        raise BadInput("reason: a {0} event needs a reason.", draft.type.value, field="reason")
    rows = tuple(_checked_row(draft, row, f"rows[{i}]") for i, row in enumerate(draft.rows))
    _require_each_unit_once(rows)
    if draft.type in words.CONSERVING:
        _require_conserved(draft.type, rows)
        _require_two_sides(draft.type, rows)
    return replace(draft, rows=rows)


def _checked_row(draft: EventDraft, row: Row, where: str) -> Row:
    allowed = words.ACTIONS_OF[draft.type]
    if row.action not in allowed:
        expected = ", ".join(sorted(action.value for action in allowed))
        raise BadInput(
            "{0}.action: {1} does not belong to a {2} event; expected {3}.",
            *(where, row.action.value, draft.type.value, expected),
            field=f"{where}.action",
        )
    if not row.lot:
        raise BadInput("{0}.lot: a row names a lot.", where, field=f"{where}.lot")
    if row.blocked and row.action not in (Action.RECEIVE, Action.PRODUCE):
        raise BadInput(
            "{0}.blocked: only Receive and Produce can bring blocked quantity.", where, field="blocked"
        )
    if row.into_unit and row.action not in words.FROM_ACTIONS:
        raise BadInput("{0}.into_unit: {1} leads into no unit.", where, row.action.value, field="into_unit")
    quantity = _quantity(row, f"{where}.quantity")
    return (
        row
        if quantity == row.quantity and isinstance(row.quantity, Decimal)
        else replace(row, quantity=quantity)
    )


def _quantity(row: Row, where: str) -> Decimal:
    given = row.quantity
    if not isinstance(given, Decimal):
        given = Decimal(str(given))
    if not given.is_finite() or abs(given) > words.LARGEST:
        raise BadInput("{0}: {1} is not a quantity; expected a number.", where, given, field=where)
    quantity = given.quantize(words.STEP)
    if row.serial_unit:
        quantity = quantity or Decimal(1)
        if quantity != 1 and row.action is not Action.CORRECT:
            raise BadInput("{0}: {1} of one serial unit; expected 1.", where, plain(quantity), field=where)
    if row.action is Action.CORRECT:
        if quantity == 0:
            raise BadInput("{0}: a correction of 0; expected a signed number.", where, field=where)
    elif quantity < 0 or (quantity == 0 and row.action in words.NEEDS_QUANTITY):
        expected = "0 or more" if row.action not in words.NEEDS_QUANTITY else "more than 0"
        raise BadInput(
            "{0}: {1} of {2}; expected {3}.", where, plain(quantity), row.lot, expected, field=where
        )
    return quantity


def _require_each_unit_once(rows: tuple[Row, ...]) -> None:
    seen: set[tuple[Action, str]] = set()
    for row in rows:
        if not row.serial_unit:
            continue
        key = (row.action, row.serial_unit)
        if key in seen:
            raise BadInput(
                "rows: unit {0} is named twice for {1}.", row.serial_unit, row.action.value, field="rows"
            )
        seen.add(key)


def _require_conserved(kind: EventType, rows: tuple[Row, ...]) -> None:
    out = sum((row.quantity for row in rows if row.action in words.FROM_ACTIONS), Decimal(0))
    into = sum((row.quantity for row in rows if row.action in words.INTO_ACTIONS), Decimal(0))
    if out != into:
        raise NotBalanced(
            "{0}: {1} leave the sources and {2} enter the targets; the two have to be equal.",
            *(kind.value, plain(out), plain(into)),
        )


def _require_two_sides(kind: EventType, rows: tuple[Row, ...]) -> None:
    """A lot that is split, merged or relabelled into itself would seem to have been made twice."""
    sources = {row.lot.casefold() for row in rows if row.action in words.FROM_ACTIONS}
    for row in rows:
        if row.action in words.INTO_ACTIONS and row.lot.casefold() in sources:
            raise BadInput(
                "rows: lot {0} is on both sides of a {1} event. Name only what leaves it and where that goes.",
                *(row.lot, kind.value),
                field="rows",
            )
