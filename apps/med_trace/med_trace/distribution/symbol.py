"""Draws the symbols of a label as paths of modules: GS1 DataMatrix, GS1-128, QR. Knows nothing of Frappe.

A symbol is measured in modules (its narrowest bar) and carries its quiet zone. What is drawn has been
checked before (`domain.gs1`); here nothing is judged.
"""

from __future__ import annotations

from dataclasses import dataclass

import qrcode
import zint
from qrcode.constants import ERROR_CORRECT_M

from med_trace.domain.gs1 import Gs1Data

DOTS_PER_MODULE = 2  # in zint's vector output at scale 1
BAR_MODULES = 50  # height that zint is asked for; the picture stretches it


@dataclass(frozen=True)
class Symbol:
    """An SVG path of width x height modules, quiet zone included."""

    path: str
    width: float
    height: float


def datamatrix(data: Gs1Data | str) -> Symbol:
    """GS1 DataMatrix of GS1 data (read as ]d2), or a plain DataMatrix of one of our own codes."""
    symbol = _zint_symbol(zint.Symbology.DATAMATRIX, data)
    symbol.option_3 = zint.DataMatrixOptions.SQUARE
    return _drawn(symbol, data)


def code_128(data: Gs1Data | str) -> Symbol:
    """GS1-128 of GS1 data (read as ]C1), or a plain Code 128 of one of our own codes."""
    gs1 = isinstance(data, Gs1Data)
    symbol = _zint_symbol(zint.Symbology.GS1_128 if gs1 else zint.Symbology.CODE128, data)
    symbol.height = BAR_MODULES
    symbol.show_text = False
    return _drawn(symbol, data)


def qr(text: str) -> Symbol:
    """A QR code of a web address or one of our own codes."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return Symbol(path, len(rows), len(rows))


def _zint_symbol(symbology: zint.Symbology, data: Gs1Data | str) -> zint.Symbol:
    symbol = zint.Symbol()
    symbol.symbology = symbology
    symbol.output_options = zint.OutputOptions.BARCODE_QUIET_ZONES
    gs1_mode = zint.InputMode.GS1 | zint.InputMode.GS1NOCHECK
    symbol.input_mode = gs1_mode if isinstance(data, Gs1Data) else zint.InputMode.UNICODE
    return symbol


def _drawn(symbol: zint.Symbol, data: Gs1Data | str) -> Symbol:
    symbol.encode(data.bracketed("[", "]") if isinstance(data, Gs1Data) else data)
    symbol.buffer_vector(0)
    vector, scale = symbol.vector, DOTS_PER_MODULE
    path = "".join(
        f"M{bar.x / scale:g} {bar.y / scale:g}h{bar.width / scale:g}v{bar.height / scale:g}h{-bar.width / scale:g}z"
        for bar in vector.rectangles
    )
    return Symbol(path, vector.width / scale, vector.height / scale)
