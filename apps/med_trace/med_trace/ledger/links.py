"""Genealogy links as the ledger holds them: what went into what. Reads only.

In one event every "from" row is a parent of every "into" row; a from row that names the unit it went
into is a parent of that unit's row alone. Reversed events have no links.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import frappe
from med_trace.domain.event import FROM_ACTIONS, INTO_ACTIONS
from med_trace.domain.genealogy import Link
from med_trace.ledger import read, tables

_LINKS = """select f.lot as parent, t.lot as child, f.parent as event, f.event_type as type,
        f.event_time as time, f.quantity as quantity, f.uom as uom,
        f.serial_unit as parent_unit, coalesce(t.serial_unit, f.into_unit) as child_unit, f.idx as row_no
    from `tabTrace Event Item` f join `tabTrace Event Item` t on t.parent = f.parent
    where {side}.lot in %(names)s
    and f.action in %(from_actions)s and t.action in %(into_actions)s
    and f.lot <> t.lot
    and (f.into_unit is null or t.serial_unit is null or t.serial_unit = f.into_unit)
    and {standing}
    order by f.event_time, f.parent, f.idx, t.idx"""


def children_of(lots: Sequence[str], until: int | None = None) -> list[Link]:
    """What something of these lots went into, one generation. One query per 2 000 lots.

    `until`: as the ledger stood at this position (`append_only.position`); None: as it stands.
    """
    return _links("f", lots, until)


def parents_of(lots: Sequence[str], until: int | None = None) -> list[Link]:
    """What went into these lots, one generation; as children_of."""
    return _links("t", lots, until)


def _links(side: str, lots: Iterable[str], until: int | None) -> list[Link]:
    query = _LINKS.format(side=side, standing=tables.standing("f", until))
    found: list[Link] = []
    for chunk in tables.chunks(dict.fromkeys(lots), tables.NAMES_PER_QUERY):
        values = {
            "names": chunk,
            "from_actions": [action.value for action in FROM_ACTIONS],
            "into_actions": [action.value for action in INTO_ACTIONS],
            "until": until,
        }
        rows = frappe.db.sql(query, values, as_dict=True)
        found.extend(_link(row) for row in rows)
    return found


def _link(row: dict) -> Link:
    return Link(
        parent=row["parent"],
        child=row["child"],
        event=row["event"],
        type=row["type"],
        time=read.moment(row["time"]),
        quantity=read.quantity_of(row["quantity"]),
        uom=row["uom"] or "",
        parent_unit=row["parent_unit"] or None,
        child_unit=row["child_unit"] or None,
        row=row["row_no"],
    )
