"""Whether an event of the ledger stands in a sealed, valid block of the audit trail. Shows no other entry.

Everything is computed anew from the stored rows: the event from its hash, the entry from its leaf, the leaf from the
seal's Merkle root, the seal from its signature. An answer "sealed" is kept for a while, since anyone may ask.
"""

from __future__ import annotations

import json
import time
from typing import Any

import frappe
from med_trace.domain import merkle
from med_trace.domain.audit_content import event_hash
from med_trace.domain.audit_entry import STORED_FIELDS, entry_hash
from med_trace.domain.errors import NotFound
from med_trace.ledger.audit.keys import is_signed_by
from med_trace.ledger.audit.proofs import proof_of

SEALED, WAITING, BROKEN = "sealed", "waiting", "broken"
KEPT_SECONDS = 300
MOST_KEPT = 10_000
COLUMNS = ", ".join(f"`{field}`" for field in STORED_FIELDS)

_kept: dict[tuple[str, str], float] = {}


def seal_of(event: str) -> str:
    """ "sealed", "waiting" while its block is not sealed yet, or "broken"."""
    place = (frappe.local.site, event)
    if _kept.get(place, 0) > time.monotonic():
        return SEALED
    found = _judged(event)
    if found == SEALED:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[place] = time.monotonic() + KEPT_SECONDS
    return found


def _judged(event: str) -> str:
    query = f"""select {COLUMNS} from `tabAudit Entry`
        where document_name = %s and document_type = 'Trace Event' and kind = 'Recorded'"""
    entries = frappe.db.sql(query, (event,), as_dict=True)
    if len(entries) != 1 or not _tells_of(entries[0], event):
        return BROKEN
    try:
        proof = proof_of(entries[0].name)
    except NotFound:
        return WAITING
    return SEALED if _is_sealed(entries[0], proof) else BROKEN


def _tells_of(entry: dict[str, Any], event: str) -> bool:
    """Whether the event and its rows are as the entry recorded them."""
    heads = frappe.db.sql("select * from `tabTrace Event` where name = %s", (event,), as_dict=True)
    rows = frappe.db.sql(
        "select * from `tabTrace Event Item` where parent = %s order by idx, name", (event,), as_dict=True
    )
    try:
        return bool(heads) and event_hash(entry["salt"], heads[0], rows) == entry["content_hash"]
    except ValueError:  # the salt is none any more
        return False


def _is_sealed(entry: dict[str, Any], proof: dict[str, Any]) -> bool:
    query = "select statement, signature, key_id from `tabAudit Seal` where number = %s"
    (seal,) = frappe.db.sql(query, (proof["seal"],), as_dict=True)
    key = frappe.db.get_value("Audit Key", {"key_id": seal.key_id}, "public_key")
    if not key or not is_signed_by(key, seal.signature, seal.statement):
        return False
    try:
        stated = json.loads(seal.statement)
        path = [bytes.fromhex(step) for step in proof["path"]]
        root = bytes.fromhex(stated["merkle_root"])
        return merkle.is_proven(entry_hash(entry), proof["index"], stated["count"], path, root)
    except (ValueError, KeyError, TypeError):
        return False
