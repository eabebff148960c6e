"""After the restore of an older backup: the trail goes on from there, and says so."""

from __future__ import annotations

import frappe
from med_trace.domain.audit_entry import Category, Kind
from med_trace.domain.seal import statement_hash
from med_trace.ledger.audit import vault
from med_trace.ledger.audit.entries import append
from med_trace.ledger.audit.sealing import last_seal


def restored(reason: str) -> str:
    """Record that the database is an older one, with what is gone; returns the entry's name. Commits.

    The head and the journal know seals and entries that the database does not have any more: the head goes back to
    the last seal that is there, the journal is put aside, and the entry names both heads.
    """
    before, seal = vault.head(), last_seal()
    now = {"number": seal.number, "hash": statement_hash(seal.statement)} if seal else None
    changes = {"field": "head", "old": before, "new": now}
    vault.put_journals_aside()
    if now:
        vault.set_head(now["number"], now["hash"])
    name = append(
        Kind.RESTORED,
        category=Category.CONFIGURATION,
        changes=[{key: value for key, value in changes.items() if value is not None}],
        reason=reason,
    )
    frappe.db.commit()
    return name
