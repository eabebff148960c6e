"""Audit entries, events, signatures and records as lines that `verify_evidence.py` reads. Shapes only, no choice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import frappe
from med_trace.domain.audit_content import blind_of, part_hash, stored
from med_trace.domain.audit_entry import STORED_FIELDS, leaf_of
from med_trace.domain.canonical import canonical_bytes
from med_trace.ledger.audit import state
from med_trace.ledger.fetch import fetch
from med_trace.ledger.tables import chunks

Line = dict[str, Any]
ENTRY_FIELDS = (*STORED_FIELDS, "entry_hash")
PER_READ = 2_000


def json_line(value: Line) -> bytes:
    """One line of a .jsonl file; the same value gives the same bytes."""
    return (
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8") + b"\n"
    )


def entry_line(row: Mapping[str, Any], proof: Line | None = None, is_withheld: bool = False) -> Line:
    """`is_withheld`: without what was changed and why, and without the salt that would let it be guessed."""
    line: Line = {"leaf": leaf_of(row)}
    if is_withheld:
        line["withheld"] = True
    else:
        line |= {key: row[key] for key in ("changes", "reason", "salt") if row[key]}
    if proof:
        line["proof"] = proof
    return line


def event_lines(
    names: Sequence[str], salts: Mapping[str, str], is_shown: Callable[[Mapping[str, Any]], bool]
) -> Iterator[Line]:
    """Events in the order of their names, each row with what blinds its hash; rows not shown come as hashes."""
    for chunk in chunks(sorted(names), PER_READ):
        events = {row["name"]: row for row in _whole_rows("Trace Event", chunk)}
        rows: dict[str, list[Mapping[str, Any]]] = {}
        for row in _whole_rows("Trace Event Item", chunk, "parent"):
            rows.setdefault(row["parent"], []).append(row)
        for name in chunk:
            if name in events and name in salts:
                items = sorted(rows.get(name, []), key=lambda row: row["idx"])
                yield {
                    "name": name,
                    "event": _part(events[name], salts[name]),
                    "rows": [
                        _part(row, salts[name]) if is_shown(row) else _hidden(row, salts[name])
                        for row in items
                    ],
                }


def _whole_rows(doctype: str, names: Sequence[str], by: str = "name") -> list[Mapping[str, Any]]:
    """Every column: each of them is hashed."""
    return frappe.db.sql(
        f"select * from `tab{doctype}` where `{by}` in %(names)s", {"names": names}, as_dict=True
    )


def _part(row: Mapping[str, Any], salt: str) -> Line:
    return {"blind": blind_of(salt, row["name"]).hex(), "row": stored(row)}


def _hidden(row: Mapping[str, Any], salt: str) -> Line:
    return {"hash": part_hash(blind_of(salt, row["name"]), row)}


def signature_lines(names: Iterable[str]) -> Iterator[Line]:
    """The stored rows of signatures, with the content that was signed."""
    for chunk in chunks(sorted(names), PER_READ):
        rows = _whole_rows("Electronic Signature", chunk)
        yield from (stored(row) for row in sorted(rows, key=lambda row: row["name"]))


def record_lines(pairs: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """What records say now, in the bytes that their entries are bound to."""
    by_type: dict[str, list[str]] = {}
    for doctype, name in pairs:
        by_type.setdefault(doctype, []).append(name)
    for doctype, names in sorted(by_type.items()):
        for name, said in sorted(state.stored_states(doctype, sorted(names)).items()):
            content = canonical_bytes(said).decode("utf-8")
            yield {"document_type": doctype, "document_name": name, "content": content}


def entries_named(names: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    return {row["name"]: row for row in fetch("Audit Entry", names, ENTRY_FIELDS)}


def entries_about(doctype: str, names: Sequence[str]) -> list[Mapping[str, Any]]:
    """Entries about records of one DocType, access to them left out."""
    rows: list[Mapping[str, Any]] = []
    columns = ", ".join(f"`{field}`" for field in ENTRY_FIELDS)
    query = f"""select {columns} from `tabAudit Entry` where document_name in %(names)s
        and document_type = %(doctype)s and category <> 'Access'"""
    for chunk in chunks(names, PER_READ):
        rows += frappe.db.sql(query, {"names": chunk, "doctype": doctype}, as_dict=True)
    return rows
