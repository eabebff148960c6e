"""Turns a statement with MariaDB's parameters (`%s`, `%(name)s`) into SQLite's, and says what kind it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from frappe.database.sqlite.values import as_json_list, to_param

READ, LOCK, WRITE, DDL, CONTROL = "read", "lock", "write", "ddl", "control"
MANY = 500  # longer lists travel as one JSON parameter
LONG = 5000
Result = TypeVar("Result")

_PARAMETER = re.compile(r"%(?:\((\w+)\))?s|%%")
_LOCKING = re.compile(
    r"\s+(for\s+update(\s+skip\s+locked|\s+nowait)?|lock\s+in\s+share\s+mode)\s*;?\s*$", re.I
)
_FIRST_WORD = re.compile(r"[\s(]*([a-z]+)", re.I)
_WRITES = re.compile(r"\b(insert|update|delete)\b", re.I)
_LISTS = (list, tuple, set, frozenset)
_KIND = {
    **dict.fromkeys(("select", "explain", "pragma", "values"), READ),
    **dict.fromkeys(("create", "alter", "drop", "truncate", "rename"), DDL),
    **dict.fromkeys(("commit", "rollback", "begin", "start", "savepoint", "release"), CONTROL),
}


class Statement(NamedTuple):
    """`pieces` surround the parameters; `keys` name them (None for positional ones)."""

    kind: str
    pieces: tuple[str, ...]
    keys: tuple[str | None, ...]
    positional: str


def remembered(function: Callable[[str], Result]) -> Callable[[str], Result]:
    """Keeps answers for short statements; long ones are full of values and do not come again."""
    known = lru_cache(maxsize=4096)(function)
    return lambda query: known(query) if len(query) < LONG else function(query)


@remembered
def kind_of(query: str) -> tuple[str, str]:
    """(kind, query without its lock clause)."""
    found = _FIRST_WORD.match(query)
    word = found.group(1).lower() if found else ""
    if word == "with":
        return (WRITE if _WRITES.search(query) else READ), query
    kind = _KIND.get(word, WRITE)
    if kind == READ:
        free, locks = _LOCKING.subn("", query)
        return (LOCK, free) if locks else (READ, query)
    return kind, query


@remembered
def parse(query: str) -> Statement:
    kind, query = kind_of(query)
    pieces, keys, piece, end = [], [], "", 0
    for found in _PARAMETER.finditer(query):
        piece += query[end : found.start()]
        end = found.end()
        if found.group() == "%%":
            piece += "%"
            continue
        pieces.append(piece)
        keys.append(found.group(1))
        piece = ""
    pieces.append(piece + query[end:])
    return Statement(kind, tuple(pieces), tuple(keys), "?".join(pieces))


def bind(query: str, values: Any) -> tuple[str, str, list[Any]]:
    """(kind, SQL for SQLite, parameters). Lists become `(?, ?, ...)`, an empty list `(NULL)`."""
    statement = parse(query)
    found = _values_of(statement, values)
    if not any(isinstance(value, _LISTS) for value in found):
        return statement.kind, statement.positional, [to_param(value) for value in found]
    sql, params = [statement.pieces[0]], list[Any]()
    for value, piece in zip(found, statement.pieces[1:], strict=True):
        sql.append(_placeholder(value, params))
        sql.append(piece)
    return statement.kind, "".join(sql), params


def _values_of(statement: Statement, values: Any) -> Sequence[Any]:
    if isinstance(values, Mapping):
        return [values[key] for key in statement.keys if key is not None]
    if not isinstance(values, (list, tuple)):
        values = (values,)
    if len(values) != len(statement.keys):
        raise TypeError(f"{len(statement.keys)} parameters expected, {len(values)} given")
    return values


def _placeholder(value: Any, params: list[Any]) -> str:
    if not isinstance(value, _LISTS):
        params.append(to_param(value))
        return "?"
    if len(value) > MANY:
        params.append(as_json_list(value))
        return "(select value from json_each(?))"
    params.extend(to_param(item) for item in value)
    return f"({', '.join('?' * len(value)) or 'NULL'})"
