"""Labels over REST: the data, one symbol or the whole label as SVG, and many labels as PDF. Thin; reads only."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_dict, as_list, as_text, require_permission, shown
from med_trace.distribution.label import sample_label
from med_trace.distribution.label_picture import (
    BAR_HEIGHT,
    MODULE_1D,
    MODULE_2D,
    LabelData,
    label_svg,
    labels_pdf,
    symbol_svg,
    symbols,
)
from med_trace.distribution.layouts import BOUNDS, require_readable
from med_trace.distribution.service import label_of, label_of_container
from med_trace.domain.errors import BadInput
from med_trace.ledger.shown import translated

LARGEST_PRINT = 500


@frappe.whitelist()
@shown()
def data(doctype: str | None = None, name: str | None = None) -> dict[str, Any]:
    """What a label says and codes.

    Args: `doctype` Material Lot or Serial Unit, `name`.
    Returns title, lines [[caption, value]] (dates YYYY-MM-DD), element_string (with GS separators) or null
    where the item has no GTIN, human_readable, digital_link, plain (our own code).
    Raises PermissionError, NotFound (404), Gs1Error (417) when GTIN, lot or serial break GS1's rules.
    """
    return _as_dict(_require_label(doctype, name))


@frappe.whitelist()
@shown()
def svg(doctype: str | None = None, name: str | None = None, symbol: str | None = None) -> str:
    """A label, or one of its symbols, as an SVG document in millimetres.

    Args: as `data`; `symbol`: "GS1 DataMatrix", "GS1-128" (the first), "QR", or none for the whole label.
    """
    label = _require_label(doctype, name)
    if not symbol:
        return label_svg(label)
    drawn = symbols(label)
    if symbol not in drawn:
        raise BadInput("symbol {0}: expected one of {1}.", repr(symbol), ", ".join(drawn), field="symbol")
    linear = symbol == "GS1-128"
    module, height = (MODULE_1D, BAR_HEIGHT) if linear else (MODULE_2D, None)
    return symbol_svg(drawn[symbol][0], module, height)


@frappe.whitelist()
@shown()
def pdf(doctype: str | None = None, names: list | str | None = None) -> None:
    """The labels of these records as a PDF download, a page each, at most 500.

    Args: `doctype` as in `data`, `names` a list (JSON) or one name.
    """
    require_permission("Material Lot")
    wanted = _as_names(names)
    if not 0 < len(wanted) <= LARGEST_PRINT:
        raise BadInput(
            "names: expected 1 to {0} records, not {1}.", LARGEST_PRINT, len(wanted), field="names"
        )
    content = labels_pdf([_require_label(doctype, name) for name in wanted])
    frappe.response.filename = f"labels-{frappe.scrub(wanted[0])}.pdf"
    frappe.response.filecontent = content
    frappe.response.type = "pdf"


@frappe.whitelist(methods=["POST"])
@shown()
def preview(layout: dict | str | None = None) -> dict[str, str | None]:
    """A sample label drawn as a Label Layout that need not be saved or finished says.

    Args: `layout`, the fields of the Label Layout (JSON). Returns {svg, problem}: the picture as an SVG document, or
    null where it cannot be drawn, and what saving it would refuse. Raises PermissionError (403), BadInput (417).
    """
    require_permission("Label Layout")
    doc = frappe.new_doc("Label Layout").update(as_dict(layout or {}, "layout"))
    problem = None
    try:
        require_readable(doc)
    except BadInput as error:
        problem = translated(error.message)
        if error.field in BOUNDS:
            return {"svg": None, "problem": problem}
    return {"svg": label_svg(sample_label(doc)), "problem": problem}


@frappe.whitelist()
@shown()
def container_svg(sscc: str | None = None) -> str:
    """The label of a case or pallet by its SSCC, as an SVG document."""
    require_permission("Trace Event")
    return label_svg(label_of_container(as_text(sscc, "sscc", required=True)))


def _require_label(doctype: str | None, name: str | None) -> LabelData:
    require_permission("Material Lot")
    name, doctype = as_text(name, "name", required=True), as_text(doctype, "doctype", required=True)
    label = label_of(doctype, name)
    require_permission(doctype, doc=name)  # user permissions may hide this record
    return label


def _as_names(given: Any) -> list[str]:
    if isinstance(given, str) and not given.lstrip().startswith("["):
        return [given]
    return [as_text(name, "names", required=True) for name in as_list(given or [], "names")]


def _as_dict(label: LabelData) -> dict[str, Any]:
    code = label.code
    return {
        "title": label.title,
        "lines": [list(line) for line in label.lines],
        "element_string": code.element_string() if code else None,
        "human_readable": code.human_readable() if code else None,
        "digital_link": label.address if code else None,
        "plain": label.plain,
    }
