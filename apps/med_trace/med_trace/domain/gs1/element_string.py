"""Element strings: what a barcode carries, and their human readable form with brackets.

Reads what scanners send: with or without a symbology identifier, a leading FNC1, separators (GS, 0x1D).
Where a scanner dropped the separators, `readings` gives every way the data can be cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from .checks import require_value
from .dictionary import Identifier, identifiers, starting
from .errors import UnknownIdentifier, WrongCombination, WrongValue
from .rules import require_combination, require_valid

GS = "\x1d"
SYMBOLOGIES = ("]C1", "]d2", "]Q3", "]e0", "]J1")
_BRACKETED = re.compile(r"\((\d{2,4})\)")

Fields = dict[str, str]


def without_prefix(code: str) -> str:
    """The data behind a symbology identifier and leading FNC1."""
    for prefix in SYMBOLOGIES:
        if code.startswith(prefix):
            code = code[len(prefix) :]
            break
    return code.lstrip(GS)


def parse(code: str, today: date) -> Fields:
    """The fields of an element string, valued and combined as GS1 asks. Raises Gs1Error."""
    fields = _split(without_prefix(code))
    require_valid(fields, today)
    return fields


def _split(data: str) -> Fields:
    fields: Fields = {}
    if not data:
        raise UnknownIdentifier("The code is empty.")
    while data:
        identifier = starting(data)
        if not identifier:
            raise UnknownIdentifier("{0} begins no GS1 application identifier.", repr(data[:4]))
        rest = data[len(identifier.ai) :]
        if identifier.fixed:
            value, data = rest[: identifier.longest], rest[identifier.longest :]
            data = data.removeprefix(GS)
        else:
            value, _, data = rest.partition(GS)
        add(fields, identifier.ai, value)
    return fields


def add(fields: Fields, ai: str, value: str) -> None:
    """Adds one field; the same identifier twice must say the same (General Specifications 4.13)."""
    if fields.setdefault(ai, value) != value:
        raise WrongCombination(
            "({0}) occurs twice, as {1} and {2}.", ai, repr(fields[ai]), repr(value), ai=ai
        )


def readings(code: str, today: date, limit: int = 200) -> list[Fields]:
    """Every valid reading of data whose separators may be lost; the one without a cut first."""
    found: list[Fields] = []
    for fields in _cuts(without_prefix(code), {}, today):
        try:
            require_combination(fields.keys())
        except WrongCombination:
            continue
        found.append(fields)
        if len(found) == limit:
            break
    return found


def _cuts(data: str, before: Fields, today: date) -> Iterator[Fields]:
    if not data:
        yield before
        return
    identifier = starting(data)
    if not identifier or identifier.ai in before:
        return
    rest = data[len(identifier.ai) :]
    for length in _lengths(identifier, rest):
        value = rest[:length]
        try:
            require_value(identifier, value, today)
        except WrongValue:
            continue
        yield from _cuts(rest[length:].removeprefix(GS), before | {identifier.ai: value}, today)


def _lengths(identifier: Identifier, rest: str) -> range:
    if identifier.fixed:
        return range(identifier.longest, identifier.longest + 1)
    end = rest.find(GS)
    longest = min(identifier.longest, len(rest) if end < 0 else end)
    return range(longest, identifier.shortest - 1, -1)


def parse_human_readable(text: str, today: date) -> Fields:
    """Fields of a text such as (01)09506000134352(10)ABC123. Raises Gs1Error."""
    marks = [mark for mark in _BRACKETED.finditer(text) if mark[1] in identifiers()]
    if not marks or text[: marks[0].start()].strip():
        raise UnknownIdentifier("{0} does not begin with a GS1 identifier in brackets.", repr(text[:40]))
    fields: Fields = {}
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        add(fields, mark[1], text[mark.end() : end].strip())
    require_valid(fields, today)
    return fields


def ordered(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """Keys first, then values of fixed length, then the others: the shortest string, one order always."""

    def rank(field: tuple[str, str]) -> tuple[bool, bool, str]:
        identifier = identifiers()[field[0]]
        return identifier.key is None, not identifier.fixed, identifier.ai

    return sorted(fields.items(), key=rank)


def build(fields: Mapping[str, str], today: date) -> str:
    """The element string, with separators and without a leading FNC1. Raises Gs1Error."""
    require_valid(fields, today)
    data = ""
    for ai, value in ordered(fields):
        data += ai + value + ("" if identifiers()[ai].fixed else GS)
    return data.removesuffix(GS)
