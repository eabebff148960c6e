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
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from med_trace.domain.canonical import digest, plain

# Frappe keeps these beside a record's content: tags, comments, assignments, likes, who saw it; `seq` numbers rows.
NOT_CONTENT = frozenset({"_user_tags", "_comments", "_assign", "_liked_by", "_seen", "seq"})
# The bytes of canonical.canonical_bytes, made faster for the flat rows of the ledger.
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


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
    return sha256(blind + _ENCODE(stored(row)).encode("utf-8")).hexdigest()


def blind_of(salt: str, name: str) -> bytes:
    """What keeps the hash of a row from being guessed; can be given away for one row alone."""
    return hmac.digest(bytes.fromhex(salt), name.encode("utf-8"), "sha256")


def event_hash(salt: str, event: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """The content hash of a Trace Event and its rows, in their order."""
    return event_hash_of_parts(
        part_hash(blind_of(salt, event["name"]), event),
        [part_hash(blind_of(salt, row["name"]), row) for row in rows],
    )


def event_hash_of_parts(event: str, rows: Sequence[str]) -> str:
    """The same from the hashes of the parts."""
    return digest({"event": event, "rows": list(rows)})
