"""Looks at what was printed: pages of a PDF as pictures, and every symbol that a reader finds on one."""

from __future__ import annotations

from typing import Any

import pytest


def pages_of(pdf: Any) -> list[Any]:
    pdfium = pytest.importorskip("pypdfium2")
    return [page.render(scale=300 / 72).to_pil() for page in pdfium.PdfDocument(pdf)]


def symbols_on(picture: Any) -> set[tuple[str, str, str]]:
    """(format, symbology identifier, text) of every symbol found on the picture."""
    zxingcpp = pytest.importorskip("zxingcpp")
    found = zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
    return {(code.format.name, code.symbology_identifier, code.text) for code in found}
