"""What differs between two states of a record: old and new value of each field, row by row. Knows nothing of Frappe.

A state is a record's values by field; a table is a list of rows, each with its `name` and `idx`. Empty values are
not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

State = Mapping[str, Any]
Change = dict[str, Any]
ROW_IDENTITY = ("name", "idx")


def differences(before: State, after: State) -> list[Change]:
    """Changes as {field, old, new} in the order of field names; `old` or `new` is missing where it was empty.

    A field of a row is "table[2].field", by the row's new place; a whole row that came or went is "table[2]".
    """
    return [
        change
        for field in sorted({*before, *after})
        for change in _of_field(field, before.get(field), after.get(field))
    ]


def fields_of(changes: list[Change]) -> set[str]:
    """The fields that changes are of, without places: "table" and "table.field" for those of rows."""
    found = set()
    for change in changes:
        table, bracket, rest = change["field"].partition("[")
        found.add(table)
        inner = rest.partition("].")[2]
        if bracket and inner:
            found.add(f"{table}.{inner}")
    return found


def _of_field(field: str, old: Any, new: Any) -> Iterator[Change]:
    if _is_table(old) or _is_table(new):
        yield from _of_table(field, old or [], new or [])
    elif old != new:
        yield _change(field, old, new)


def _of_table(table: str, before: list[State], after: list[State]) -> Iterator[Change]:
    for place, (old, new) in enumerate(_pairs(before, after), start=1):
        idx = (new or old or {}).get("idx") or place
        if old is None or new is None:
            yield _change(f"{table}[{idx}]", _values(old), _values(new))
            continue
        for field in sorted({*old, *new} - {"name"}):
            if old.get(field) != new.get(field):
                yield _change(f"{table}[{idx}].{field}", old.get(field), new.get(field))


def _pairs(before: list[State], after: list[State]) -> Iterator[tuple[State | None, State | None]]:
    """Rows of the same name belong together; where no name is known any more, rows of the same place."""
    by_name = {row.get("name"): row for row in before}
    if not any(row.get("name") in by_name for row in after):
        by_name = {row.get("idx"): row for row in before}
        key = "idx"
    else:
        key = "name"
    for row in after:
        yield by_name.pop(row.get(key), None), row
    for row in by_name.values():
        yield row, None


def _values(row: State | None) -> dict[str, Any] | None:
    return {field: value for field, value in row.items() if field not in ROW_IDENTITY} if row else None


def _change(field: str, old: Any, new: Any) -> Change:
    change = {"field": field, "old": old, "new": new}
    return {key: value for key, value in change.items() if value is not None}


def _is_table(value: Any) -> bool:
    return isinstance(value, list)
