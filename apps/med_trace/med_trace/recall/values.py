"""Suggests what a criterion may name: values that the system has. Reads only; a scope takes any text besides."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.domain.errors import BadInput
from med_trace.domain.scope import CriterionKind

MOST = 10
# Many lots share a supplier lot or a heat: so many rows are looked at for MOST different values.
ROWS = 60

# kind -> (DocType, the field that the criterion names, what else tells values apart)
_WHERE: dict[CriterionKind, tuple[str, str, tuple[str, ...]]] = {
    CriterionKind.LOT: ("Material Lot", "name", ("item_name", "state")),
    CriterionKind.SUPPLIER_LOT: ("Material Lot", "supplier_lot", ("supplier", "item_name")),
    CriterionKind.HEAT_NUMBER: ("Material Lot", "heat_no", ("supplier", "item_name")),
    CriterionKind.SUPPLIER: ("Supplier", "name", ("supplier_name",)),
    CriterionKind.ITEM: ("Item", "name", ("item_name",)),
    CriterionKind.SERIAL: ("Serial Unit", "name", ("lot", "whereabouts")),
    CriterionKind.EQUIPMENT: ("Workstation", "name", ()),
    CriterionKind.TOOL: ("Tool", "name", ("tool_name",)),
    CriterionKind.OPERATOR: ("User", "name", ("full_name",)),
    CriterionKind.PARAMETER: ("Routing Parameter", "parameter", ("uom",)),
}
# Names that stand on every record of a lot: whoever reads lots sees them there.
_SEEN_ON_LOTS = frozenset({"User", "Routing Parameter"})


def values(criterion: str, text: str = "") -> list[dict[str, str]]:
    """At most ten {value, description} of `criterion` that contain `text`; none for Cavity and Time Window."""
    kinds = [kind.value for kind in CriterionKind]
    if criterion not in kinds:
        raise BadInput(
            "criterion is {0}; expected one of {1}.", repr(criterion), ", ".join(kinds), field="criterion"
        )
    doctype, field, more = _WHERE.get(CriterionKind(criterion), ("", "", ()))
    if not doctype or not (doctype in _SEEN_ON_LOTS or frappe.has_permission(doctype, "read")):
        return []
    return _distinct(_rows(doctype, field, more, text), field, more)


def _rows(doctype: str, field: str, more: tuple[str, ...], text: str) -> list[dict[str, Any]]:
    read = frappe.get_all if doctype in _SEEN_ON_LOTS else frappe.get_list
    filters: dict[str, Any] = {field: ["like", f"%{text}%"]} if text else {field: ["is", "set"]}
    found: list[dict[str, Any]] = read(
        doctype, filters=filters, fields=[field, *more], order_by=f"{field} asc", limit_page_length=ROWS
    )
    return found


def _distinct(rows: list[dict[str, Any]], field: str, more: tuple[str, ...]) -> list[dict[str, str]]:
    found: dict[str, str] = {}
    for row in rows:
        others = dict.fromkeys(str(row[name]) for name in more if row[name] and row[name] != row[field])
        found.setdefault(str(row[field]), " · ".join(others))
    return [{"value": value, "description": text} for value, text in list(found.items())[:MOST]]
