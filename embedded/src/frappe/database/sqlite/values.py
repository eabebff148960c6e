"""How values go into SQLite and come out of it.

Dates and times are kept as text in Python's own `str()` form, which sorts and compares as time does:
a datetime of a full second has no fraction. Numbers with a fraction keep nine decimals, as Frappe's
decimal(21,9) columns do. What comes out has the types that pymysql gives for the same column.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any

DECIMALS = 9


def to_param(value: Any) -> Any:
    """A value as SQLite may bind it."""
    adapt = _ADAPT.get(type(value))
    return adapt(value) if adapt else _adapt_other(value)


def _plain(value: Any) -> Any:
    return value


def _text(value: str) -> str:
    """'2026-01-02 03:04:05.000000' loses its empty fraction, so that equal times are equal texts."""
    if len(value) == 26 and value.endswith(".000000") and value[4] == value[7] == "-" and value[13] == ":":
        return value[:19]
    return value


def _float(value: float) -> float:
    return round(value, DECIMALS)


def _datetime(value: datetime.datetime) -> str:
    return str(value.replace(tzinfo=None))


def time_text(value: datetime.timedelta) -> str:
    """HH:MM:SS[.ffffff], sortable within a day."""
    seconds = abs(value.days * 86400 + value.seconds) if value.days >= 0 else abs(int(value.total_seconds()))
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if value.microseconds and value.days >= 0:
        text += f".{value.microseconds:06d}"
    return f"-{text}" if value.days < 0 else text


_ADAPT: dict[type, Callable[[Any], Any]] = {
    str: _text,
    int: _plain,
    type(None): _plain,
    bytes: _plain,
    float: _float,
    bool: int,
    Decimal: lambda value: round(float(value), DECIMALS),
    datetime.datetime: _datetime,
    datetime.date: str,
    datetime.time: str,
    datetime.timedelta: time_text,
}
_SUBCLASSES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, int),
    (float, _float),
    (datetime.datetime, _datetime),
    (datetime.date, str),
)


def _adapt_other(value: Any) -> Any:
    if isinstance(value, Enum):
        return to_param(value.value)
    for kind, adapt in _SUBCLASSES:
        if isinstance(value, kind):
            return adapt(value)
    if isinstance(value, (dict, list, tuple, set)):
        raise sqlite3.ProgrammingError(f"cannot bind a {type(value).__name__}")
    return str(value)


# -- by column type ------------------------------------------------------------


def as_stored(column_type: str, value: Any) -> Any:
    """The value as a column of this declared type keeps it; a text that is no date raises DataError."""
    store = _STORE.get(column_type.partition("(")[0])
    if store is None or value is None:
        return value
    try:
        return store(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise sqlite3.DataError(f"Incorrect {column_type} value: {value!r}") from error


def _store_date(value: Any) -> str | None:
    if isinstance(value, datetime.datetime):
        return str(value.date())
    if isinstance(value, str):
        return _date_part(value)
    return str(value)


def _date_part(value: str) -> str | None:
    if not value or value.startswith(("0000-00-00", "0001-01-01")):
        return None
    if len(value) == 10 and value[4] == value[7] == "-":
        return str(datetime.date.fromisoformat(value))
    return str(_parse(value).date())


def _store_datetime(value: Any) -> str | None:
    if isinstance(value, datetime.datetime):
        return _datetime(value)
    if isinstance(value, datetime.date):
        return f"{value} 00:00:00"
    if not value or value.startswith(("0000-00-00", "0001-01-01")):
        return None
    try:
        return _datetime(datetime.datetime.fromisoformat(value))
    except ValueError:
        return _datetime(_parse(value))


def _parse(value: str) -> datetime.datetime:
    from dateutil import parser

    return parser.parse(value)


def _store_time(value: Any) -> str | None:
    if isinstance(value, datetime.timedelta):
        return time_text(value)
    if isinstance(value, datetime.datetime):
        return str(value.time())
    if isinstance(value, str):
        return time_text(read_time(value.split(" ")[-1].encode())) if value else None
    return str(value)


_STORE: dict[str, Callable[[Any], Any]] = {
    "date": _store_date,
    "datetime": _store_datetime,
    "time": _store_time,
}


# -- out -----------------------------------------------------------------------


def read_datetime(stored: bytes) -> Any:
    try:
        return datetime.datetime.fromisoformat(stored.decode())
    except ValueError:
        return stored.decode()


def read_date(stored: bytes) -> Any:
    try:
        return datetime.date.fromisoformat(stored[:10].decode())
    except ValueError:
        return stored.decode()


def read_time(stored: bytes) -> datetime.timedelta:
    text = stored.decode()
    hours, minutes, seconds = [*text.lstrip("-").split(":"), "0", "0"][:3]
    span = datetime.timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    return -span if text.startswith("-") else span


sqlite3.register_converter("DATETIME", read_datetime)
sqlite3.register_converter("DATE", read_date)
sqlite3.register_converter("TIME", read_time)


def as_json_list(values: Any) -> str:
    """Many values as one parameter, for `in (select value from json_each(?))`."""
    return json.dumps([to_param(value) for value in values])
