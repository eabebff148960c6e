"""The hash of what a table holds of a record: binds an entry of the audit trail to it. Knows nothing of Frappe.

A stored row is its columns by name without those that are NULL or 0 (a column that is added later is one of them
for all rows that are there) and without what Frappe keeps beside a record.

A Trace Event is hashed in parts, blinded by the salt of its entry, so that some of its rows can be shown with the
hashes of the others: part = sha256(HMAC-SHA256(salt, name of the row) + canonical JSON of the stored row), and the
content is the canonical JSON {"event": part, "rows": [part, ...]} in the order of the rows.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from med_trace.domain.canonical import digest, plain

# Frappe keeps these beside a record's content: tags, comments, assignments, likes, who saw it; `seq` numbers rows.
NOT_CONTENT = frozenset({"_user_tags", "_comments", "_assign", "_liked_by", "_seen", "seq"})
PARTS = "parts"  # says nothing to people
PART_DIGITS = 8
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_TEXT = json.encoder.encode_basestring  # a text as JSON, without escaping what UTF-8 can say


def stored(row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a row is hashed."""
    return {
        column: value if type(value) is str else plain(value)
        for column, value in row.items()
        if (value or value == "") and column not in NOT_CONTENT
    }


def row_hash(row: Mapping[str, Any]) -> str:
    """The hash of one stored row: a signature, a key, an anchor."""
    return digest(stored(row))


def part_hash(blind: bytes, row: Mapping[str, Any]) -> str:
    """The hash of one row of an event, hexadecimal."""
    return sha256(blind + _stored_bytes(row)).hexdigest()


def _stored_bytes(row: Mapping[str, Any]) -> bytes:
    """canonical_bytes(stored(row)), made value by value for speed: most of them are texts and small numbers."""
    fields = []
    for column, prefix in _prefixes(tuple(row)):
        value = row[column]
        if type(value) is str:
            fields.append(prefix + _TEXT(value))
        elif value:
            fields.append(prefix + (_moment(value) if type(value) is datetime else _ENCODE(plain(value))))
    return f"{{{','.join(fields)}}}".encode()


@lru_cache(maxsize=64)
def _prefixes(columns: tuple[str, ...]) -> list[tuple[str, str]]:
    """The columns that are hashed in their order, each as it begins a field of JSON."""
    return [(column, f"{_TEXT(column)}:") for column in sorted(columns) if column not in NOT_CONTENT]


@lru_cache(maxsize=1024)
def _moment(moment: datetime) -> str:
    """The rows of one event have their times in common."""
    return f'"{moment.isoformat()}"'


def blind_of(salt: str, name: str) -> bytes:
    """What keeps the hash of a row from being guessed; can be given away for one row alone."""
    return hmac.digest(bytes.fromhex(salt), name.encode("utf-8"), "sha256")


def event_hash(salt: str, event: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """The content hash of a Trace Event and its rows, in their order."""
    event_part, *row_parts = parts_of(salt, event, rows)
    return event_hash_of_parts(event_part, row_parts)


def parts_of(salt: str, event: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The part of the event itself, then those of its rows."""
    return [part_hash(blind_of(salt, row["name"]), row) for row in (event, *rows)]


def told_parts(parts: Sequence[str]) -> list[dict[str, str]]:
    """How an entry tells of them, in short: which row is not as it was can be named then."""
    return [{"field": PARTS, "new": "".join(part[:PART_DIGITS] for part in parts)}]


def parts_told(changes: Iterable[Mapping[str, Any]]) -> list[str]:
    """What `told_parts` has told; empty for an entry that tells nothing of them."""
    text = next((str(one.get("new")) for one in changes if one.get("field") == PARTS), "")
    return [text[first : first + PART_DIGITS] for first in range(0, len(text), PART_DIGITS)]


def event_hash_of_parts(event: str, rows: Sequence[str]) -> str:
    """The same from the hashes of the parts."""
    listed = ",".join(f'"{row}"' for row in rows)
    return digest(f'{{"event":"{event}","rows":[{listed}]}}'.encode())  # canonical: hexadecimal needs no more
