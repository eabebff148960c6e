"""Checks entries against their seals, and those that wait for one against the writer key."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

import frappe
from frappe.utils import now_datetime
from med_trace.domain import merkle
from med_trace.domain.audit_entry import STORED_FIELDS, leaf_bytes, leaf_of
from med_trace.domain.seal import Range, codes_hash, covered, holes
from med_trace.ledger.append_only import sequence_column
from med_trace.ledger.audit import vault
from med_trace.ledger.audit.finding import Finding
from med_trace.ledger.audit.verify_chain import Chain

WAITING_TOO_LONG = timedelta(hours=24)
RANGES_PER_QUERY = 200
REORDERED_TOLD = 100  # of a block; one entry that was moved moves all between
OWN = ("creation", "modified", "modified_by", "owner", "docstatus", "idx", "entry_hash", "mac")
COLUMNS = (*STORED_FIELDS, *OWN)


class Checked(NamedTuple):
    """One entry, its true leaf, and what is wrong with it by itself."""

    seq: int
    values: dict[str, Any]
    leaf: bytes
    wrong: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.values["name"]

    @property
    def place(self) -> str:
        values = self.values
        about = (str(values[field]) for field in ("kind", "document_type", "document_name") if values[field])
        return f"Audit Entry {self.name} ({' '.join(about)})"


def sealed(chain: Chain) -> Iterator[Finding]:
    """Each block has the entries of its seal, all of them, in their order, as they were."""
    writers = vault.writer_keys()[::-1]
    for seal in chain.seals:
        stated = chain.stated.get(seal.number)
        if stated is not None:
            yield from _block(f"Audit Seal {seal.number}", stated, (seal.entries or "").split("\n"), writers)


def _block(
    place: str, stated: dict[str, Any], names: Sequence[str], writers: Sequence[bytes]
) -> Iterator[Finding]:
    ranges = list(covered(stated["first_seq"], stated["last_seq"], stated["gaps"]))
    found = [_checked(row) for row in _rows_in(ranges)]
    if [entry.name for entry in found] != list(names):
        yield from _misplaced(place, found, names)
    is_whole = merkle.root([entry.leaf for entry in found]).hex() == stated["merkle_root"]
    are_coded = codes_hash(entry.values["mac"] or "" for entry in found) == stated["codes"]
    if is_whole and are_coded:
        yield from (Finding(entry.place, what) for entry in found for what in entry.wrong)
        return
    named = [Finding(entry.place, what) for entry in found for what in _tampered(entry, writers)]
    yield from named
    if not is_whole:
        yield Finding(place, "its entries do not give its Merkle root" + _see(named))
    if not are_coded:
        yield Finding(place, "its entries do not have the authentication codes that it covers" + _see(named))


def _see(named: Sequence[Finding]) -> str:
    return f" (see {named[0].place})" if named else ""


def _misplaced(place: str, found: Sequence[Checked], names: Sequence[str]) -> Iterator[Finding]:
    """Which entries are missing, too many, or in another order."""
    here, listed = {entry.name for entry in found}, set(names)
    missing = [name for name in names if name not in here]
    elsewhere = dict(_numbers_of(missing))
    for name in missing:
        what = f"it was moved to number {elsewhere[name]}" if name in elsewhere else "it was removed"
        yield Finding(f"Audit Entry {name}", f"{place} covers it, but {what}")
    for entry in found:
        if entry.name not in listed:
            yield Finding(entry.place, f"it stands among the entries of {place}, which does not cover it")
    known = [entry for entry in found if entry.name in listed]
    wanted = [name for name in names if name in here]
    moved = ((entry, name) for entry, name in zip(known, wanted, strict=False) if entry.name != name)
    for entry, name in islice(moved, REORDERED_TOLD):
        yield Finding(entry.place, f"it stands where {place} has {name}: entries were reordered")
    if len(listed) != len(names):
        yield Finding(place, "its list of entries names one twice")


def unsealed(chain: Chain) -> Iterator[Finding]:
    """Entries without a seal were written by somebody with the writer key, and not long ago."""
    writers, limit = vault.writer_keys()[::-1], now_datetime() - WAITING_TOO_LONG
    for entry in map(_checked, _rows_without_seal(chain)):
        wrong = list(_tampered(entry, writers))
        yield from (Finding(entry.place, what) for what in wrong)
        if not wrong and entry.values["at"] < limit:
            yield Finding(entry.place, "it has waited for its seal for more than a day")


def _rows_without_seal(chain: Chain) -> Iterator[tuple]:
    ranges: list[Range] = []
    for stated in chain.stated.values():
        ranges += covered(stated["first_seq"], stated["last_seq"], stated["gaps"])
    lowest = min((low for low, _ in ranges), default=1)
    highest = max((high for _, high in ranges), default=0)
    yield from _rows_in([(-(2**62), lowest - 1), *holes(ranges), (highest + 1, 2**62)])


# -- reading and checking entries


def _rows_in(ranges: Sequence[Range]) -> Iterator[tuple]:
    number, columns = sequence_column(), ", ".join(f"`{column}`" for column in COLUMNS)
    for first in range(0, len(ranges), RANGES_PER_QUERY):
        some = ranges[first : first + RANGES_PER_QUERY]
        condition = " or ".join([f"{number} between %s and %s"] * len(some))
        query = f"select {number}, {columns} from `tabAudit Entry` where {condition} order by {number}"
        yield from frappe.db.sql(query, [bound for one in some for bound in one])


def _numbers_of(names: Sequence[str]) -> Iterator[tuple[str, int]]:
    for first in range(0, len(names), 2_000):
        some = tuple(names[first : first + 2_000])
        query = f"select name, {sequence_column()} from `tabAudit Entry` where name in %s"
        yield from frappe.db.sql(query, (some,))


def _checked(row: tuple) -> Checked:
    values = dict(zip(COLUMNS, row[1:], strict=True))
    leaf = sha256(b"\x00" + leaf_bytes(leaf_of(values))).digest()
    return Checked(row[0], values, leaf, () if _agrees(values, leaf) else tuple(_wrong(values, leaf)))


def _agrees(values: dict[str, Any], leaf: bytes) -> bool:
    """The usual case, asked a million times."""
    return (
        leaf.hex() == values["entry_hash"]
        and values["creation"] == values["modified"] == values["at"]
        and values["owner"] == values["modified_by"] == values["user"]
        and values["docstatus"] == 0
        and values["idx"] == 0
        and "" not in values.values()
    )


def _wrong(values: dict[str, Any], leaf: bytes) -> Iterator[str]:
    for column, same in (("creation", "at"), ("modified", "at"), ("owner", "user"), ("modified_by", "user")):
        if values[column] != values[same]:
            yield f"{column} is not the same as {same}"
    for column in ("docstatus", "idx"):
        if values[column] != 0:
            yield f"{column} is not 0"
    for column, value in values.items():
        if value == "":
            yield f"{column} is empty, and never was written so"
    if leaf.hex() != values["entry_hash"]:
        yield "its content does not give its entry_hash"


def _tampered(entry: Checked, writers: Sequence[bytes]) -> Iterator[str]:
    """What is wrong with an entry of which no seal says that it is right; the writer key knows."""
    yield from entry.wrong
    stored, code = entry.values["entry_hash"], entry.values["mac"]
    if not _was_written(entry.leaf, code, writers):
        if _was_written(_as_bytes(stored), code, writers):
            yield "its content was changed"
        else:
            yield "it is not what the system wrote: its authentication code does not fit"


def _was_written(hashed: bytes, code: Any, writers: Sequence[bytes]) -> bool:
    return any(hmac.digest(key, hashed, "sha256").hex() == code for key in writers)


def _as_bytes(text: Any) -> bytes:
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError):
        return b""
