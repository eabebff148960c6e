"""Labels: every printed symbol decodes back to what it was made from; the picture is looked at, not the code."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from med_trace.distribution.label_picture import LONGEST_LINEAR, LabelData, label_svg, labels_pdf
from med_trace.domain import gs1
from pictures import pages_of, symbols_on

pytestmark = pytest.mark.requirement("ID-4")

pdfium = pytest.importorskip("pypdfium2")
pytest.importorskip("zxingcpp")

TODAY = date(2026, 11, 22)
HOST = "https://id.example.com"
GTIN = "09506000134352"
BARCODE = "Code128", "DataMatrix", "QRCode"
LOT_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/.,+%&'\"<>()!*:;=?_"


def a_label(lot="ML-2026-00001", serial="", expiry=None, produced=None, gtin=GTIN):
    code = gs1.Gs1Data.of(TODAY, gtin=gtin, lot=lot, serial=serial, expiry=expiry, produced=produced)
    lines = (("GTIN", gtin), ("LOT", lot), ("SN", serial), ("EXP", str(expiry or "")))
    return LabelData("Bone screw 骨螺钉", tuple(line for line in lines if line[1]), code, lot, HOST)


def picture_of_svg(svg):
    weasyprint = pytest.importorskip("weasyprint")
    style = "<style>@page { size: 105mm 130mm; margin: 0 } body { margin: 0 }</style>"
    return pages_of(BytesIO(weasyprint.HTML(string=style + svg).write_pdf()))[0]


def expected_symbols(label):
    linear = {("Code128", "]C1", without_checks(part)) for part in label.code.parts(LONGEST_LINEAR)}
    return linear | {
        ("DataMatrix", "]d2", label.code.element_string()),
        ("QRCode", "]Q1", label.address),
    }


def without_checks(part):
    text = "".join(
        ai + value + ("" if ai in ("00", "01", "11", "17") else "\x1d") for ai, value in part.fields.items()
    )
    return text.removesuffix("\x1d")


def test_every_symbol_of_a_printed_label_reads_back():
    label = a_label(serial="SN0001", expiry=date(2028, 12, 31), produced=date(2026, 11, 1))
    (picture,) = pages_of(labels_pdf([label]))
    assert {normal(code) for code in symbols_on(picture)} == expected_symbols(label)


def normal(code):
    name, identifier, text = code
    return name.replace(" ", ""), identifier, text


def test_each_label_has_a_page_of_its_own():
    labels = [a_label(serial=f"SN{number:04}") for number in range(3)]
    pages = pages_of(labels_pdf(labels))
    assert len(pages) == 3
    for label, page in zip(labels, pages, strict=True):
        assert expected_symbols(label) <= {normal(code) for code in symbols_on(page)}


def test_the_svg_is_the_same_label():
    label = a_label(expiry=date(2028, 12, 31))
    assert expected_symbols(label) <= {normal(code) for code in symbols_on(picture_of_svg(label_svg(label)))}


@settings(max_examples=12, deadline=None)
@given(
    st.text(LOT_CHARACTERS, min_size=1, max_size=20),
    st.text(LOT_CHARACTERS, max_size=20),
    st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2060, 12, 31))),
)
def test_any_lot_serial_and_date_reads_back(lot, serial, expiry):
    label = a_label(lot=lot, serial=serial, expiry=expiry)
    (picture,) = pages_of(labels_pdf([label]))
    assert expected_symbols(label) <= {normal(code) for code in symbols_on(picture)}


def test_an_item_without_gtin_gets_our_own_code_in_each_symbol():
    label = LabelData("Ti-6Al-4V ELI bar", (("LOT", "ML-2026-00001"),), None, "ML-2026-00001", HOST)
    (picture,) = pages_of(labels_pdf([label]))
    found = symbols_on(picture)
    assert {text for _, _, text in found} == {"ML-2026-00001"}
    assert len(found) == 3


def test_the_plain_text_stands_beside_the_symbols():
    label = a_label(serial="SN0001", expiry=date(2028, 12, 31))
    text = pdfium.PdfDocument(labels_pdf([label]))[0].get_textpage().get_text_range()
    for words in ("Bone screw", "LOT ML-2026-00001", "SN SN0001", "EXP 2028-12-31", f"(01){GTIN}"):
        assert words in text
