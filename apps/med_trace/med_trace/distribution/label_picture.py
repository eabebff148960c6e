"""Draws a label: plain text beside a DataMatrix and a QR code, linear symbols below. Knows nothing of Frappe.

One layout serves SVG and PDF, in millimetres. Module widths keep to GS1's ranges for regulated
healthcare items: 2D symbols 0.5 mm, GS1-128 0.25 mm with bars of 12.7 mm.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from med_trace.domain.gs1 import Gs1Data

from .symbol import Symbol, code_128, datamatrix, qr

WIDTH = 105.0
MARGIN = 4.0
MODULE_2D = 0.5
MODULE_1D = 0.25
BAR_HEIGHT = 12.7
LINE = 3.7
FONT = 2.7
LONGEST_LINEAR = 26  # Code 128 characters in one linear symbol, so that it fits the width at MODULE_1D
WORDS_PER_LINE = 24


@dataclass(frozen=True)
class LabelData:
    """What one label says. `code` is its GS1 data, or None where the item has no GTIN: then `plain` is coded."""

    title: str
    lines: tuple[tuple[str, str], ...]
    code: Gs1Data | None
    plain: str
    host: str

    @property
    def address(self) -> str:
        """What the QR code holds: the Digital Link, or our own code."""
        return self.code.digital_link(self.host) if self.code else self.plain

    @property
    def linear(self) -> list[tuple[Gs1Data | str, str]]:
        """What each linear symbol holds, with its text in plain characters."""
        if not self.code:
            return [(self.plain, self.plain)]
        return [(part, part.human_readable()) for part in self.code.parts(LONGEST_LINEAR)]


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
    matrix, square = datamatrix(label.code or label.plain), qr(label.address)
    right = WIDTH - MARGIN - square.width * MODULE_2D
    left = right - matrix.width * MODULE_2D - 2
    text = _text_lines(label)
    top = MARGIN + max(len(text) * LINE + LINE, square.height * MODULE_2D, matrix.height * MODULE_2D) + 2
    body = [
        *text,
        _placed(matrix, left, MARGIN, MODULE_2D),
        _placed(square, right, MARGIN, MODULE_2D),
    ]
    for data, plain in label.linear:
        body += _linear(code_128(data), plain, top)
        top += BAR_HEIGHT + 2 * LINE
    return _document(top, "".join(body))


def _text_lines(label: LabelData) -> list[str]:
    texts = [f'<tspan font-weight="bold">{escape(part)}</tspan>' for part in _wrapped(label.title)]
    texts += [f"{escape(caption)} {escape(value)}" for caption, value in label.lines]
    return [
        f'<text x="{MARGIN:g}" y="{MARGIN + FONT + index * LINE:g}" font-size="{FONT:g}">{text}</text>'
        for index, text in enumerate(texts)
    ]


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= WORDS_PER_LINE:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:2]


def _linear(symbol: Symbol, plain: str, top: float) -> list[str]:
    caption = (
        f'<text x="{MARGIN + 10 * MODULE_1D:g}" y="{top + BAR_HEIGHT + LINE:g}" font-size="{FONT:g}">'
        f"{escape(plain)}</text>"
    )
    return [_placed(symbol, MARGIN, top, MODULE_1D, BAR_HEIGHT), caption]


def _placed(symbol: Symbol, x: float, y: float, module: float, height: float | None = None) -> str:
    tall = height or symbol.height * module
    scale = f"scale({module:g} {tall / symbol.height:g})"
    return f'<g transform="translate({x:g} {y:g}) {scale}">{_modules(symbol)}</g>'


def _modules(symbol: Symbol) -> str:
    return (
        f'<rect width="{symbol.width:g}" height="{symbol.height:g}" fill="#fff"/>'
        f'<path d="{symbol.path}" fill="#000"/>'
    )


def _document(height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {WIDTH:g} {height:g}" font-family="Noto Sans, Noto Sans CJK SC, sans-serif" '
        f'shape-rendering="crispEdges"><rect width="{WIDTH:g}" height="{height:g}" fill="#fff"/>{body}</svg>'
    )


def labels_pdf(labels: list[LabelData]) -> bytes:
    """One page a label, each page of its label's size."""
    import weasyprint  # takes 0.3 s to load: only where a PDF is made

    pages, styles = [], []
    for number, label in enumerate(labels):
        svg = label_svg(label)
        height = svg.split('height="', 1)[1].split("mm", 1)[0]
        styles.append(f"@page p{number} {{ size: {WIDTH:g}mm {height}mm; margin: 0 }}")
        styles.append(f".p{number} {{ page: p{number}; break-after: page }}")
        pages.append(f'<div class="p{number}">{svg}</div>')
    pages[-1] = pages[-1].replace("<div ", '<div style="break-after: auto" ', 1)
    style = "body { margin: 0 } svg { display: block }" + "".join(styles)
    return bytes(weasyprint.HTML(string=f"<style>{style}</style>{''.join(pages)}").write_pdf())
