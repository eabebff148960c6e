"""Tables as CSV and XLSX. No cell of either is ever a formula, whatever somebody typed into a field."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# What a spreadsheet takes for the start of a formula; a number may have a sign.
_FORMULA = re.compile(r"^\s*[=+\-@\t\r|]")
_NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_000  # what a spreadsheet takes


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(heading) for heading in headings])
    writer.writerows([safe(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def as_xlsx(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], widths: Mapping[int, int]
) -> bytes:
    """One sheet; every cell is a text, the first row stays in sight and filters."""
    from openpyxl import Workbook  # takes 0.2 s to load: only where one is made
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Sheet")
    sheet.freeze_panes = "A2"
    for column in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = widths.get(column, 18)

    def cell(value: Any, font: Any = None) -> Any:
        made = WriteOnlyCell(sheet, value=_text(value))
        made.data_type = "s"  # never a formula
        made.alignment = Alignment(vertical="top", wrap_text=True)
        if font:
            made.font = font
        return made

    sheet.append([cell(heading, Font(bold=True)) for heading in headings])
    count = 1
    for row in rows:
        sheet.append([cell(value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{count}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def safe(value: Any) -> str:
    """A text that a spreadsheet shows and does not carry out: an apostrophe stands before what would be a formula."""
    text = _text(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return _NOT_IN_XML.sub("\ufffd", text)[:LONGEST_CELL]
