"""A table that somebody saved from a spreadsheet: bytes in, rows of texts out. Knows nothing of Frappe.

A text is only ever a text: what a spreadsheet would take for a formula is a value like any other here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from med_trace.domain.errors import BadInput

LARGEST = 5_000_000  # bytes
LONGEST_CELL = 10_000
_DELIMITERS = (",", ";", "\t")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_COMMA_DECIMAL = re.compile(r"^[+-]?\d+,\d+$")


@dataclass(frozen=True)
class Line:
    """`number` is the row's number in the spreadsheet; its headings are row 1."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    encoding: str
    delimiter: str


def read_table(data: bytes, titles: Mapping[str, str], most_rows: int) -> Table:
    """The rows of a CSV file; empty rows and empty values are left out.

    `titles`: what a heading may be called (`folded`) and the column that it names. UTF-8, UTF-16 with its mark, else
    GB18030; separated by commas, semicolons or tabs. Raises BadInput that says what to do.
    """
    text, encoding = _text_of(data)
    delimiter = max(_DELIMITERS, key=lambda one: _known_headings(text, one, titles))
    try:
        cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise BadInput("The file is not a CSV table ({0}). Save the sheet again as CSV.", error) from None
    if not cells:
        raise BadInput("The file is empty. Its first row names the columns.")
    columns = _columns(cells[0], titles)
    lines = [
        Line(number, _values(number, columns, row))
        for number, row in enumerate(cells[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not lines:
        raise BadInput("The file has headings and no rows.")
    if len(lines) > most_rows:
        raise BadInput(
            "The file has {0} rows; at most {1} are imported at once. Divide it into several files.",
            *(len(lines), most_rows),
        )
    return Table(columns, tuple(lines), encoding, delimiter)


def folded(heading: str) -> str:
    """How headings are compared: "Event ID", "event_id" and " event id " are one."""
    return " ".join(heading.replace("_", " ").split()).casefold()


def point_decimal(text: str, delimiter: str) -> str:
    """The number as it is written with a point: a sheet with semicolons may write 0,5."""
    return text.replace(",", ".") if delimiter != "," and _COMMA_DECIMAL.match(text) else text


def _text_of(data: bytes) -> tuple[str, str]:
    if len(data) > LARGEST:
        raise BadInput(
            "The file has {0} bytes; at most {1} are read. Divide it into several files.", len(data), LARGEST
        )
    if data.startswith(_WORKBOOKS):
        raise BadInput("This is a workbook. Save the sheet as CSV (UTF-8) and choose that file.")
    marked = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for encoding in (marked, "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding.removesuffix("-sig")
    raise BadInput(
        "The file is no text that can be read. Save the sheet as CSV (UTF-8) and choose that file."
    )


def _known_headings(text: str, delimiter: str, titles: Mapping[str, str]) -> int:
    heading = text.lstrip().split("\n", 1)[0]
    return sum(folded(cell.strip().strip('"')) in titles for cell in heading.split(delimiter))


def _columns(headings: list[str], titles: Mapping[str, str]) -> tuple[str, ...]:
    columns: list[str] = []
    for heading in headings:
        if not heading.strip():
            columns.append("")
            continue
        column = titles.get(folded(heading))
        if not column:
            raise BadInput(
                "Column {0} is not known. Remove it, or call it as the template does.", heading.strip()[:140]
            )
        if column in columns:
            raise BadInput("Column {0} is there twice. Remove one of them.", heading.strip())
        columns.append(column)
    return tuple(columns)


def _values(number: int, columns: tuple[str, ...], row: list[str]) -> dict[str, str]:
    if any(cell.strip() for cell in row[len(columns) :]) or any(
        cell.strip() for column, cell in zip(columns, row, strict=False) if not column
    ):
        raise BadInput("Row {0} has values outside the columns that have a heading.", number)
    if any(len(cell) > LONGEST_CELL for cell in row):
        raise BadInput("Row {0} has a value of more than {1} characters.", number, LONGEST_CELL)
    values = zip(columns, (cell.strip() for cell in row), strict=False)
    return {column: value for column, value in values if value}
