"""Appends to the audit trail, in the transaction of what is told. Waits for nobody; seals come later."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import frappe
from frappe.utils import get_fullname, get_system_timezone
from med_trace.domain.audit_entry import (
    Category,
    Kind,
    authentication_code,
    entry_hash,
    site_time,
    utc_text,
)
from med_trace.domain.canonical import canonical_bytes
from med_trace.ledger.audit import vault
from med_trace.ledger.tables import STANDARD, chunks, insert_rows

FIELDS = (
    *("kind", "category", "at", "time_zone", "utc", "user", "printed_name", "terminal"),
    *("document_type", "document_name", "reason", "changes", "content_hash", "salt"),
    *("entry_hash", "mac"),
)
TERMINAL_HEADER = "X-Terminal"
NAMES_PER_QUERY = 2_000
LONGEST_NAME = 140

_last_name = 0


@dataclass(frozen=True)
class EntryDraft:
    """What an entry is to say; who, when and where are added. `changes`: dicts of field, label, old, new."""

    kind: Kind | str
    category: Category | str
    document_type: str | None = None
    document_name: str | None = None
    changes: Sequence[dict[str, Any]] = ()
    reason: str | None = None
    content_hash: str | None = None
    user: str | None = None
    salt: str = field(default_factory=lambda: new_salts(1)[0])


def append(
    kind: Kind | str,
    *,
    category: Category | str,
    document_type: str | None = None,
    document_name: str | None = None,
    changes: Sequence[dict[str, Any]] = (),
    reason: str | None = None,
    content_hash: str | None = None,
    user: str | None = None,
) -> str:
    """Append one entry and return its name. `user` is the session's where none is given."""
    draft = EntryDraft(kind, category, document_type, document_name, changes, reason, content_hash, user)
    return append_many([draft])[0]


def append_many(drafts: Sequence[EntryDraft], moment: datetime | None = None) -> list[str]:
    """Append entries in this order, in few statements; returns their names."""
    if not drafts:
        return []
    stamp = _stamp(moment or datetime.now(timezone.utc))
    key = vault.writer_keys()[-1]
    people = {user: _printed_name(user) for user in {_user_of(draft) for draft in drafts}}
    rows = [_row(draft, stamp, key, people) for draft in drafts]
    values = [
        (
            *(row["name"], row["at"], row["at"], row["user"], row["user"], 0, 0),
            *(row[column] for column in FIELDS),
        )
        for row in rows
    ]
    insert_rows("Audit Entry", (*STANDARD, *FIELDS), values)
    _note((row["name"], row["entry_hash"]) for row in rows)
    return [row["name"] for row in rows]


def _stamp(moment: datetime) -> dict[str, Any]:
    zone = get_system_timezone()
    return {
        "at": site_time(moment, zone),
        "time_zone": zone,
        "utc": utc_text(moment),
        "terminal": _terminal(),
    }


def _user_of(draft: EntryDraft) -> str:
    return draft.user or frappe.session.user or "Guest"


def _printed_name(user: str) -> str:
    return (get_fullname(user) or user)[:LONGEST_NAME]


def _row(draft: EntryDraft, stamp: dict[str, Any], key: bytes, people: dict[str, str]) -> dict[str, Any]:
    user = _user_of(draft)
    row = {
        "name": new_name(),
        "kind": Kind(draft.kind).value,
        "category": Category(draft.category).value,
        **stamp,
        "user": user,
        "printed_name": people[user],
        "document_type": draft.document_type or None,
        "document_name": draft.document_name or None,
        "reason": (draft.reason or "").strip() or None,
        "changes": canonical_bytes(list(draft.changes)).decode("utf-8") if draft.changes else None,
        "content_hash": draft.content_hash or None,
        "salt": draft.salt,
    }
    hashed = entry_hash(row)
    row["entry_hash"], row["mac"] = hashed.hex(), authentication_code(key, hashed)
    return row


def is_there() -> bool:
    """Not while the app is coming or going: its tables are not there yet, or no longer."""
    if not (frappe.flags.in_install or frappe.flags.in_migrate or frappe.flags.in_uninstall):
        return True
    return bool(frappe.db.table_exists("Audit Entry", cached=False))


def new_name() -> str:
    """Sorts by the time of writing: nanoseconds in hexadecimal and four random digits."""
    global _last_name
    _last_name = max(_last_name + 1, time.time_ns())
    return f"{_last_name:016x}{secrets.token_hex(2)}"


def new_salts(count: int) -> list[str]:
    """Sixteen random bytes each, hexadecimal."""
    return [secrets.token_hex(16) for _ in range(count)]


def _terminal() -> str | None:
    """The address that the request came from, after the name that the terminal gives itself."""
    address = getattr(frappe.local, "request_ip", None)
    named = frappe.get_request_header(TERMINAL_HEADER) if getattr(frappe.local, "request", None) else None
    named = as_stored(named or "", 80)
    return f"{named} ({address})" if named and address else named or address


def as_stored(text: str, longest: int) -> str:
    """A text of a caller as every database can keep it: without what is no character, and not without end."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()[:longest]


# -- the journal is told after the commit, and only of what was committed


def _note(entries: Iterable[tuple[str, str]]) -> None:
    waiting = _waiting()
    if not waiting:
        frappe.db.before_commit.add(_settle)
        frappe.db.after_rollback.add(lambda: _waiting().clear())
    waiting.update(entries)


def _waiting() -> dict[str, str]:
    """Name -> hash of the entries of this connection's transaction."""
    database = frappe.local.db
    if not hasattr(database, "audit_entries_waiting"):
        database.audit_entries_waiting = {}
    return database.audit_entries_waiting


def _settle() -> None:
    """Entries that a savepoint took back are not committed."""
    waiting = _waiting()
    kept = set(there(waiting))
    lines = [(name, hashed) for name, hashed in waiting.items() if name in kept]
    waiting.clear()
    if lines:
        frappe.db.after_commit.add(lambda: vault.write_journal(lines))


def there(names: Iterable[str]) -> list[str]:
    """Which of these entries the table holds."""
    query = "select name from `tabAudit Entry` where name in %(names)s"
    found: list[str] = []
    for chunk in chunks(names, NAMES_PER_QUERY):
        found += frappe.db.sql(query, {"names": chunk}, pluck=True)
    return found
