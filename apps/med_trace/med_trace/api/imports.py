"""Files over the API, of events or of opening stock: what would become of each row, then all or none, once. Thin."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_fullname
from med_trace.api import import_events, import_lots
from med_trace.api.edge import as_text, require_permission, shown
from med_trace.api.import_rows import Answer, Sheet
from med_trace.api.ledger import RECORDED_BY, missing_role
from med_trace.domain.canonical import digest
from med_trace.domain.errors import BadInput, TraceError
from med_trace.domain.event import ACTIONS_OF, EventType
from med_trace.domain.table_file import LARGEST, Table, read_table
from med_trace.ledger import device_entries
from med_trace.qualification.devices import require_terminal

SHEETS: dict[str, Sheet] = {"events": import_events.SHEET, "lots": import_lots.SHEET}
METHOD = "med_trace.api.imports.take"
TOLD = 5  # refused rows in one message


class ImportRefused(TraceError):
    """At least one row is refused; nothing of the file was imported."""

    title = "Nothing was imported"


class ImportedBefore(TraceError):
    """The same rows were imported before."""

    http_status_code = 409
    title = "Imported before"


@frappe.whitelist()
@shown()
def about() -> dict[str, Any]:
    """What may be imported: sheets {events, lots: {columns [{name, title, what, required}], most_rows, may}}, types of
    events [{type, title, actions, may}]. `may`: whether this user's roles record such an event.

    Errors: 403 without create permission on Trace Event.
    """
    require_permission("Trace Event", "create")
    may = {kind: missing_role(kind) is None for kind in RECORDED_BY}
    allowed = {"events": any(may.values()), "lots": may[EventType.RECEIVED]}
    return {
        "sheets": {name: _shown(sheet, allowed[name]) for name, sheet in SHEETS.items()},
        "types": [
            {
                "type": kind.value,
                "title": _(kind.value),
                "actions": [_(action.value) for action in sorted(ACTIONS_OF[kind])],
                "may": may[kind],
            }
            for kind in RECORDED_BY
        ],
    }


def _shown(sheet: Sheet, may: bool) -> dict[str, Any]:
    columns = [
        {"name": name, "title": _(title), "what": _(what), "required": name in sheet.required}
        for name, (title, what) in sheet.columns.items()
    ]
    return {"columns": columns, "most_rows": sheet.most_rows, "may": may}


@frappe.whitelist(methods=["POST"])
@shown()
def check(content: str | None = None, what: str = "events") -> dict[str, Any]:
    """What would become of each row; writes nothing.

    `content`: the bytes of a CSV file, base64; `what`: events, or lots (opening stock). Returns encoding, delimiter, columns, rows [{row, cells, why,
    recorded_as}] (`why` it is refused, in words; `recorded_as` the event that it is already), counts {rows, refused,
    known}, before (null, or {by, at, name}: the same rows were imported).

    Errors: 403 without create permission on Trace Event; 417 for a file that cannot be read, or is too long.
    """
    require_permission("Trace Event", "create")
    require_terminal()
    sheet = _sheet(what)
    table = _table(content, sheet)
    answers = sheet.judge(table).answers
    columns = [column for column in table.columns if column]
    return {
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "columns": columns,
        "rows": [
            {
                "row": one.line.number,
                "cells": [one.line.values.get(column, "") for column in columns],
                "why": one.why,
                "recorded_as": one.recorded_as,
            }
            for one in answers
        ],
        "counts": {
            "rows": len(answers),
            "refused": sum(bool(one.why) for one in answers),
            "known": sum(bool(one.recorded_as) for one in answers),
        },
        "before": _before(_id_of(table, what)),
    }


@frappe.whitelist(methods=["POST"])
@shown()
def take(content: str | None = None, file_name: str | None = None, what: str = "events") -> dict[str, Any]:
    """Record every row of the file, or none: {events, lots, entry}, with the names of the events and of their lots.

    The file's rows are kept with what came of it as the Device Entry `entry`. Errors: as `check`; 417 with the
    rows that are refused; 409 when the same rows were imported before.
    """
    require_permission("Trace Event", "create")
    name = (as_text(file_name, "file_name") or "")[:100]
    sheet = _sheet(what)
    table = _table(content, sheet)
    entry_id = _id_of(table, what)
    before = _before(entry_id)
    if before:
        raise ImportedBefore(
            "These rows were imported by {0} on {1}. To record the same again, give the rows an Event ID or a time.",
            *(before["by"], before["at"]),
        )
    judged = sheet.judge(table)
    _require_none_refused(judged.answers)
    rows = [{"row": line.number, **line.values} for line in table.lines]
    content_of = {"file": name, "what": what, "rows": rows}
    entry = device_entries.Entry(entry_id, METHOD, content_of, _("Import of {0}").format(name))
    done = device_entries.carry_out(entry, lambda: judged.perform(entry_id))["result"]
    return {**done, "entry": entry_id}


def _sheet(what: Any) -> Sheet:
    if not isinstance(what, str) or what not in SHEETS:
        raise BadInput("what {0}: expected one of {1}.", repr(what), ", ".join(SHEETS), field="what")
    return SHEETS[what]


def _table(content: Any, sheet: Sheet) -> Table:
    if not isinstance(content, str) or not content:
        raise BadInput("content: choose a CSV file.", field="content")
    if len(content) > LARGEST * 4 // 3 + 4:
        raise BadInput("content: at most {0} bytes are read. Divide it into several files.", LARGEST)
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput("content: not valid base64.", field="content") from None
    return read_table(data, sheet.titles(), sheet.most_rows)


def _id_of(table: Table, what: str) -> str:
    """The same for the same rows, however the file was saved."""
    return digest([what, *(line.values for line in table.lines)]).removeprefix("sha256:")


def _before(entry: str) -> dict[str, str] | None:
    found = frappe.db.get_value("Device Entry", entry, ["user", "received_at"], as_dict=True)
    if not found:
        return None
    return {"by": get_fullname(found.user), "at": str(found.received_at)[:16], "name": entry}


def _require_none_refused(answers: list[Answer]) -> None:
    refused = [one for one in answers if one.why]
    if refused:
        told = "\n".join(_("Row {0}: {1}").format(one.line.number, one.why) for one in refused[:TOLD])
        raise ImportRefused(
            "{0} of {1} rows are refused; nothing was imported. {2}", len(refused), len(answers), told
        )
