"""One code as it was scanned or typed, and the fields in it by their names on the shop floor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from . import digital_link, element_string
from .dates import read_date, write_date
from .element_string import GS, SYMBOLOGIES


@dataclass(frozen=True)
class Gs1Data:
    """Valid GS1 fields (identifier -> value). `today` fixes the century of two-digit years."""

    fields: Mapping[str, str]
    today: date

    @classmethod
    def of(
        cls,
        today: date,
        *,
        gtin: str = "",
        lot: str = "",
        serial: str = "",
        expiry: date | None = None,
        produced: date | None = None,
        sscc: str = "",
    ) -> Gs1Data:
        """From plain values; what is empty is left out. Raises Gs1Error."""
        given = {
            "00": sscc,
            "01": gtin.zfill(14) if gtin else "",
            "11": write_date(produced) if produced else "",
            "17": write_date(expiry) if expiry else "",
            "10": lot,
            "21": serial,
        }
        fields = {ai: value for ai, value in given.items() if value}
        element_string.build(fields, today)
        return cls(fields, today)

    @property
    def gtin(self) -> str | None:
        return self.fields.get("01") or self.fields.get("02")

    @property
    def lot(self) -> str | None:
        return self.fields.get("10")

    @property
    def serial(self) -> str | None:
        return self.fields.get("21")

    @property
    def sscc(self) -> str | None:
        return self.fields.get("00")

    @property
    def gln(self) -> str | None:
        return self.fields.get("414") or self.fields.get("410")

    @property
    def expiry(self) -> date | None:
        return self._date("17")

    @property
    def produced(self) -> date | None:
        return self._date("11")

    def _date(self, ai: str) -> date | None:
        value = self.fields.get(ai)
        return read_date(value, self.today) if value else None

    def element_string(self) -> str:
        return element_string.build(self.fields, self.today)

    def human_readable(self) -> str:
        return self.bracketed("(", ")")

    def bracketed(self, left: str, right: str) -> str:
        ordered = element_string.ordered(self.fields)
        return "".join(f"{left}{ai}{right}{value}" for ai, value in ordered)

    def parts(self, longest: int) -> list[Gs1Data]:
        """The data cut into pieces of at most `longest` Code 128 characters, for several linear symbols.

        A piece alone may lack its partners; together they mark one thing (General Specifications 4.13).
        """
        pieces: list[dict[str, str]] = [{}]
        for ai, value in element_string.ordered(self.fields):
            wider = pieces[-1] | {ai: value}
            if pieces[-1] and sum(map(_code_128_length, wider.values())) > longest:
                pieces.append({ai: value})
            else:
                pieces[-1] = wider
        return [Gs1Data(piece, self.today) for piece in pieces]

    def digital_link(self, host: str) -> str:
        return digital_link.build(self.fields, host, self.today)


def _code_128_length(value: str) -> int:
    """Code 128 characters of one field: digits go in pairs; two more for identifier and separator."""
    return 2 + (-(-len(value) // 2) if value.isdigit() else len(value))


def read(code: str, today: date) -> Gs1Data:
    """Reads an element string, its bracketed form or a Digital Link. Raises Gs1Error."""
    code = code.strip(" \t\r\n")
    if digital_link.is_web_address(code):
        return Gs1Data(digital_link.parse(code, today), today)
    if code.startswith("("):
        return Gs1Data(element_string.parse_human_readable(code, today), today)
    return Gs1Data(element_string.parse(code, today), today)


def readings(code: str, today: date) -> list[Gs1Data]:
    """Every valid reading of an element string whose separators may be lost."""
    return [Gs1Data(fields, today) for fields in element_string.readings(code.strip(" \t\r\n"), today)]


def is_marked(code: str) -> bool:
    """Whether the code says itself that it is GS1 data, and cannot be one of our plain codes."""
    return (
        code.startswith(SYMBOLOGIES)
        or GS in code
        or digital_link.is_web_address(code)
        or (code.startswith("(") and ")" in code[3:6])
    )
