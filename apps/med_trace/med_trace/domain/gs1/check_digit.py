"""GS1 check digits: weights 3,1 from the right, modulo 10; and the pair of check characters of a GMN."""

from __future__ import annotations

CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CSET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = (
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83,
)  # fmt: skip


def check_digit(payload: str) -> str:
    """The digit that completes `payload` (a GTIN, SSCC or GLN without its last digit)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload)))
    return str(-total % 10)


def with_check_digit(payload: str) -> str:
    return payload + check_digit(payload)


def is_valid_key(key: str) -> bool:
    """Whether the last digit of a numeric key is its check digit."""
    return key.isascii() and key.isdigit() and len(key) > 1 and check_digit(key[:-1]) == key[-1]


def check_characters(payload: str) -> str:
    """The two check characters of a Global Model Number or Master UDI-DI (modulo 1021, GS1 set 32)."""
    weighted = sum(
        prime * CSET_82.index(char) for prime, char in zip(_PRIMES, reversed(payload), strict=False)
    )
    remainder = weighted % 1021
    return CSET_32[remainder >> 5] + CSET_32[remainder & 31]


def sscc(prefix: str, serial: int, extension: int = 0) -> str:
    """A serial shipping container code: extension digit, company prefix, serial reference, check digit."""
    room = 16 - len(prefix)
    if not (prefix.isascii() and prefix.isdigit() and 4 <= len(prefix) <= 12):
        raise ValueError(f"company prefix {prefix!r} is not 4 to 12 digits")
    if serial >= 10**room or serial < 0:
        raise ValueError(f"serial {serial} has no room beside company prefix {prefix}")
    return with_check_digit(f"{extension}{prefix}{serial:0{room}d}")
