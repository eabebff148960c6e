"""A table of `exports.py` as a file: CSV, XLSX or PDF, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from frappe import _
from med_trace.domain.errors import TraceError
from med_trace.evidence.exports import TABLES, Wanted, rows_of
from med_trace.evidence.printing import as_pdf, number, speaking, utc_now
from med_trace.evidence.sheets import as_csv, as_xlsx
from med_trace.ledger.shown import shown

LARGEST_PRINT = 5_000
TITLES = {"lots": "Lots", "operations": "Operations", "inspections": "Inspections", "movements": "Movements"}


class TooManyRows(TraceError):
    """More lines than paper is good for."""


@shown()
def as_file(what: str, wanted: Wanted, form: str, language: str, printed_line: str) -> bytes:
    """`form`: csv, xlsx or pdf. Raises TooManyRows for a PDF of more than LARGEST_PRINT lines."""
    with speaking(language):
        title, headings = _(TITLES[what]), [_(label) for label in TABLES[what].labels]
        rows = [[_shown(value) for value in row] for row in rows_of(what, wanted)]
        if form == "csv":
            return as_csv(headings, rows)
        if form == "xlsx":
            return as_xlsx(title, headings, rows, {})
    return _pdf(title, headings, rows, language, printed_line)


def _shown(value: Any) -> str:
    if isinstance(value, (int, float)):
        return number(value)
    return "" if value is None else str(value)


def _pdf(
    title: str, headings: Sequence[str], rows: list[list[str]], language: str, printed_line: str
) -> bytes:
    if len(rows) > LARGEST_PRINT:
        raise TooManyRows(
            "{0} lines are too many to print, {1} is the most: ask for less, or take them as XLSX or CSV.",
            *(len(rows), LARGEST_PRINT),
        )
    used = [column for column in range(len(headings)) if any(row[column] for row in rows)]
    return as_pdf(
        "table.html",
        language,
        utc_now(),
        title=title,
        running_title=title,
        printed_line=printed_line,
        headings=[headings[column] for column in used],
        rows=[[row[column] for column in used] for row in rows],
    )
