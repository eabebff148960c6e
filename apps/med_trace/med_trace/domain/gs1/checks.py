"""What GS1 asks of one value: characters, length and content of each component.

Each linter of the Syntax Dictionary is one small function from a value to what was expected of it
(empty when it is met). Coupon layouts (8110, 8112) are checked for characters and length only, and the
length of a company prefix cannot be known here: its first four characters must be digits.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from datetime import date

from .check_digit import CSET_82, check_characters, is_valid_key
from .dates import read_date
from .dictionary import Component, Identifier, iso_codes
from .errors import WrongValue

CHARACTERS = {
    "N": frozenset(string.digits),
    "X": frozenset(CSET_82),
    "Y": frozenset("#-/" + string.digits + string.ascii_uppercase),
    "Z": frozenset(string.ascii_letters + string.digits + "-_="),
}
NAMES = {"N": "digits", "X": "GS1 characters (set 82)", "Y": "GS1 characters (set 39)", "Z": "base64url"}


def _is_day(value: str, today: date) -> bool:
    try:
        read_date(value, today)
    except ValueError:
        return False
    return True


def _is_long_day(value: str) -> bool:
    try:
        date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        return False
    return len(value) == 8


def _is_iban(value: str) -> bool:
    if not re.fullmatch(r"[A-Z]{2}\d{2}[0-9A-Z]{1,30}", value):
        return False
    turned = value[4:] + value[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _is_piece_of_total(value: str) -> bool:
    piece, total = int(value[:2]), int(value[2:])
    return 1 <= piece <= total


def _is_birth_sequence(value: str) -> bool:
    return bool(re.fullmatch(r"[1-9]/[1-9]", value)) and value[0] <= value[2]


def _is_percent_encoded(value: str) -> bool:
    return not re.search(r"%(?![0-9A-Fa-f]{2})", value)


def _is_gmn(value: str) -> bool:
    return len(value) > 2 and check_characters(value[:-2]) == value[-2:]


_MEDIA_TYPES = range(1, 11), range(80, 100)

Linter = Callable[[str], bool]
LINTERS: dict[str, tuple[Linter, str]] = {
    "csum": (is_valid_key, "a correct check digit"),
    "csumalpha": (_is_gmn, "correct check characters"),
    "gcppos1": (lambda value: value[:4].isdigit(), "a company prefix at its beginning"),
    "gcppos2": (lambda value: value[1:5].isdigit(), "a company prefix from its second digit"),
    "yyyymmdd": (_is_long_day, "a date YYYYMMDD"),
    "hhmi": (lambda value: value[:2] < "24" and value[2:] < "60", "a time HHMM"),
    "hh": (lambda value: value < "24", "an hour"),
    "mi": (lambda value: value < "60", "minutes"),
    "ss": (lambda value: value < "60", "seconds"),
    "iso3166": (lambda value: value in iso_codes()["country_numeric"], "an ISO 3166 country number"),
    "iso3166999": (
        lambda value: value == "999" or value in iso_codes()["country_numeric"],
        "an ISO 3166 country number or 999",
    ),
    "iso3166alpha2": (lambda value: value in iso_codes()["country_alpha2"], "an ISO 3166 country code"),
    "iso4217": (lambda value: value in iso_codes()["currency_numeric"], "an ISO 4217 currency number"),
    "iso5218": (lambda value: value in {"0", "1", "2", "9"}, "0, 1, 2 or 9 (ISO 5218)"),
    "pcenc": (_is_percent_encoded, "percent signs followed by two hexadecimal digits"),
    "yesno": (lambda value: value in {"0", "1"}, "0 or 1"),
    "zero": (lambda value: not value.strip("0"), "zero"),
    "nonzero": (lambda value: bool(value.strip("0")), "a number other than zero"),
    "nozeroprefix": (lambda value: value == "0" or value[0] != "0", "no leading zero"),
    "hasnondigit": (lambda value: not value.isdigit(), "a character that is no digit"),
    "hyphen": (lambda value: value == "-", "a hyphen"),
    "winding": (lambda value: value in {"0", "1", "9"}, "0, 1 or 9"),
    "pieceoftotal": (_is_piece_of_total, "a piece number not above its total"),
    "posinseqslash": (_is_birth_sequence, "a position and a total such as 1/3"),
    "iban": (_is_iban, "an IBAN with correct check digits"),
    "latitude": (lambda value: int(value) <= 1800000000, "a latitude"),
    "longitude": (lambda value: int(value) <= 3600000000, "a longitude"),
    "mediatype": (lambda value: any(int(value) in part for part in _MEDIA_TYPES), "a media type"),
    "importeridx": (lambda value: bool(re.fullmatch(r"[0-9A-Za-z_-]", value)), "an importer index"),
    "packagetype": (lambda value: value.isalnum(), "a package type code"),
}
DATE_LINTERS = {"yymmdd": "a date YYMMDD", "yymmd0": "a date YYMMDD (day 00: the last of the month)"}


def require_value(identifier: Identifier, value: str, today: date) -> None:
    """Raises WrongValue unless `value` may stand after the identifier."""
    rest = value
    for part in identifier.components:
        piece, rest = rest[: part.maximum], rest[part.maximum :]
        if piece or not part.optional:
            _require_component(identifier, value, part, piece, today)
    if rest:
        raise _wrong(identifier, value, f"at most {identifier.longest} characters, not {len(value)}")


def _require_component(identifier: Identifier, value: str, part: Component, piece: str, today: date) -> None:
    if len(piece) < part.minimum:
        wanted = (
            f"{identifier.longest} characters, not {len(value)}"
            if identifier.shortest == identifier.longest
            else f"at least {identifier.shortest} characters, not {len(value)}"
        )
        raise _wrong(identifier, value, wanted)
    strange = sorted(set(piece) - CHARACTERS[part.charset])
    if strange:
        raise _wrong(identifier, value, f"{NAMES[part.charset]} only, not {' '.join(map(repr, strange))}")
    for name in part.linters:
        expected = _unmet(name, piece, today)
        if expected:
            raise _wrong(identifier, value, expected)


def _unmet(linter: str, piece: str, today: date) -> str:
    if linter in DATE_LINTERS:
        day_given = piece[4:] != "00" or linter == "yymmd0"
        return "" if day_given and _is_day(piece, today) else DATE_LINTERS[linter]
    is_met, expected = LINTERS.get(linter, (lambda _value: True, ""))
    return "" if is_met(piece) else expected


def _wrong(identifier: Identifier, value: str, expected: str) -> WrongValue:
    return WrongValue(
        "({0}) {1} {2}: expected {3}.",
        *(identifier.ai, identifier.title, repr(value), expected),
        ai=identifier.ai,
    )
