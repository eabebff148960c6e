"""Documents on paper: an HTML template, our own fonts, WeasyPrint. The same content gives the same bytes.

Every text is escaped here, once, so that no template can forget it.
"""

from __future__ import annotations

import hashlib
import html
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import frappe
from med_trace.ledger.pdf import pdf_of

LANGUAGES = ("en", "zh")
FONTS = Path(__file__).with_name("fonts")
PRINTS = "med_trace/evidence/prints"


def as_pdf(template: str, language: str, made_at: str, **context: Any) -> bytes:
    """`template` of the prints folder as PDF/A-3b, dated `made_at` (ISO 8601).

    The context needs `title`, `running_title` and `printed_line`; whatever is callable in it is left alone.
    """
    with speaking(language):
        whole = {
            **escaped({"company": company(), **context}),
            "language": language,
            "made_at": made_at,
            "fonts": FONTS.as_uri(),
            "number": number,
            "moment": moment,
        }
        page = frappe.render_template(f"{PRINTS}/{template}", whole, is_path=True)
    identifier = hashlib.sha256(page.encode("utf-8")).digest()[:16]
    with _fonts_dated(made_at):
        return pdf_of(page, pdf_variant="pdf/a-3b", pdf_identifier=identifier)


@contextmanager
def _fonts_dated(made_at: str) -> Iterator[None]:
    """fontTools writes the time of a subset into it, unless this variable names another (WeasyPrint 59 uses it)."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(
        int(datetime.fromisoformat(made_at.replace("Z", "+00:00")).timestamp())
    )
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("SOURCE_DATE_EPOCH", None)
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Texts in this language within the block."""
    before, frappe.local.lang = frappe.local.lang, language
    try:
        yield
    finally:
        frappe.local.lang = before


def language_of(given: str | None) -> str:
    """The language asked for, or the user's, as far as documents are printed in it."""
    wanted = (given or frappe.local.lang or "en").split("-")[0]
    return wanted if wanted in LANGUAGES else "en"


def company() -> str:
    """Whose site this is."""
    return frappe.db.get_value("Company", {}, order_by="creation asc") or ""


def escaped(value: Any) -> Any:
    """As HTML says it, all the way down."""
    if isinstance(value, str):
        return html.escape(value)
    if isinstance(value, Mapping):
        return {key: escaped(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [escaped(item) for item in value]
    return value


def number(value: Any) -> str:
    """12.0 -> "12", 0.25 -> "0.25", nothing -> ""."""
    if value is None or value == "":
        return ""
    return f"{float(value):.9f}".rstrip("0").rstrip(".") if not float(value).is_integer() else str(int(value))


def moment(value: str | None) -> str:
    """ISO 8601 without its T and its fractions of a second."""
    return (value or "").replace("T", " ")[:19]


def utc_now() -> str:
    """As the date of a PDF is said: 2026-11-22T10:00:00Z."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
