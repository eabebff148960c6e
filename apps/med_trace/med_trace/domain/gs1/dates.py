"""GS1 dates YYMMDD: the century rule and day 00. The clock is passed in."""

from __future__ import annotations

import calendar
from datetime import date


def full_year(two_digits: int, today: date) -> int:
    """The year nearest to today: 51 or more ahead is the last century, 50 or more behind the next."""
    century = today.year - today.year % 100
    ahead = two_digits - today.year % 100
    if ahead >= 51:
        return century - 100 + two_digits
    if ahead <= -50:
        return century + 100 + two_digits
    return century + two_digits


def read_date(value: str, today: date) -> date:
    """A YYMMDD value as a date; day 00 means the last day of the month. ValueError when it is none."""
    if len(value) != 6 or not (value.isascii() and value.isdigit()):
        raise ValueError(f"{value!r} is not six digits YYMMDD")
    year, month, day = full_year(int(value[:2]), today), int(value[2:4]), int(value[4:])
    if not 1 <= month <= 12:
        raise ValueError(f"{value!r} has no month {value[2:4]}")
    if day == 0:
        day = calendar.monthrange(year, month)[1]
    return date(year, month, day)


def write_date(day: date) -> str:
    return day.strftime("%y%m%d")
