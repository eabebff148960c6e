"""What an attacker with the database in his hands can do to single values and rows. No triggers stop him."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import frappe

FREE = {"_user_tags", "_comments", "_assign", "_liked_by", "_seen", "seq"}
HEX = "0123456789abcdef"


class Nothing(Exception):
    """There is nothing (left) to do this to."""


def columns(table: str, without: frozenset[str] | set[str] = frozenset()) -> list[str]:
    """The columns of a DocType's table, without those that Frappe may change at any time."""
    return [name for name in frappe.db.get_table_columns(table) if name not in FREE and name not in without]


def types(table: str) -> dict[str, str]:
    rows = frappe.db.sql(f"pragma table_info(`tab{table}`)")
    return {row[1]: str(row[2]).lower() for row in rows}


def row_of(table: str, name: str) -> dict[str, Any]:
    """The whole row. Raises Nothing when another mutation took it away."""
    found = frappe.db.sql(f"select * from `tab{table}` where name = %s", name, as_dict=True)
    if not found:
        raise Nothing(name)
    return found[0]


def names(table: str, condition: str = "1=1", *values: Any) -> list[str]:
    query = f"select name from `tab{table}` where {condition} order by rowid"
    return frappe.db.sql(query, values, pluck=True)


def write(table: str, name: str, changes: dict[str, Any]) -> None:
    listed = ", ".join(f"`{column}` = %s" for column in changes)
    _run(f"update `tab{table}` set {listed} where name = %s", (*changes.values(), name))


def delete(table: str, name: str) -> None:
    frappe.db.sql(f"delete from `tab{table}` where name = %s", name)


def insert(table: str, row: dict[str, Any]) -> None:
    listed = ", ".join(f"`{column}`" for column in row)
    marks = ", ".join(["%s"] * len(row))
    _run(f"insert into `tab{table}` ({listed}) values ({marks})", tuple(row.values()))


def _run(statement: str, values: tuple) -> None:
    """Raises Nothing for what the table itself cannot hold."""
    try:
        frappe.db.sql(statement, values)
    except Exception as error:
        if "constraint failed" in str(error):
            raise Nothing(statement) from error
        raise


def new_name(chance: random.Random, like: str) -> str:
    """A name of the same kind that nothing has."""
    tail = "".join(chance.choice(HEX) for _ in range(6))
    return like[:-6] + tail if len(like) > 12 else f"{like}-{tail}"


def is_same(one: Any, other: Any) -> bool:
    """Nothing is nothing, however it is written: NULL, 0 and an empty text say the same."""
    return one == other or (not one and not other)


def other_value(chance: random.Random, kind: str, old: Any, elsewhere: Any) -> Any:
    """A value that is not the old one: another row's, or the old one a little changed."""
    if not is_same(elsewhere, old) and chance.random() < 0.4:
        return elsewhere
    if isinstance(old, (date, timedelta)) or kind.startswith(("date", "time")):
        return _other_moment(chance, old)
    if kind.startswith(("int", "bigint", "tinyint", "smallint")):
        return int(old or 0) + chance.choice((-1, 1, 2))
    if kind.startswith(("decimal", "real", "float", "double")):
        return float(old or 0) + chance.choice((-1, 0.001, 1, 1000))
    return _other_text(chance, str(old or ""))


def _other_moment(chance: random.Random, old: Any) -> Any:
    if isinstance(old, timedelta) or (isinstance(old, date) and not isinstance(old, datetime)):
        return old + timedelta(days=chance.choice((-1, 1)))
    if not isinstance(old, datetime):
        return datetime(2020, 1, 2, 3, 4, 5)
    return old + timedelta(**{chance.choice(("microseconds", "seconds", "days")): chance.choice((-1, 1))})


def _other_text(chance: random.Random, old: str) -> str:
    """One sign put in, left out or replaced; the case of a letter changed; or a text that was never there."""
    if not old:
        return chance.choice(("x", " ", "0", "better"))
    at = chance.randrange(len(old))
    sign = chance.choice(HEX + "Z ")
    made = chance.choice(
        (
            old[:at] + old[at + 1 :],
            old[:at] + sign + old[at:],
            old[:at] + sign + old[at + 1 :],
            old[:at] + old[at].swapcase() + old[at + 1 :],
            old + " ",
            f"{old}0",
        )
    )
    return made if made and made != old else f"{old}x"
