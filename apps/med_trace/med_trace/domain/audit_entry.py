"""What one entry of the audit trail says, as the bytes that are hashed. Knows nothing of Frappe.

The leaf of an entry is the JSON object of its LEAF_FIELDS, empty ones left out, with sorted keys and without
spaces, in UTF-8; every value is a text, `at` with six digits of a second. `values_hash` stands in it for what was
changed and why: sha256 of the salt's bytes and of the JSON list of the stored texts [changes, reason] ("" for
none). So an entry can be shown to somebody without its values, and still be proven; and no hash of a neighbour in
a proof can be guessed. The entry's hash is sha256 of a 0x00 byte and the leaf's bytes (RFC 6962).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from enum import Enum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo


class Kind(str, Enum):
    """What was done."""

    CREATED = "Created"
    CHANGED = "Changed"
    SUBMITTED = "Submitted"
    CANCELLED = "Cancelled"
    DELETED = "Deleted"
    RENAMED = "Renamed"
    RECORDED = "Recorded"
    SIGNED = "Signed"
    SIGNING_FAILED = "Signing Failed"
    LOGGED_IN = "Logged In"
    LOGGED_OUT = "Logged Out"
    LOGIN_FAILED = "Login Failed"
    READ = "Read"
    EXPORTED = "Exported"
    PRINTED = "Printed"
    KEY_INTRODUCED = "Key Introduced"
    RESTORED = "Restored"


class Category(str, Enum):
    """What it was done to."""

    RECORD = "Record"
    LEDGER = "Ledger"
    SIGNATURE = "Signature"
    ACCESS = "Access"
    PERMISSION = "Permission"
    CONFIGURATION = "Configuration"


# The fields of a leaf. `name` is one of them, so that the copy of an entry under another name is another entry.
LEAF_FIELDS = (
    *("name", "kind", "category", "at", "time_zone", "utc", "user", "printed_name", "terminal"),
    *("document_type", "document_name", "content_hash", "values_hash"),
)
# What a leaf is made from.
STORED_FIELDS = (*LEAF_FIELDS[:-1], "reason", "changes", "salt")
_PREFIXES = tuple((field, f'"{field}":') for field in sorted(LEAF_FIELDS))
_TEXT = json.encoder.encode_basestring  # a text as JSON, without escaping what UTF-8 can say
_ENCODE = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False, default=str
).encode


def leaf_of(row: Mapping[str, Any]) -> dict[str, str]:
    """The fields of an entry that are hashed, as texts; empty ones are left out."""
    leaf = {field: row[field] for field in LEAF_FIELDS if row.get(field)}
    at = leaf.get("at")
    if isinstance(at, datetime):
        leaf["at"] = time_text(at)
    leaf["values_hash"] = values_hash(row.get("salt"), row.get("changes"), row.get("reason"))
    return leaf


def values_hash(salt: str | None, changes: str | None, reason: str | None) -> str:
    """Binds the changes and the reason of an entry, without showing them."""
    try:
        text = f"[{_TEXT(changes or '')},{_TEXT(reason or '')}]"
    except TypeError:
        text = _ENCODE([changes, reason])
    return sha256(_salt_bytes(salt) + text.encode("utf-8", "replace")).hexdigest()


def _salt_bytes(salt: str | None) -> bytes:
    """A salt that is not written as the system writes it was tampered with: it hashes to something else."""
    try:
        found = bytes.fromhex(salt or "")
    except ValueError:
        found = b""
    return found if found.hex() == (salt or "") else (salt or "").encode("utf-8")


def leaf_bytes(leaf: Mapping[str, str]) -> bytes:
    """The bytes that are hashed with 0x00 before them: the sorted JSON of the leaf, made field by field for speed."""
    try:
        fields = [prefix + _TEXT(leaf[field]) for field, prefix in _PREFIXES if field in leaf]
    except TypeError:  # a value that is no text was tampered with: it still hashes to something
        return _ENCODE(dict(leaf)).encode("utf-8", "replace")
    return ("{" + ",".join(fields) + "}").encode("utf-8", "replace")


def entry_hash(row: Mapping[str, Any]) -> bytes:
    """RFC 6962's leaf hash of an entry."""
    return sha256(b"\x00" + leaf_bytes(leaf_of(row))).digest()


def authentication_code(key: bytes, hashed: bytes) -> str:
    """Shows that an entry was written by somebody with the writer key, before it is sealed."""
    return hmac.digest(key, hashed, "sha256").hex()


def is_authentic(keys: Iterable[bytes], hashed: bytes, code: str | None) -> bool:
    """Whether `code` was made with one of these writer keys."""
    return any(hmac.compare_digest(authentication_code(key, hashed), code or "") for key in keys)


def time_text(moment: datetime) -> str:
    """ISO 8601 with microseconds, always: 2026-11-22T10:00:00.000000."""
    return moment.isoformat(timespec="microseconds")


def utc_text(moment: datetime) -> str:
    """An aware moment in UTC: 2026-11-22T10:00:00.000000Z."""
    return time_text(moment.astimezone(timezone.utc).replace(tzinfo=None)) + "Z"


def site_time(moment: datetime, time_zone: str) -> datetime:
    """The same moment on the clock of the site, without a zone, as the database keeps it."""
    return moment.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
