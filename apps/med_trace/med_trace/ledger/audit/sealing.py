"""Seals what was appended: a signed Merkle root over each block of entries, chained to the seal before.

Runs beside the writers, who never wait for it. Two sealers cannot fork the chain: a seal's number is unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import frappe
from frappe.utils import get_system_timezone
from med_trace.domain import merkle
from med_trace.domain.audit_entry import (
    STORED_FIELDS,
    entry_hash,
    is_authentic,
    site_time,
    time_text,
    utc_text,
)
from med_trace.domain.errors import AuditKeyMissing
from med_trace.domain.seal import (
    NO_SEAL,
    Range,
    SealStatement,
    codes_hash,
    covered,
    gaps_between,
    holes,
    statement_hash,
)
from med_trace.ledger.append_only import sequence_column
from med_trace.ledger.audit import entries, keys, vault
from med_trace.ledger.tables import STANDARD, insert_rows

BLOCK = 10_000
MANY_WAITING = 1_000
LATE = timedelta(hours=24)
# The columns of a seal that repeat its statement.
STATED_FIELDS = (
    *("number", "sealed_at", "count", "key_id", "first_seq", "last_seq", "gaps", "previous", "merkle_root"),
    "codes",
)
ENTRY_COLUMNS = ", ".join(f"`{field}`" for field in (*STORED_FIELDS, "entry_hash", "mac"))


def seal_now() -> list[str]:
    """Seal every entry that waits; returns the names of the new seals, in the caller's transaction.

    Raises AuditKeyMissing; a duplicate entry when another sealer was faster. An entry that is not authentic stays
    out; verify reports it.
    """
    key, last = keys.signing_key(), last_seal(for_update=True)
    made: list[str] = []
    while block := _next_block(last):
        last = _seal(block, key, last)
        made.append(last.name)
    return made


def seal_in_background() -> None:
    """For the worker: seals, anchors and keeps what was done; what hinders it is logged, never raised."""
    from med_trace.ledger.audit import anchors

    try:
        seal_now()
        frappe.db.commit()
    except AuditKeyMissing:
        frappe.db.rollback()
        frappe.log_error(title="med_trace: the audit trail cannot be sealed")
        frappe.db.commit()
        return
    except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
        frappe.db.rollback()  # another sealer is at it
        return
    except Exception as error:
        frappe.db.rollback()
        if not frappe.db.is_duplicate_entry(error):
            raise
        return  # another sealer was faster
    remove_settled_journals()
    anchors.anchor_last_seal()


def seal_when_many_wait() -> None:
    """Between the regular times."""
    if waiting()[0] > MANY_WAITING:
        seal_in_background()


def waiting() -> tuple[int, datetime | None]:
    """How many entries wait for their seal, and since when the oldest."""
    query = f"select count(*), min(at) from `tabAudit Entry` where {sequence_column()} > %s"
    count, oldest = frappe.db.sql(query, (_sealed_up_to(),))[0]
    return count, oldest


def last_seal(for_update: bool = False) -> Any:
    """number, last_seq, statement, ... of the last seal; None when there is none."""
    query = """select name, number, first_seq, last_seq, gaps, statement, sealed_at, key_id from `tabAudit Seal`
        order by number desc limit 1"""
    found = frappe.db.sql(query + (" for update" if for_update else ""), as_dict=True)
    return found[0] if found else None


# -- which entries


def _sealed_up_to(for_update: bool = False) -> int:
    """The highest number under a seal; the last seal may be one over late entries with lower ones."""
    query = "select coalesce(max(last_seq), 0) from `tabAudit Seal`"
    return frappe.db.sql(query + (" for update" if for_update else ""))[0][0]


def _next_block(last: Any) -> list[dict[str, Any]]:
    """The next entries without a seal, in the order of their numbers; late ones that got a lower number first."""
    block = _authentic(_entries_in(_open_numbers())) if last else []
    after = _sealed_up_to(for_update=True)
    while fresh := _entries_after(after, BLOCK - len(block)):
        block += _authentic(fresh)
        after = fresh[-1]["seq"]
        if block:
            break
    return block


def _entries_after(number: int, limit: int) -> list[dict[str, Any]]:
    return _select(f"{sequence_column()} > %s order by {sequence_column()} limit {limit}", (number,))


def _open_numbers() -> list[Range]:
    """Numbers that were given out before the last seal and are in none: rolled back, or committed later."""
    since = datetime.now(timezone.utc) - LATE
    # Under lock, as the last seal: what another sealer has committed meanwhile must not be sealed again.
    query = "select first_seq, last_seq, gaps from `tabAudit Seal` where sealed_at >= %s for update"
    ranges: list[Range] = []
    for row in frappe.db.sql(query, (utc_text(since),), as_dict=True):
        ranges += covered(row.first_seq, row.last_seq, row.gaps or "")
    return holes(ranges)


def _entries_in(ranges: Sequence[Range]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for first in range(0, len(ranges), 200):
        some = ranges[first : first + 200]
        condition = " or ".join([f"{sequence_column()} between %s and %s"] * len(some))
        values = [number for one in some for number in one]
        found += _select(f"{condition} order by {sequence_column()}", values)
    return found[: BLOCK // 2]


def _select(condition: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    query = f"select {sequence_column()} as seq, {ENTRY_COLUMNS} from `tabAudit Entry` where {condition}"
    return frappe.db.sql(query, values, as_dict=True)


def _authentic(block: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries that the writer key vouches for, with their leaf hashes."""
    writers, good = vault.writer_keys()[::-1], []
    for row in block:
        hashed = entry_hash(row)
        if hashed.hex() == row["entry_hash"] and is_authentic(writers, hashed, row["mac"]):
            good.append({**row, "leaf": hashed})
    return good


# -- the seal


def _seal(block: Sequence[dict[str, Any]], key: keys.SigningKey, before: Any) -> SealStatement:
    """Append the seal of this block after the seal `before`."""
    moment = datetime.now(timezone.utc)
    at = site_time(moment, get_system_timezone())
    numbers = [row["seq"] for row in block]
    statement = SealStatement(
        number=before.number + 1 if before else 1,
        previous=statement_hash(_text_of(before)) if before else NO_SEAL,
        merkle_root=merkle.root([row["leaf"] for row in block]).hex(),
        codes=codes_hash(row["mac"] for row in block),
        count=len(block),
        first_seq=numbers[0],
        last_seq=numbers[-1],
        gaps=gaps_between(numbers),
        sealed_at=utc_text(moment),
        key_id=key.key_id,
        name=entries.new_name(),
        at=time_text(at),
        sealed_by=frappe.session.user,
    )
    _insert(statement, key, at, [row["name"] for row in block])
    return statement


def _text_of(seal: Any) -> str:
    """The statement of a seal of this run, or of a row."""
    return seal.text() if isinstance(seal, SealStatement) else seal.statement


def _insert(statement: SealStatement, key: keys.SigningKey, at: datetime, names: Sequence[str]) -> None:
    text, user = statement.text(), statement.sealed_by
    row = {
        **{field: getattr(statement, field) for field in STATED_FIELDS},
        "statement": text,
        "signature": key.sign(text),
        "entries": "\n".join(names),
    }
    columns, values = (*STANDARD, *row), (statement.name, at, at, user, user, 0, 0, *row.values())
    insert_rows("Audit Seal", columns, [values])
    number, hashed = statement.number, statement_hash(text)
    frappe.db.after_commit.add(lambda: vault.keep_head(number, hashed))


def remove_settled_journals() -> None:
    """Journals of past days are removed when all that they name is sealed."""
    for path in vault.journals():
        if vault.is_closed(path):
            names = [name for name, _ in vault.journal_lines(path)]
            if len(entries.there(names)) == len(names) and not _any_waiting(names):
                path.unlink()


def _any_waiting(names: Sequence[str]) -> bool:
    query, limit = (
        f"select 1 from `tabAudit Entry` where name in %s and {sequence_column()} > %s limit 1",
        _sealed_up_to(),
    )
    return any(
        frappe.db.sql(query, (tuple(names[first : first + 2_000]), limit))
        for first in range(0, len(names), 2_000)
    )
