"""Whatever the app says to a person it can say in Chinese (CFG-3); the pages' own texts are tested beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

import sources_of_words as sources

pytestmark = pytest.mark.requirement("CFG-3")
PLACE = re.compile(r"\{(\d*)(?:![rsa])?(?::[^}]*)?\}")
# The same in every language: codes, numbers, standards, file kinds.
SAME = re.compile(
    r"^(GTIN|SSCC|GLN|UDI|REF|LOT|SN|MFG|EXP|NCR|CAPA|WIP|CSV|XLSX|PDF|JSON|ZPL|GS1 DataMatrix|GS1-128|QR|JSON|"
    r"DocType|UTC|Med Trace|[A-E]|I{1,3}|[\d\s.,%:{}()/*#<>=_-]*)$"
)
KINDS = {
    "python": sources.in_python,
    "enums": sources.in_enums,
    "doctypes": sources.in_doctypes,
    "defaults": sources.in_defaults,
    "reports": sources.in_reports_and_workspaces,
    "templates": sources.in_templates,
    "desk": sources.in_desk_scripts,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_has_its_chinese(kind: str) -> None:
    find: Callable[[], Iterator[tuple[str, str]]] = KINDS[kind]
    known = sources.chinese()
    missing = {text: where for where, text in find() if text.strip() not in known and not SAME.match(text)}
    assert missing == {}, f"{len(missing)} texts without Chinese in translations/zh.csv"


def test_the_sources_are_found() -> None:
    counts = {kind: len(list(find())) for kind, find in KINDS.items()}
    assert counts["python"] > 200 and counts["doctypes"] > 300 and counts["defaults"] > 30, counts


def test_a_translation_fills_in_what_its_text_does() -> None:
    """A place that is missing loses a lot's number; one too many is an error for the reader."""
    wrong = {
        text: translated
        for text, translated in sources.chinese().items()
        if sorted(PLACE.findall(text)) != sorted(PLACE.findall(translated))
    }
    assert wrong == {}
