"""Seals over blocks of audit entries, and keys: what they state, and how the one rests on the other.

A statement is canonical JSON text. A seal names the hash of the one before it, so that they are a chain; it is
signed with Ed25519. Knows nothing of Frappe, and leaves signing and checking to who has the library.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

SEAL = "med_trace audit seal 1"
KEY = "med_trace audit key 1"
NO_SEAL = ""

Range = tuple[int, int]


@dataclass(frozen=True)
class SealStatement:
    """What a seal says. `codes` covers the entries' authentication codes, `gaps` the numbers between that are not
    in the block ("4-9,12"); `name`, `at` (site time) and `sealed_by` are the columns of its row."""

    number: int
    previous: str
    merkle_root: str
    codes: str
    count: int
    first_seq: int
    last_seq: int
    gaps: str
    sealed_at: str
    key_id: str
    name: str
    at: str
    sealed_by: str

    def text(self) -> str:
        return statement_text({"type": SEAL, **asdict(self)})


@dataclass(frozen=True)
class KeyStatement:
    """What introduces a key. `introduced_by` is the key before it, empty for the first; `lost` says why the one
    before could not sign as well."""

    key_id: str
    public_key: str
    introduced_at: str
    introduced_by: str
    lost: str

    def text(self) -> str:
        return statement_text({"type": KEY, **asdict(self)})


def statement_text(statement: Mapping[str, Any]) -> str:
    """The text that is signed: sorted keys, no spaces."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def statement_hash(text: str) -> str:
    """By which the next seal names this one."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def key_id_of(public_key: bytes) -> str:
    """The first 16 hexadecimal digits of the hash of the raw public key."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def codes_hash(codes: Iterable[str]) -> str:
    """One hash over the authentication codes of a block, in its order."""
    return hashlib.sha256("\n".join(codes).encode("ascii", "replace")).hexdigest()


def gaps_between(numbers: Sequence[int]) -> str:
    """The numbers missing between ascending ones, as ranges: [3, 10, 12] -> "4-9,11"."""
    gaps = [(a + 1, b - 1) for a, b in pairwise(numbers) if b > a + 1]
    return ",".join(f"{a}-{b}" if b > a else f"{a}" for a, b in gaps)


def ranges_of(text: str) -> list[Range]:
    """ "4-9,11" -> [(4, 9), (11, 11)]. Raises ValueError for anything else."""
    found = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.append((int(first), int(last or first)))
    return found


def covered(first: int, last: int, gaps: str) -> Iterator[Range]:
    """The ranges of numbers that a block covers: first to last without its gaps."""
    start = first
    for low, high in ranges_of(gaps):
        if low > start:
            yield start, low - 1
        start = high + 1
    if start <= last:
        yield start, last


def holes(blocks: Iterable[Range]) -> list[Range]:
    """The numbers between the lowest and the highest that none of these ranges covers."""
    found: list[Range] = []
    end: int | None = None
    for low, high in sorted(blocks):
        if end is not None and low > end + 1:
            found.append((end + 1, low - 1))
        end = max(high, end or high)
    return found
