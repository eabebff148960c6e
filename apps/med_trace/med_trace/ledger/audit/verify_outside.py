"""Checks the database against what lies outside of it: the head of the chain, the journal, the keys' files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import frappe
from med_trace.domain.errors import AuditKeyMissing
from med_trace.domain.seal import statement_hash
from med_trace.ledger.audit import keys, vault
from med_trace.ledger.audit.finding import Finding
from med_trace.ledger.audit.verify_chain import Chain
from med_trace.ledger.tables import NAMES_PER_QUERY, chunks


@dataclass(frozen=True)
class Outside:
    """Head and journal as they were before the database was read."""

    head: dict[str, Any] | None
    journal: dict[str, str]


def read() -> Outside:
    lines = [line for path in vault.journals() for line in vault.journal_lines(path)]
    return Outside(vault.head(), dict(lines))


def head(outside: Outside, chain: Chain) -> Iterator[Finding]:
    """The last seal that was ever made is still there."""
    known = outside.head
    if known is None:
        if chain.seals:
            yield Finding("head.json", "there are seals, but the note of the last one is gone")
        return
    statements = {seal.number: seal.statement for seal in chain.seals}
    newest = max(statements, default=0)
    if newest < known["number"]:
        yield Finding(
            f"Audit Seal {newest + 1}",
            f"the trail is cut: seals {newest + 1} to {known['number']} were made and are gone"
            " (an older backup? see med-trace restored)",
        )
    elif known["number"] not in statements or statement_hash(statements[known["number"]]) != known["hash"]:
        yield Finding(f"Audit Seal {known['number']}", "it is not the seal that was made")


def journal(outside: Outside) -> Iterator[Finding]:
    """Every entry that was committed is there, as it was."""
    for chunk in chunks(outside.journal, NAMES_PER_QUERY):
        query = "select name, entry_hash from `tabAudit Entry` where name in %(names)s"
        there = dict(frappe.db.sql(query, {"names": chunk}))
        for name in chunk:
            if name not in there:
                yield Finding(f"Audit Entry {name}", "it was committed and is gone")
            elif there[name] != outside.journal[name]:
                yield Finding(f"Audit Entry {name}", "its entry_hash is not the one that was committed")


def vault_files(chain: Chain) -> Iterator[Finding]:
    """The keys are there, belong to the trail, and nobody else can read them."""
    for open_one in vault.wrong_modes():
        yield Finding(f"private/audit/{open_one}", "others than its owner can read or write it")
    if chain.keys:
        try:
            keys.signing_key()
        except AuditKeyMissing as error:
            yield Finding("private/audit/signing.key", str(error))
