"""A table of events as the ledger takes it: its columns, its rows as drafts, and what is wrong with which row.

Rows with one Event ID are one event; a row without one is an event of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from frappe import _
from med_trace.api.import_rows import Answer, Judged, Sheet, with_heading
from med_trace.api.ledger import RECORDED_BY, draft_of, kind_of, missing_role
from med_trace.domain.errors import BadInput, TraceError
from med_trace.domain.event import ACTIONS_OF, Action, EventDraft, EventType
from med_trace.domain.table_file import Line, Table, folded, point_decimal
from med_trace.ledger import service
from med_trace.ledger.openness import closed
from med_trace.ledger.rehearsal import rehearse
from med_trace.ledger.shown import translated

EVENT_COLUMNS: dict[str, tuple[str, str]] = {
    "event_id": (
        "Event ID",
        "Your own number of the event. Rows with one number are one event, such as both sides of a split.",
    ),
    "type": ("Type", "What happened; see the list of types."),
    "time": ("Time", "When it happened: 2026-01-31 13:45. Empty: now."),
    "reason": ("Reason", "Why. Required for a hold and a correction."),
    "location": ("Location", "The warehouse where it happened, by its name."),
    "consignee": ("Consignee", "The customer. Required for Shipped, Delivered, Returned and Used."),
    "supplier": ("Supplier", "By its name."),
}
ROW_COLUMNS: dict[str, tuple[str, str]] = {
    "action": ("Action", "What the event does to this lot. May be empty where its type leaves no choice."),
    "lot": ("Lot", "The lot's number. It has to be there already."),
    "quantity": ("Quantity", "In the lot's unit; 0.5 or 0,5. Empty for one serial unit."),
    "uom": ("UoM", "The lot's unit, as a check. May be empty."),
    "serial_unit": ("Serial Unit", "One piece by its number."),
    "into_unit": ("Into Unit", "The piece that this material went into."),
    "equipment": ("Equipment", "The workstation, by its name."),
    "tool": ("Tool", "By its number."),
    "cavity": ("Cavity", "The cavity of the tool that made the pieces."),
    "operator": ("Operator", "The user who did it. Empty: whoever imports."),
    "container": ("Container", "The box or pallet in which it is."),
}
COLUMNS = {**EVENT_COLUMNS, **ROW_COLUMNS}
_PLACE = re.compile(r"^rows\[(\d+)\]\.?")


@dataclass
class _Group:
    """The rows of one event."""

    answers: list[Answer]
    draft: EventDraft | None = None
    stated: dict[str, Any] = field(default_factory=dict)

    def require_open(self, hidden: set[str]) -> None:
        for index, answer in enumerate(self.answers):
            lot = answer.line.values.get("lot", "")
            if lot.casefold() in hidden:
                raise BadInput("rows[{0}].lot: {1} is not open to you.", index, lot, field="lot")

    def refuse(self, error: TraceError) -> None:
        """Said at the row that is meant; the others of the event fall with it."""
        message = translated(error.message)
        place = _PLACE.match(message)
        lot = getattr(error, "lot", "")
        named = [
            one for one in self.answers if lot and one.line.values.get("lot", "").casefold() == lot.casefold()
        ]
        meant = self.answers[int(place[1])] if place else (named or self.answers)[0]
        for answer in self.answers:
            answer.why = _("Row {0} of the same event is refused.").format(meant.line.number)
        meant.why = with_heading(_PLACE.sub("", message), COLUMNS)


def judge(table: Table) -> Judged:
    """What becomes of each row; nothing is written."""
    groups = _groups(table)
    lots = {line.values.get("lot", "") for line in table.lines}
    hidden = {lot.casefold() for lot in closed("Material Lot", lots)}
    for group in groups:
        try:
            group.require_open(hidden)
            group.draft = _draft(group, table.delimiter)
        except TraceError as error:
            group.refuse(error)
    stated = [group for group in groups if group.draft]
    for group, verdict in zip(
        stated, rehearse([group.draft for group in stated if group.draft]), strict=True
    ):
        if verdict.refusal:
            group.refuse(verdict.refusal)
        for answer in group.answers:
            answer.recorded_as = verdict.recorded_as
    answers = sorted((one for group in groups for one in group.answers), key=lambda one: one.line.number)
    drafts = [group.draft for group in stated if group.draft]
    return Judged(answers, lambda entry: _record(drafts))


def _record(drafts: list[EventDraft]) -> dict[str, Any]:
    events = service.record_many(drafts)
    return {"events": events, "lots": list(dict.fromkeys(row.lot for draft in drafts for row in draft.rows))}


def _groups(table: Table) -> list[_Group]:
    by_id: dict[str, _Group] = {}
    groups: list[_Group] = []
    for line in table.lines:
        event_id = line.values.get("event_id", "").casefold()
        if event_id in by_id:
            by_id[event_id].answers.append(Answer(line))
            continue
        group = _Group([Answer(line)])
        groups.append(group)
        if event_id:
            by_id[event_id] = group
    return groups


def _draft(group: _Group, delimiter: str) -> EventDraft:
    lines = [answer.line for answer in group.answers]
    stated = _agreed(lines)
    if "type" not in stated:
        raise BadInput("{0}: a value is required.", "type", field="type")
    stated["type"] = _word(stated["type"], RECORDED_BY)
    kind = kind_of(stated)
    missing = missing_role(kind)
    if missing:
        raise BadInput("{0}", missing, field="type")
    return draft_of(kind, {**stated, "rows": [_row(kind, line, delimiter) for line in lines]})


def _agreed(lines: list[Line]) -> dict[str, Any]:
    """What the rows of an event say of the event: once, or the same in each."""
    stated: dict[str, Any] = {}
    for index, line in enumerate(lines):
        for column in EVENT_COLUMNS:
            given = line.values.get(column)
            if given and stated.setdefault(column, given).casefold() != given.casefold():
                raise BadInput(
                    "rows[{0}].{1}: {2}, but row {3} has the same Event ID and says {4}.",
                    *(index, column, given, lines[0].number, stated[column]),
                    field=column,
                )
    return stated


def _row(kind: EventType, line: Line, delimiter: str) -> dict[str, Any]:
    row: dict[str, Any] = {column: line.values[column] for column in ROW_COLUMNS if column in line.values}
    choices = ACTIONS_OF[kind]
    if "action" in row:
        row["action"] = _word(row["action"], Action)
    elif len(choices) == 1:
        row["action"] = next(iter(choices)).value
    if "quantity" in row:
        row["quantity"] = point_decimal(row["quantity"], delimiter)
    return row


def _word(given: str, known: Iterable[EventType | Action]) -> str:
    """The word of the ledger that was written, in English or in the user's language, whatever its case."""
    meant = folded(given)
    return next((one.value for one in known if meant in (folded(one.value), folded(_(one.value)))), given)


SHEET = Sheet(COLUMNS, ("type", "lot"), 10_000, judge)
