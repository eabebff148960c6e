"""Shows that an entry is under a seal, without showing any other entry."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

import frappe
from med_trace.domain import merkle
from med_trace.domain.errors import NotFound
from med_trace.ledger.append_only import sequence_column
from med_trace.ledger.tables import NAMES_PER_QUERY, chunks


def proof_of(entry: str) -> dict[str, Any]:
    """{seal: its number, index, path: [hex, ...]} of one entry. Raises NotFound while it waits for its seal."""
    found = proofs_of([entry])
    if entry not in found:
        raise NotFound("Audit Entry {0} does not exist or is not sealed yet.", entry)
    return found[entry]


def proofs_of(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """As `proof_of`, for many: each seal is read once. Entries that no seal holds are left out."""
    wanted = set(names)
    found: dict[str, dict[str, Any]] = {}
    for number in _seals_of(wanted):
        seal = frappe.db.sql("select entries from `tabAudit Seal` where number = %s", (number,))
        members = (seal[0][0] or "").split("\n")
        tree = merkle.levels(_leaves(members))
        for index, name in enumerate(members):
            if name in wanted:
                path = [step.hex() for step in merkle.proof(tree, index)]
                found[name] = {"seal": number, "index": index, "path": path}
    return found


def _seals_of(names: set[str]) -> list[int]:
    """The seals whose ranges these entries' numbers lie in; more than hold them where late ones came in."""
    numbers: list[int] = []
    for chunk in chunks(sorted(names), NAMES_PER_QUERY):
        query = f"select {sequence_column()} from `tabAudit Entry` where name in %(names)s"
        numbers += frappe.db.sql(query, {"names": chunk}, pluck=True)
    numbers.sort()
    seals = frappe.db.sql("select number, first_seq, last_seq from `tabAudit Seal` order by number")
    return [number for number, first, last in seals if _any_between(numbers, first, last)]


def _any_between(numbers: list[int], first: int, last: int) -> bool:
    place = bisect_left(numbers, first)
    return place < len(numbers) and numbers[place] <= last


def _leaves(members: list[str]) -> list[bytes]:
    hashes: dict[str, str] = {}
    for chunk in chunks(members, NAMES_PER_QUERY):
        query = "select name, entry_hash from `tabAudit Entry` where name in %(names)s"
        hashes.update(frappe.db.sql(query, {"names": chunk}))
    return [bytes.fromhex(hashes.get(name) or "00" * 32) for name in members]
