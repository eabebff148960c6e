"""The lot history on paper: complete, in both languages, with our own fonts, and the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

import frappe
from med_trace.evidence import history_print
from med_trace.evidence.history import history_of
from med_trace.evidence.history_print import history_pdf, ranges
from med_trace.evidence.printing import FONTS, number

pypdf = pytest.importorskip("pypdf")
pdfium = pytest.importorskip("pypdfium2")
pytestmark = [pytest.mark.requirement("EVI-1"), pytest.mark.usefixtures("screws")]
AT = "2026-11-22T10:00:00Z"
FOOT = "Printed by Q. Liu, 2026-11-22 10:00:00 Etc/UTC"
ROOT = Path(__file__).parents[2]

NO_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>{empty}</dir><cachedir>{empty}/cache</cachedir></fontconfig>"""


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture
def history(screws):
    return history_of(screws.lots[0])


def test_every_page_says_which_lot_who_printed_it_and_which_page_it_is(history):
    reader = pypdf.PdfReader(io.BytesIO(history_pdf(history, "en", AT, FOOT)))
    total = len(reader.pages)
    assert total > 2
    for position, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert history["lot"]["name"] in text and FOOT in text
        assert f"Page {position} of {total}" in text


@pytest.mark.requirement("SIG-2")
def test_signatures_are_printed_with_name_time_zone_and_meaning(history):
    text = text_of(history_pdf(history, "en", AT, FOOT))
    for one in history["signatures"]:
        assert one["printed_name"] in text
        assert one["signed_at"].replace("T", " ")[:19] in text
        assert one["meaning"] in text and one["time_zone"] in text


def test_the_same_content_gives_the_same_bytes(history):
    once, again = (history_pdf(history, "zh", AT, FOOT) for _ in range(2))
    assert once == again


@pytest.mark.requirement("CFG-3")
def test_in_chinese_no_word_of_ours_is_left_in_english(history):
    text = text_of(history_pdf(history, "zh", AT, FOOT))
    for words in ("批历史记录", "物料", "工序", "检验", "电子签名", "第 1 页"):
        assert words in text
    for words in (
        "Lot history",
        "Materials",
        "Operations",
        "Inspections",
        "Signed by",
        "Accepted",
        "Released",
    ):
        assert words not in text


@pytest.mark.requirement("CFG-3")
def test_every_chinese_text_of_the_product_is_in_our_fonts():
    from fontTools.ttLib import TTFont

    rows = csv.reader((ROOT / "apps/med_trace/med_trace/translations/zh.csv").open(encoding="utf-8"))
    used = {char for row in rows for char in "".join(row[1:2]) if char > "\u2e80"}
    regular = TTFont(FONTS / "NotoSansSC-Regular.woff2").getBestCmap()
    bold = TTFont(FONTS / "NotoSansSC-Bold.woff2").getBestCmap()
    assert [char for char in used if ord(char) not in regular] == []
    assert len([char for char in used if ord(char) not in bold]) < 10


@pytest.mark.requirement("CFG-3")
def test_a_machine_without_any_font_prints_chinese(history, tmp_path):
    """In a process that sees no font of the machine: all fonts in the PDF are ours and no glyph is missing."""
    history["lot"]["item_name"] = "椎弓根螺钉 6.5 毫米"
    history["operations"][0]["remarks"] = "用碱液清洗，温度五十度"
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "fonts.conf").write_text(NO_FONTS.format(empty=empty))
    (tmp_path / "history.json").write_text(json.dumps(history))
    code = f"""
import json, os, frappe
frappe.init(site={frappe.local.site!r}, sites_path={str(Path.cwd())!r}); frappe.connect()
from med_trace.evidence.history_print import history_pdf
told = json.load(open({str(tmp_path / "history.json")!r}))
open({str(tmp_path / "out.pdf")!r}, "wb").write(history_pdf(told, "zh", {AT!r}, {FOOT!r}))
"""
    variables = {
        "PATH": "/usr/bin:/bin",
        "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"),
        "HOME": str(tmp_path),
    }
    variables["PYTHONPATH"] = ":".join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", code], env=variables, cwd=Path.cwd(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    content = (tmp_path / "out.pdf").read_bytes()
    assert "椎弓根螺钉" in text_of(content) and "用碱液清洗" in text_of(content)
    assert fonts_of(content) == {"Evidence", "Evidence-Bold"}
    assert missing_glyphs(content) == 0


def fonts_of(content: bytes) -> set[str]:
    """The names in the PDF, without the letters before them that say a font is a subset."""
    names = set()
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            names.add(str(font.get_object()["/BaseFont"]).split("+")[-1].strip("/"))
    return names


def missing_glyphs(content: bytes) -> int:
    """Glyph 0 is the empty box that stands for what a font does not have."""
    count = 0
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        for operands, operator in pypdf.generic.ContentStream(page.get_contents(), page.pdf).operations:
            if operator == b"TJ":
                for part in operands[0]:
                    raw = getattr(part, "original_bytes", b"")
                    count += sum(raw[at : at + 2] == b"\0\0" for at in range(0, len(raw) - 1, 2))
    return count


def test_a_text_with_markup_is_printed_and_not_obeyed(history):
    history["lot"]["remarks"] = "<h1>big</h1> & <script>x</script>"
    text = text_of(history_pdf(history, "en", AT, FOOT))
    assert "<h1>big</h1> & <script>x</script>" in text


def test_a_changed_value_bears_a_mark_and_is_listed_with_old_new_who_when_and_why(history):
    record = history["operations"][0]
    history["changes"] = [
        {
            "document_type": "Process Record",
            "document_name": record["name"],
            "field": "parameters[1].value",
            "label": "Parameters / 1 / Value",
            "old": "1653.1",
            "new": "1553.0778",
            "printed_name": "Olga Mertens",
            "user": "olga@example.com",
            "at": "2026-11-21T09:00:00",
            "reason": "Typed a digit wrong",
            "kind": "Changed",
        }
    ]
    text = text_of(history_pdf(history, "en", AT, FOOT))
    assert "△1" in text
    for words in ("1653.1", "Olga Mertens", "Typed a digit wrong", "2026-11-21 09:00:00"):
        assert words in text


def test_of_many_materials_the_further_ones_have_a_line_each_with_the_same_facts(history, monkeypatch):
    in_table = text_of(history_pdf(history, "en", AT, FOOT))
    monkeypatch.setattr(history_print, "IN_TABLE", 0)
    in_lines = text_of(history_pdf(history, "en", AT, FOOT))
    assert "further lots, one in a line" in in_lines and "further lots" not in in_table
    assert history["materials"]
    for row in history["materials"]:
        facts = [
            row[key] for key in ("lot", "item_code", "supplier_lot", "heat_no", "certificate_no") if row[key]
        ]
        for fact in [*facts, *(one["name"] for one in row["inspections"])]:
            assert squeezed(fact) in squeezed(in_lines) and squeezed(fact) in squeezed(in_table)
    assert ";;" not in squeezed(in_lines)


def squeezed(text):
    """Without spaces: a line may end anywhere."""
    return "".join(text.split())


def test_a_long_number_stays_in_its_column(history):
    """Two words that are printed one over the other would be one word of the page."""
    long = "L" + "0123456789" * 3
    row = {**history["materials"][0], "lot": long, "item_name": "Bar", "item_code": "BAR"}
    document = pdfium.PdfDocument(history_pdf({**history, "materials": [row]}, "en", AT, FOOT))
    page = next(one for one in document if "L0123456789" in one.get_textpage().get_text_range())
    boxes = {word: _box(page, word) for word in ("L0123456789", "Bar\r")}
    assert boxes["L0123456789"][2] < boxes["Bar\r"][0]


def _box(page, word):
    """Left, bottom, right and top of the first place where it stands."""
    text = page.get_textpage()
    at = text.get_text_range().index(word)
    boxes = [text.get_charbox(at + number) for number in range(len(word.rstrip()))]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        boxes[0][3],
    )


def test_numbers_and_runs_are_printed_short():
    assert [number(value) for value in (12.0, 0.25, "", None, 1e-9, 1234567.5)] == [
        "12",
        "0.25",
        "",
        "",
        "0.000000001",
        "1234567.5",
    ]
    assert ranges(["S-001", "S-002", "S-003", "S-007", "A"]) == ["S-001 – S-003", "S-007", "A"]
