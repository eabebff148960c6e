"""The GS1 application identifiers: what each may hold and what it needs beside it.

Reads `dictionary.json`, compiled from GS1's own Barcode Syntax Dictionary. Knows no barcodes and no
parsing; `checks.py` applies these rules, `element_string.py` and `digital_link.py` follow them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

Group = tuple[str, ...]


@dataclass(frozen=True)
class Component:
    """One part of an identifier's value. charset: N digits, X set 82, Y set 39, Z base64url."""

    charset: str
    minimum: int
    maximum: int
    optional: bool
    linters: tuple[str, ...]


@dataclass(frozen=True)
class Identifier:
    """One application identifier.

    fixed: of predefined length, needs no separator after it.
    attribute: may stand in the query of a Digital Link.
    requires: for each rule, one of its groups must be present. excludes: none of them may be.
    key: for a Digital Link primary key its alternative qualifier sequences, else None.
    """

    ai: str
    title: str
    fixed: bool
    attribute: bool
    components: tuple[Component, ...]
    requires: tuple[tuple[Group, ...], ...]
    excludes: Group
    key: tuple[Group, ...] | None

    @property
    def shortest(self) -> int:
        return sum(part.minimum for part in self.components if not part.optional)

    @property
    def longest(self) -> int:
        return sum(part.maximum for part in self.components)


def _expand(ai: str) -> list[str]:
    first, _, last = ai.partition("-")
    if not last:
        return [first]
    return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]


def _identifier(ai: str, entry: dict[str, Any]) -> Identifier:
    return Identifier(
        ai=ai,
        title=entry["title"],
        fixed=entry["fixed"],
        attribute=entry["attribute"],
        components=tuple(
            Component(charset, least, most, optional, tuple(linters))
            for charset, least, most, optional, linters in entry["components"]
        ),
        requires=tuple(tuple(tuple(group) for group in rule) for rule in entry.get("requires", [])),
        excludes=tuple(entry.get("excludes", [])),
        key=tuple(tuple(names) for names in entry["key"]) if "key" in entry else None,
    )


@lru_cache(maxsize=1)
def identifiers() -> dict[str, Identifier]:
    """Every application identifier by its digits; ranges such as 3100-3105 are expanded."""
    source = json.loads(Path(__file__).with_name("dictionary.json").read_text(encoding="utf-8"))
    return {ai: _identifier(ai, entry) for entry in source["identifiers"] for ai in _expand(entry["ai"])}


@lru_cache(maxsize=1)
def iso_codes() -> dict[str, frozenset[str]]:
    """ISO 3166 and ISO 4217 codes, as sets: country_numeric, country_alpha2, currency_numeric."""
    source = json.loads(Path(__file__).with_name("iso_codes.json").read_text(encoding="utf-8"))
    return {name: frozenset(codes.split()) for name, codes in source.items()}


def starting(text: str) -> Identifier | None:
    """The identifier that `text` begins with. No identifier is the beginning of another."""
    for length in (2, 3, 4):
        found = identifiers().get(text[:length])
        if found and len(text) >= length:
            return found
    return None
