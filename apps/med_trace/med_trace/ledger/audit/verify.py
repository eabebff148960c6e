"""Checks the whole audit trail: chain, seals, entries, keys, anchors, and the records that entries speak of.

What lies outside the database (head, journal) is read first, so that writers may go on meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone

import frappe
from med_trace.domain.audit_entry import utc_text
from med_trace.ledger.audit import vault, verify_blocks, verify_chain, verify_outside, verify_records
from med_trace.ledger.audit.finding import Finding

RESULT = "verified.json"


def findings() -> list[Finding]:
    """Everything that is not as it was written; [] when all is well. Reads only."""
    return list(_all())


def _all() -> Iterator[Finding]:
    outside = verify_outside.read()
    chain = verify_chain.read()
    yield from verify_chain.keys(chain)
    yield from verify_chain.seals(chain)
    yield from verify_outside.head(outside, chain)
    yield from verify_blocks.sealed(chain)
    yield from verify_blocks.unsealed(chain)
    yield from verify_outside.journal(outside)
    yield from verify_outside.vault_files(chain)
    yield from verify_chain.anchors(chain)
    yield from verify_records.bound_rows()
    yield from verify_records.events()
    yield from verify_records.signatures()
    yield from verify_records.records()


def verify_in_background() -> None:
    """For the worker, every night: what is found is logged and remembered for the status."""
    from med_trace.ledger.verify import findings as ledger_findings

    found = [*ledger_findings(), *(str(finding) for finding in findings())]
    remember(found)
    if found:
        frappe.log_error(
            title=f"med_trace: verification found {len(found)} thing(s)", message="\n".join(found[:200])
        )
    frappe.db.commit()


def remember(found: list[str]) -> None:
    """Keep the result where the status finds it, outside the database."""
    result = {"at": utc_text(datetime.now(timezone.utc)), "count": len(found), "findings": found[:50]}
    vault.replace_file(RESULT, json.dumps(result, ensure_ascii=True))


def last_result() -> dict | None:
    """at, count and the first 50 findings of the last verification; None before the first."""
    path = vault.folder() / RESULT
    return json.loads(path.read_text()) if path.exists() else None
