"""GS1 Digital Links: a web address that carries identifiers. https://host/01/GTIN/10/LOT/21/SERIAL?17=YYMMDD"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from .dictionary import Group, identifiers
from .element_string import Fields, add, ordered
from .errors import UnknownIdentifier, WrongCombination
from .rules import known, require_valid

GTIN_LENGTHS = (8, 12, 13, 14)


def is_web_address(code: str) -> bool:
    return code[:8].lower().startswith(("http://", "https://"))


def parse(address: str, today: date) -> Fields:
    """The fields of a Digital Link. Raises Gs1Error when it carries none or against the rules."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise UnknownIdentifier("{0} is no web address.", repr(address[:60])) from error
    segments = [unquote(segment) for segment in parts.path.strip("/").split("/")]
    fields = _path_fields(segments)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.isdigit():
            _add_attribute(fields, name, value)
    require_valid(fields, today)
    return fields


def _path_fields(segments: list[str]) -> Fields:
    for start in range(len(segments) % 2, len(segments), 2):
        identifier = identifiers().get(segments[start])
        if identifier and identifier.key is not None:
            return _key_and_qualifiers(segments[start:])
    raise UnknownIdentifier("The web address holds no GS1 identifier such as /01/GTIN.")


def _key_and_qualifiers(segments: list[str]) -> Fields:
    names, values = segments[::2], segments[1::2]
    alternatives = known(names[0]).key or ()
    if not any(_in_order(names[1:], sequence) for sequence in alternatives):
        raise WrongCombination(
            "({0}) cannot be followed by {1} in a Digital Link.",
            *(names[0], "/".join(names[1:])),
            ai=names[0],
        )
    fields: Fields = {}
    for name, value in zip(names, values, strict=True):
        add(fields, name, _fourteen(value) if name == "01" else value)
    return fields


def _in_order(names: list[str], sequence: Group) -> bool:
    positions = [sequence.index(name) for name in names if name in sequence]
    return len(positions) == len(names) and positions == sorted(set(positions))


def _add_attribute(fields: Fields, name: str, value: str) -> None:
    if not known(name).attribute:
        raise WrongCombination("({0}) cannot stand in the query of a Digital Link.", name, ai=name)
    add(fields, name, value)


def _fourteen(gtin: str) -> str:
    return gtin.zfill(14) if len(gtin) in GTIN_LENGTHS else gtin


def build(fields: Mapping[str, str], host: str, today: date) -> str:
    """The address of the fields under `host` (https://id.example.com). Raises Gs1Error."""
    require_valid(fields, today)
    key = next((ai for ai, _ in ordered(fields) if known(ai).key is not None), None)
    if key is None:
        raise UnknownIdentifier("A Digital Link needs a key such as (01) GTIN or (00) SSCC.")
    qualifiers = _qualifiers(key, fields)
    path = "".join(f"/{ai}/{quote(fields[ai], safe='')}" for ai in (key, *qualifiers))
    rest = [(ai, value) for ai, value in ordered(fields) if ai != key and ai not in qualifiers]
    for ai, _value in rest:
        if not known(ai).attribute:
            raise WrongCombination("({0}) cannot stand in the query of a Digital Link.", ai, ai=ai)
    query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in rest)
    return host.rstrip("/") + path + (f"?{query}" if query else "")


def _qualifiers(key: str, fields: Mapping[str, str]) -> list[str]:
    alternatives = known(key).key or ()
    return max(([ai for ai in names if ai in fields] for names in alternatives), key=len, default=[])
