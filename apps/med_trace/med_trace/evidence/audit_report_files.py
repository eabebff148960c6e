"""The audit report as a file: CSV, XLSX or PDF, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_system_timezone
from med_trace.domain.errors import TraceError
from med_trace.evidence.audit_report import COLUMNS, Asked, count_of, lines_of, translated
from med_trace.evidence.printing import as_pdf, speaking, utc_now
from med_trace.evidence.sheets import as_csv, as_xlsx
from med_trace.ledger.shown import shown

WIDTHS = {1: 20, 2: 28, 3: 20, 4: 15, 5: 14, 6: 20, 7: 24, 8: 28, 9: 36, 10: 36, 11: 36, 12: 18, 13: 24}
LARGEST_PRINT = 5_000
WHOLE = ("Created", "Deleted")


class TooMuchToPrint(TraceError):
    """More entries than paper is good for."""


def as_file(asked: Asked, kind: str, language: str, printed_line: str) -> bytes:
    """`kind`: csv, xlsx or pdf. Raises TooMuchToPrint for a PDF of more than LARGEST_PRINT entries."""
    with speaking(language):
        if kind == "pdf":
            return _pdf(asked, language, printed_line)
        headings = [_(label) for label in COLUMNS.values()]
        if kind == "csv":
            return as_csv(headings, _rows(asked))
        return as_xlsx(_("Audit trail"), headings, _rows(asked), WIDTHS)


def _rows(asked: Asked) -> Iterator[list[str]]:
    for line in lines_of(asked):
        told = translated(line)
        yield [told[key] for key in COLUMNS]


@shown()
def _pdf(asked: Asked, language: str, printed_line: str) -> bytes:
    total = count_of(asked)
    if total > LARGEST_PRINT:
        raise TooMuchToPrint(
            "{0} entries are too many to print, {1} is the most: ask for less, or take them as XLSX or CSV.",
            *(total, LARGEST_PRINT),
        )
    title = _("Audit trail")
    return as_pdf(
        "audit_report.html",
        language,
        utc_now(),
        title=title,
        running_title=f"{title} {frappe.local.site}",
        printed_line=printed_line,
        asked=asked.words(),
        zone=get_system_timezone(),
        total=total,
        entries=_by_entry(asked),
    )


def _by_entry(asked: Asked) -> list[dict[str, Any]]:
    """Each entry with its changes; what came or went as a whole is told in one run of text."""
    entries: list[dict[str, Any]] = []
    for line in lines_of(asked):
        told = translated(line)
        if not entries or entries[-1]["entry"] != line["entry"]:
            entries.append({**told, "changes": [], "whole": line["kind"] in WHOLE})
        entries[-1]["changes"].append(told)
    return entries
