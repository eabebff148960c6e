"""The one byte sequence of a value, and its digest: what signatures and snapshots are bound to.

Sorted keys, no spaces, UTF-8, numbers by their value (1, 1.0 and 1.00 are one), dates in ISO 8601.
Knows nothing of Frappe.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

# Fields of a record that say nothing about its content: bookkeeping of the system, and the progress that
# signing itself causes. Document type and name stay: a signature copied to another record must fail.
BOOKKEEPING = frozenset(
    {
        *("modified", "modified_by", "creation", "owner", "idx", "docstatus", "workflow_state"),
        *("parent", "parentfield", "parenttype", "amended_from", "naming_series"),
    }
)


def canonical_bytes(value: Any) -> bytes:
    """UTF-8 JSON of `value`. Raises TypeError for what has no canonical form (NaN, sets, objects)."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def digest(value: Any) -> str:
    """ "sha256:" and the hexadecimal hash of the canonical bytes; bytes are hashed as they are."""
    data = value if isinstance(value, bytes) else canonical_bytes(value)
    return "sha256:" + hashlib.sha256(data).hexdigest()


def content_of(document: Mapping[str, Any], without: Iterable[str] = ()) -> dict[str, Any]:
    """What of a record a signature covers: everything but bookkeeping, `_` fields and `without`.

    `without` names fields ("released_at") or fields of child rows ("items.note"). Empty values (None, "",
    0, no rows) are left out: the database does not tell them apart. Child rows keep their order, not their
    names.
    """
    without = set(without)
    content = {}
    for key, value in document.items():
        if key in BOOKKEEPING or key.startswith("_") or key in without:
            continue
        value = _rows(key, value, without) if isinstance(value, (list, tuple)) else value
        if not _is_empty(value):
            content[key] = value
    return content


def _rows(table: str, rows: Iterable[Mapping[str, Any]], without: set[str]) -> list[dict[str, Any]]:
    inner = {name.split(".", 1)[1] for name in without if name.startswith(f"{table}.")}
    return [content_of(row, inner | {"name", "doctype"}) for row in rows]


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == 0 or value == [] or value == {}


def plain(value: Any) -> Any:
    """The value as JSON can hold it; TypeError for what has no canonical form."""
    kind = type(value)
    if kind in (str, int, bool) or value is None:
        return value
    if kind is datetime:
        return value.isoformat()
    if kind is float or kind is Decimal:
        return number(value)
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float, Decimal)):
        return number(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return number(Decimal(str(value.total_seconds())))
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")


def _key(key: Any) -> str:
    key = key.value if isinstance(key, Enum) else key
    if not isinstance(key, str):
        raise TypeError(f"keys are texts, not {type(key).__name__}: {key!r}")
    return key


def number(value: int | float | Decimal) -> int | str:
    """Whole numbers as they are, others as decimal text: no reader may round them."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    number = Decimal(str(value))
    if not number.is_finite():
        raise TypeError(f"{value} has no canonical form")
    if number == number.to_integral_value():
        return int(number)
    return f"{number.normalize():f}"
