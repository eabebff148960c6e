"""Reads rows of the ledger for those who reason about them. Reversed events and reversals are left out.

Every function takes `until`, a ledger position (`append_only.position()`): only rows written up to it count,
so that an answer given earlier can be given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import frappe
from med_trace.domain.scope import RecordedRow
from med_trace.ledger.tables import NAMES_PER_QUERY, chunks, standing

_COLUMNS = (
    "parent idx action lot quantity event_time serial_unit into_unit cavity tool equipment operator"
    " made_from made_to consignee"
).split()


def rows_of_lots(lots: Sequence[str], until: int | None = None) -> list[RecordedRow]:
    """Every row that names one of `lots`."""
    return rows_matching({"lot": lots}, until=until)


def rows_of_events(events: Sequence[str], until: int | None = None) -> list[RecordedRow]:
    """Every row of `events`."""
    return rows_matching({"parent": events}, until=until)


def rows_matching(
    one_of: dict[str, Sequence[str]],
    conditions: Sequence[str] = (),
    values: dict[str, Any] | None = None,
    until: int | None = None,
) -> list[RecordedRow]:
    """Rows whose columns hold one of the given values (`one_of`), in the order in which they happened.

    `conditions` are further SQL conditions on `item` with named `values`. The longest list is asked for in
    batches, so that no statement grows with the number of lots.
    """
    if any(not choices for choices in one_of.values()):
        return []
    longest = max(one_of, key=lambda column: len(one_of[column]), default=None)
    rows: list[RecordedRow] = []
    for batch in chunks(one_of[longest] if longest else [""], NAMES_PER_QUERY):
        chosen = {**one_of, longest: batch} if longest else {}
        rows += _select(chosen, conditions, values or {}, until)
    return sorted(rows, key=lambda row: (row.time, row.event, row.idx))


def _select(
    one_of: dict[str, Sequence[str]], conditions: Iterable[str], values: dict[str, Any], until: int | None
) -> list[RecordedRow]:
    wanted = [f"item.{column} in %({column}_list)s" for column in one_of]
    bound = {f"{column}_list": tuple(choices) for column, choices in one_of.items()}
    columns = ", ".join(f"item.{column}" for column in _COLUMNS)
    found = frappe.db.sql(
        f"""select {columns}, event.process_record
        from `tabTrace Event Item` item join `tabTrace Event` event on event.name = item.parent
        where {" and ".join([*wanted, *conditions, standing("item", until)])}""",
        {**bound, **values, "until": until},
    )
    return [_as_row(row) for row in found]


def _as_row(row: Sequence[Any]) -> RecordedRow:
    event, idx, action, lot, quantity, time, *more = row
    unit, into, cavity, tool, equipment, operator, made_from, made_to, consignee, record = (
        one or None for one in more
    )
    return RecordedRow(
        event=event,
        idx=idx,
        action=action,
        lot=lot,
        quantity=Decimal(str(quantity)),
        time=time,
        serial_unit=unit,
        into_unit=into,
        cavity=cavity,
        tool=tool,
        equipment=equipment,
        operator=operator,
        made_from=made_from,
        made_to=made_to,
        consignee=consignee,
        process_record=record,
    )
