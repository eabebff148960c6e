"""The trail as data that can be taken away: what a program without the site needs to check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import frappe
from med_trace.domain.audit_entry import STORED_FIELDS, leaf_of
from med_trace.domain.seal import statement_hash
from med_trace.ledger.append_only import sequence_column
from med_trace.ledger.audit import keys

PER_READ = 5_000
LAST = 2**31 - 1
COLUMNS = ", ".join(f"`{field}`" for field in (*STORED_FIELDS, "entry_hash"))


def leaf(row: Mapping[str, Any]) -> dict[str, str]:
    """The canonical content of an entry; its sorted, spaceless JSON after a 0x00 byte is what is hashed."""
    return leaf_of(row)


def entries_in_order() -> Iterator[dict[str, str]]:
    """The leaves of all entries, in the order in which they were written, read piece by piece."""
    column, last = sequence_column(), 0
    while True:
        query = f"""select {column} as seq, {COLUMNS} from `tabAudit Entry` where {column} > %s
            order by {column} limit {PER_READ}"""
        rows = frappe.db.sql(query, (last,), as_dict=True)
        if not rows:
            return
        last = rows[-1].seq
        yield from (leaf_of(row) for row in rows)


def leaves_of(names: list[str]) -> dict[str, dict[str, str]]:
    """The leaves of these entries, by name."""
    found: dict[str, dict[str, str]] = {}
    for first in range(0, len(names), 2_000):
        query = f"select {COLUMNS} from `tabAudit Entry` where name in %s"
        rows = frappe.db.sql(query, (tuple(names[first : first + 2_000]),), as_dict=True)
        found.update({row.name: leaf_of(row) for row in rows})
    return found


def seal_statements(until: int | None = None, with_entries: bool = False) -> list[dict[str, Any]]:
    """All seals up to number `until`: number, statement (the text that is signed), signature, hash.

    `with_entries` adds the names of the entries in each block: for the export of a whole site.
    """
    limit = LAST if until is None else until
    columns = "number, statement, signature" + (", entries" if with_entries else "")
    query = f"select {columns} from `tabAudit Seal` where number <= %s order by number"
    rows = frappe.db.sql(query, (limit,), as_dict=True)
    return [
        {
            "number": row.number,
            "statement": row.statement,
            "signature": row.signature,
            "hash": statement_hash(row.statement),
            **({"entries": (row.entries or "").split("\n")} if with_entries else {}),
        }
        for row in rows
    ]


def public_keys() -> list[dict[str, Any]]:
    """Keys in the order of their introduction: key_id, public_key, statement, signature, signature_before."""
    fields = ("key_id", "public_key", "introduced_at", "introduced_by", "statement", "signature")
    return [
        {**{field: row[field] or "" for field in fields}, "signature_before": row.signature_before or ""}
        for row in keys.introduced()
    ]


def anchors(until: int | None = None) -> list[dict[str, Any]]:
    """Time stamps by others: seal number, seal_hash, tsa_url, token (Base64), anchored_at."""
    query = """select seal_number as number, seal_hash, tsa_url, token, anchored_at from `tabAudit Anchor`
        order by seal_number, name"""
    rows = frappe.db.sql(query, as_dict=True)
    return [dict(row) for row in rows if until is None or row.number <= until]
