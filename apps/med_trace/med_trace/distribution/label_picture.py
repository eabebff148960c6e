"""Draws a label: plain text beside a DataMatrix and a QR code, linear symbols below. Knows nothing of Frappe.

One layout serves SVG and PDF, in millimetres. As it comes, module widths keep to GS1's ranges for regulated
healthcare items: 2D symbols 0.5 mm, GS1-128 0.25 mm with bars of 12.7 mm; an administrator may set others.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from med_trace.domain.gs1 import Gs1Data
from med_trace.ledger.pdf import pdf_of

from .symbol import Symbol, code_128, datamatrix, qr

MARGIN = 4.0
MODULE_2D = 0.5
MODULE_1D = 0.25
BAR_HEIGHT = 12.7
LINE = 1.37  # of the size of the font
LETTER = 0.62  # the width of a letter, of the size of the font
NARROWEST_TEXT = 32.0
LONGEST_LINEAR = 26  # Code 128 characters in one linear symbol as it comes
OVERHEAD = 90  # modules of a GS1-128 beside its characters: start, FNC1, check, stop, quiet zones
BOLD = ' font-weight="bold"'
KINDS = ("GS1 DataMatrix", "QR", "GS1-128")


@dataclass(frozen=True)
class Layout:
    """Which symbols, how large, and how wide the label is. Millimetres."""

    width: float = 105.0
    font: float = 2.7
    module_2d: float = MODULE_2D
    module_1d: float = MODULE_1D
    symbols: tuple[str, ...] = KINDS
    has_title: bool = True
    text: str = ""

    @property
    def longest_linear(self) -> int:
        """Code 128 characters that fit into one linear symbol."""
        fitting = int(((self.width - 2 * MARGIN) / self.module_1d - OVERHEAD) / 11)
        return max(1, min(fitting, LONGEST_LINEAR))


@dataclass(frozen=True)
class LabelData:
    """What one label says. `code` is its GS1 data, or None where the item has no GTIN: then `plain` is coded."""

    title: str
    lines: tuple[tuple[str, str], ...]
    code: Gs1Data | None
    plain: str
    host: str
    layout: Layout = Layout()

    @property
    def address(self) -> str:
        """What the QR code holds: the Digital Link, or our own code."""
        return self.code.digital_link(self.host) if self.code else self.plain

    @property
    def linear(self) -> list[tuple[Gs1Data | str, str]]:
        """What each linear symbol holds, with its text in plain characters."""
        if not self.code:
            return [(self.plain, self.plain)]
        return [(part, part.human_readable()) for part in self.code.parts(self.layout.longest_linear)]


def symbols(label: LabelData) -> dict[str, list[Symbol]]:
    """Every symbol of a label by its kind."""
    return {
        "GS1 DataMatrix": [datamatrix(label.code or label.plain)],
        "GS1-128": [code_128(data) for data, _text in label.linear],
        "QR": [qr(label.address)],
    }


def symbol_svg(symbol: Symbol, module: float = MODULE_2D, height: float | None = None) -> str:
    """One symbol as an SVG document of its true size in millimetres."""
    width, tall = symbol.width * module, height or symbol.height * module
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{tall:g}mm" '
        f'viewBox="0 0 {symbol.width:g} {symbol.height:g}" preserveAspectRatio="none" '
        f'shape-rendering="crispEdges">{_modules(symbol)}</svg>'
    )


def label_svg(label: LabelData) -> str:
    """The whole label as an SVG document."""
    layout = label.layout
    drawn = _two_dimensional(label)
    block = sum(one.width * layout.module_2d + 2 for one in drawn)
    beside = layout.width - 2 * MARGIN - block
    is_beside = beside >= NARROWEST_TEXT
    text, bottom = _text_lines(label, beside if is_beside else layout.width - 2 * MARGIN)
    left, top = (layout.width - MARGIN - block + 2, MARGIN) if is_beside else (MARGIN, bottom)
    body = [*text]
    for symbol in drawn:
        if left > MARGIN and left + symbol.width * layout.module_2d > layout.width - MARGIN + 0.01:
            left, top = MARGIN, bottom  # no room beside the one before
        body.append(_placed(symbol, left, top, layout.module_2d))
        left += symbol.width * layout.module_2d + 2
        bottom = max(bottom, top + symbol.height * layout.module_2d + 2)
    if "GS1-128" in layout.symbols:
        for data, plain in label.linear:
            body += _linear(code_128(data), plain, bottom, layout)
            bottom += BAR_HEIGHT + 2 * LINE * layout.font
    return _document(layout.width, bottom, "".join(body))


def _two_dimensional(label: LabelData) -> list[Symbol]:
    drawn = {
        "GS1 DataMatrix": lambda: datamatrix(label.code or label.plain),
        "QR": lambda: qr(label.address),
    }
    return [draw() for kind, draw in drawn.items() if kind in label.layout.symbols]


def _text_lines(label: LabelData, width: float) -> tuple[list[str], float]:
    """The text at the left, wrapped to `width`, and where it ends."""
    font = label.layout.font
    room = max(8, int(width / (font * LETTER)))
    texts = [(part, True) for part in _wrapped(label.title, room)[:2]] if label.layout.has_title else []
    for caption, value in label.lines:
        texts += [(part, False) for part in _wrapped(f"{caption} {value}", room)]
    for line in label.layout.text.splitlines():
        texts += [(part, False) for part in _wrapped(line, room)]
    drawn = [
        f'<text x="{MARGIN:g}" y="{MARGIN + font + index * LINE * font:g}" font-size="{font:g}"'
        f"{BOLD if is_bold else ''}>{escape(text)}</text>"
        for index, (text, is_bold) in enumerate(texts)
    ]
    return drawn, MARGIN + (len(texts) + 1) * LINE * font


def _wrapped(text: str, room: int) -> list[str]:
    """Lines of at most `room` letters, broken between words; a longer word stays whole."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _linear(symbol: Symbol, plain: str, top: float, layout: Layout) -> list[str]:
    caption = (
        f'<text x="{MARGIN + 10 * layout.module_1d:g}" y="{top + BAR_HEIGHT + LINE * layout.font:g}" '
        f'font-size="{layout.font:g}">{escape(plain)}</text>'
    )
    return [_placed(symbol, MARGIN, top, layout.module_1d, BAR_HEIGHT), caption]


def _placed(symbol: Symbol, x: float, y: float, module: float, height: float | None = None) -> str:
    tall = height or symbol.height * module
    scale = f"scale({module:g} {tall / symbol.height:g})"
    return f'<g transform="translate({x:g} {y:g}) {scale}">{_modules(symbol)}</g>'


def _modules(symbol: Symbol) -> str:
    return (
        f'<rect width="{symbol.width:g}" height="{symbol.height:g}" fill="#fff"/>'
        f'<path d="{symbol.path}" fill="#000"/>'
    )


def _document(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="Noto Sans, Noto Sans CJK SC, sans-serif" '
        f'shape-rendering="crispEdges"><rect width="{width:g}" height="{height:g}" fill="#fff"/>{body}</svg>'
    )


def labels_pdf(labels: list[LabelData]) -> bytes:
    """One page a label, each page of its label's size."""
    pages, styles = [], []
    for number, label in enumerate(labels):
        svg = label_svg(label)
        height = svg.split('height="', 1)[1].split("mm", 1)[0]
        styles.append(f"@page p{number} {{ size: {label.layout.width:g}mm {height}mm; margin: 0 }}")
        styles.append(f".p{number} {{ page: p{number}; break-after: page }}")
        pages.append(f'<div class="p{number}">{svg}</div>')
    pages[-1] = pages[-1].replace("<div ", '<div style="break-after: auto" ', 1)
    style = "body { margin: 0 } svg { display: block }" + "".join(styles)
    return pdf_of(f"<style>{style}</style>{''.join(pages)}")
