"""Answers whether a supplier, machine, tool or person is fit for use on a day. Fetches; `domain` decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate
from med_trace.domain.qualification import NotQualified, OnFile, Status, find_valid, why_not
from med_trace.ledger.shown import shown

_LABELS = {
    "Supplier Approval": "approved as a supplier",
    "Equipment Qualification": "qualified",
    "Calibration": "in calibration",
    "Training": "trained",
}


def is_qualified(
    subject_doctype: str, subject: str, kind: str, on: date | datetime | str, scope: str | None = None
) -> bool:
    """Whether a qualification of that kind holds on that day; `scope` is an item code or operation name."""
    return Register([(subject_doctype, subject)]).is_qualified(subject_doctype, subject, kind, on, scope)


class Register:
    """The qualifications of many subjects, each a (doctype, name), read at once."""

    def __init__(self, subjects: Iterable[tuple[str, str]]) -> None:
        names = sorted({name for _doctype, name in subjects})
        self._on_file: dict[tuple[str, str, str], list[OnFile]] = {}
        for row in _rows({"subject": ["in", names]}) if names else ():
            key = (row.subject_doctype, row.subject.casefold(), row.kind)
            self._on_file.setdefault(key, []).append(_entry(row))

    def is_qualified(
        self, doctype: str, subject: str, kind: str, on: date | datetime | str, scope: str | None = None
    ) -> bool:
        """As the function of that name, for one of the subjects."""
        on_file = self._on_file.get((doctype, subject.casefold(), kind), [])
        return find_valid(on_file, getdate(on), scope) is not None


@shown()
def require_qualified(
    subject_doctype: str, subject: str, kind: str, on: date | datetime | str, scope: str | None = None
) -> None:
    """Raise NotQualified with the reason unless `is_qualified`."""
    reason = why_unqualified(subject_doctype, subject, kind, on, scope)
    if reason:
        raise NotQualified(reason)


def why_unqualified(
    subject_doctype: str, subject: str, kind: str, on: date | datetime | str, scope: str | None = None
) -> str | None:
    """The reason in one sentence, or None when the subject is qualified."""
    on_file = _on_file(subject_doctype, subject, kind)
    day = getdate(on)
    if find_valid(on_file, day, scope):
        return None
    template, values = why_not(on_file, day, scope)
    return _("{0} {1} is not {2}{3} on {4}: {5}. Quality can add a {6}.").format(
        _(subject_doctype),
        subject,
        _(_LABELS[kind]),
        _(" for {0}").format(scope) if scope else "",
        day.isoformat(),
        _(template).format(*values),
        _(kind),
    )


def _on_file(subject_doctype: str, subject: str, kind: str) -> list[OnFile]:
    filters = {"subject_doctype": subject_doctype, "subject": subject, "kind": kind}
    return [_entry(row) for row in _rows(filters)]


def _rows(filters: dict[str, Any]) -> list[Any]:
    fields = ["name", "subject_doctype", "subject", "kind", "valid_from", "valid_to", "status", "scope"]
    return frappe.get_all("Qualification", filters=filters, fields=fields, order_by="valid_from desc")


def _entry(row: Any) -> OnFile:
    return OnFile(row.name, row.valid_from, row.valid_to, Status(row.status), row.scope or "")
