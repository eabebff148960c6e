"""Label layouts that administrators set: which holds for a lot, and what a layout may not do."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.distribution.label_picture import Layout
from med_trace.domain.errors import BadInput, TraceError

# Field, its bounds in millimetres. Modules: GS1 General Specifications, tables for regulated healthcare items.
BOUNDS = {
    "width": (40.0, 210.0),
    "font_size": (1.5, 6.0),
    "module_2d": (0.254, 0.99),
    "module_1d": (0.17, 0.66),
}
SYMBOL_FIELDS = {"show_datamatrix": "GS1 DataMatrix", "show_qr": "QR", "show_linear": "GS1-128"}
NEEDED = "LOT"


class LayoutExists(TraceError):
    """Two active layouts would hold for the same lots."""

    http_status_code = 409


def require_readable(doc: Any) -> None:
    """Raises BadInput for a label that could not be read or identified."""
    for field, (least, most) in BOUNDS.items():
        if not least <= float(doc.get(field) or 0) <= most:
            label = doc.meta.get_label(field)
            raise BadInput(
                "{0}: expected {1} to {2}, not {3}.", label, least, most, doc.get(field), field=field
            )
    if not any(doc.get(field) for field in SYMBOL_FIELDS):
        raise BadInput("A label needs at least one symbol that can be scanned.", field="show_datamatrix")
    contents = [line.content for line in doc.lines]
    if NEEDED not in contents:
        raise BadInput("A label says the lot in plain text: add a line LOT.", field="lines")
    twice = next((one for one in contents if contents.count(one) > 1), None)
    if twice:
        raise BadInput("The line {0} is there twice.", twice, field="lines")


def require_sole(doc: Any) -> None:
    """Raises LayoutExists when another active layout is for the same kind."""
    others = frappe.get_all(
        "Label Layout",
        filters={"active": 1, "kind": doc.kind or ["in", ["", None]], "name": ["!=", doc.name or ""]},
        pluck="name",
    )
    if doc.active and others:
        raise LayoutExists(
            "{0} is the active layout for these lots already. Make it inactive first, or choose another kind.",
            others[0],
        )


def layout_for(kind: str | None) -> Any | None:
    """The Label Layout for a kind of lot: its own, else the one for all; None: the built-in one."""
    active = frappe.get_all("Label Layout", filters={"active": 1}, fields=["name", "kind"])
    by_kind = {row.kind or "": row.name for row in active}
    name = by_kind.get(kind or "") or by_kind.get("")
    return frappe.get_cached_doc("Label Layout", name) if name else None


def drawn_as(doc: Any | None) -> Layout:
    """How `label_picture` draws it."""
    if doc is None:
        return Layout()
    return Layout(
        width=float(doc.width),
        font=float(doc.font_size),
        module_2d=float(doc.module_2d),
        module_1d=float(doc.module_1d),
        symbols=tuple(symbol for field, symbol in SYMBOL_FIELDS.items() if doc.get(field)),
        has_title=bool(doc.show_title),
        text=doc.fixed_text or "",
    )


def lines_of(doc: Any | None, values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Caption and value of each line that has a value."""
    if doc is None:
        wanted = [(content, content) for content in ("REF", "GTIN", "LOT", "SN", "MFG", "EXP")]
    else:
        wanted = [(line.content, line.caption or line.content) for line in doc.lines]
    return tuple((caption, values[content]) for content, caption in wanted if values.get(content))
