"""Reads the conditions of a scope as people and systems give them. A wrong one is refused by name."""

from __future__ import annotations

from math import isfinite, nan
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.utils import get_datetime
from med_trace.domain.scope import Criterion, CriterionKind


def parsed(criteria: Any) -> list[Criterion]:
    """Criteria from their JSON form; a wrong one is refused with its place, value and what is expected."""
    if isinstance(criteria, str):
        criteria = _from_json(criteria)
    rows = criteria if isinstance(criteria, list) else [criteria]
    if not rows or not all(isinstance(row, dict) for row in rows):
        frappe.throw(
            _("criteria is {0}; give a list with at least one of {{criterion, value}}.").format(criteria)
        )
    return [_criterion(row, place) for place, row in enumerate(rows, 1)]


def _from_json(text: str) -> Any:
    try:
        return frappe.parse_json(text)
    except ValueError:
        return text


def _criterion(row: dict[str, Any], place: int) -> Criterion:
    kinds = [kind.value for kind in CriterionKind]
    if row.get("criterion") not in kinds:
        _refuse(place, "criterion", row.get("criterion"), ", ".join(kinds))
    kind = CriterionKind(row["criterion"])
    found = Criterion(
        kind,
        str(row.get("value") or "").strip(),
        from_time=_time(row, "from_time", place),
        to_time=_time(row, "to_time", place),
        minimum=_number(row, "minimum", place),
        maximum=_number(row, "maximum", place),
    )
    if kind is CriterionKind.TIME_WINDOW and not (found.from_time or found.to_time):
        _refuse(place, "from_time", None, _("from_time, to_time or both"))
    if kind is not CriterionKind.TIME_WINDOW and not found.value:
        _refuse(place, "value", row.get("value"), _("what {0} to look for").format(kind.value))
    if kind is CriterionKind.PARAMETER and found.minimum is None and found.maximum is None:
        _refuse(place, "minimum", None, _("minimum, maximum or both"))
    return found


def _time(row: dict[str, Any], name: str, place: int) -> Any:
    try:
        return get_datetime(row[name]) if row.get(name) else None
    except Exception:
        _refuse(place, name, row[name], _("a time as YYYY-MM-DD HH:MM:SS"))


def _number(row: dict[str, Any], name: str, place: int) -> float | None:
    if row.get(name) in (None, ""):
        return None
    try:
        number = float(row[name])
    except (TypeError, ValueError):
        number = nan
    if not isfinite(number):
        _refuse(place, name, row[name], _("a number"))
    return number


def _refuse(place: int, field: str, value: Any, expected: str) -> NoReturn:
    frappe.throw(_("Criterion {0}: {1} is {2}; expected: {3}.").format(place, field, value, expected))
