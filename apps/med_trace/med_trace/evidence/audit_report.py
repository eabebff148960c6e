"""The audit trail as one report: who changed what from what to what, when, where and why. Reads only.

One line for each changed value; an entry that changed none (a login, a look) has one line too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from med_trace.domain.audit_content import PARTS
from med_trace.domain.audit_entry import Category, Kind
from med_trace.domain.errors import BadInput
from med_trace.evidence.changes import label_of
from med_trace.evidence.history_print import shown
from med_trace.ledger.append_only import sequence_column
from med_trace.ledger.shown import shown as shown_errors

COLUMNS = {
    "at": "Time",
    "user": "User",
    "printed_name": "Name",
    "kind": "What was done",
    "category": "Category",
    "document_type": "Document type",
    "document_name": "Document",
    "field": "Field",
    "old": "Old value",
    "new": "New value",
    "reason": "Reason",
    "terminal": "Terminal",
    "entry": "Audit entry",
}
CONTEXT = "Audit Entry"  # words of the trail that mean something else elsewhere
LARGEST_PAGE = 5_000
PER_READ = 2_000
_ENTRY = (
    "name at time_zone user printed_name kind category document_type document_name reason changes terminal"
).split()


@dataclass(frozen=True)
class Asked:
    """Which entries; empty means any. Times are the site's."""

    user: str | None = None
    document_type: str | None = None
    document_name: str | None = None
    kind: str | None = None
    category: str | None = None
    from_time: datetime | None = None
    to_time: datetime | None = None

    def words(self) -> list[tuple[str, str]]:
        """What was asked for, to stand over the report."""
        labels = {"from_time": _("From"), "to_time": _("To")}
        given = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return [
            (
                labels.get(name) or _(COLUMNS[name]),
                _(str(value), context=CONTEXT) if name in ("kind", "category") else str(value),
            )
            for name, value in given
            if value
        ]


@shown_errors()
def require_known(asked: Asked) -> None:
    """Raise BadInput for a kind or category that there is not."""
    for name, enum in (("kind", Kind), ("category", Category)):
        value, known = getattr(asked, name), [member.value for member in enum]
        if value and value not in known:
            raise BadInput(
                "{0}: {1!r} is not known; expected one of {2}.", name, value, ", ".join(known), field=name
            )


def count_of(asked: Asked) -> int:
    """How many entries."""
    where, values = _condition(asked)
    return frappe.db.sql(f"select count(*) from `tabAudit Entry` where {where}", values)[0][0]


def lines_of(asked: Asked, start: int = 0, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The lines of entries `start` to `start + limit`, newest first, read a piece at a time. Values as people read them."""
    left = limit
    while left is None or left > 0:
        wanted = min(PER_READ, left) if left is not None else PER_READ
        entries = _entries(asked, start, wanted)
        for entry in entries:
            yield from _lines(entry)
        if len(entries) < wanted:
            return
        start += len(entries)
        left = None if left is None else left - len(entries)


def _entries(asked: Asked, start: int, limit: int) -> list[Mapping[str, Any]]:
    where, values = _condition(asked)
    columns = ", ".join(f"`{field}`" for field in _ENTRY)
    query = f"""select {columns} from `tabAudit Entry` where {where}
        order by {sequence_column()} desc limit {int(limit)} offset {int(start)}"""
    return frappe.db.sql(query, values, as_dict=True)


def _condition(asked: Asked) -> tuple[str, dict[str, Any]]:
    equal = ("user", "document_type", "document_name", "kind", "category")
    parts = [f"`{name}` = %({name})s" for name in equal if getattr(asked, name)]
    parts += ["at >= %(from_time)s"] if asked.from_time else []
    parts += ["at <= %(to_time)s"] if asked.to_time else []
    values = {field.name: getattr(asked, field.name) for field in fields(asked)}
    return " and ".join(parts) or "1 = 1", values


def _lines(entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    head = {
        **{
            key: entry[key] or ""
            for key in ("user", "printed_name", "document_type", "document_name", "reason", "terminal")
        },
        "at": entry["at"].isoformat(sep=" ", timespec="seconds"),
        "kind": entry["kind"],
        "category": entry["category"],
        "entry": entry["name"],
    }
    changes = [change for change in json.loads(entry["changes"] or "[]") if change["field"] != PARTS]
    for change in changes or [{"field": ""}]:
        field = change["field"]
        yield head | {
            "field": label_of(entry["document_type"], field) if field and entry["document_type"] else field,
            "old": shown(change.get("old")),
            "new": shown(change.get("new")),
        }


def translated(line: dict[str, Any]) -> dict[str, Any]:
    """The words of the system in the language of this request; what people wrote stays."""
    labels = " / ".join(part if part.isdigit() else _(part) for part in line["field"].split(" / ") if part)
    kind, category = _(line["kind"], context=CONTEXT), _(line["category"], context=CONTEXT)
    about = _(line["document_type"]) if line["document_type"] else ""
    return line | {"kind": kind, "category": category, "document_type": about, "field": labels}
