"""Entries that devices send when their connection is back: each is carried out once, however often it arrives.

The device gives every entry an id. The first arrival is carried out and registered with its result, in one
transaction; a repeat gets that result; another content under the same id is refused. What somebody gives up
is registered with his reason: nothing that was entered disappears.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import now_datetime
from med_trace.domain.canonical import digest
from med_trace.domain.errors import BadInput, Busy, TraceError
from med_trace.ledger.clock import entered
from med_trace.ledger.shown import shown

_ID = re.compile(r"^[0-9A-Za-z-]{8,64}$")
DONE, DISCARDED = "Done", "Discarded"


class EntryIdTaken(TraceError):
    """The id was used before: by somebody else, or for another content."""

    http_status_code = 409
    title = "Entry id already used"


class WasDiscarded(TraceError):
    """The entry was given up before; it is not carried out any more."""

    http_status_code = 409
    title = "Entry was discarded"


@dataclass(frozen=True)
class Entry:
    """What a device sends. `at`: when it was typed there."""

    client_id: str
    method: str
    content: Mapping[str, Any]
    title: str = ""
    at: datetime | None = None

    @property
    def hash(self) -> str:
        return digest({"method": self.method, "content": dict(self.content)})


@shown()
def carry_out(entry: Entry, perform: Callable[[], Any]) -> dict[str, Any]:
    """Do it, or say what came of it when it was done before: {result, repeated}.

    Raises EntryIdTaken, WasDiscarded, or what `perform` raises; nothing is registered then.
    """
    known = _known(entry)
    if known and known.outcome == DISCARDED:
        raise WasDiscarded("This entry was discarded before: {0}", known.reason)
    if known:
        return {"result": json.loads(known.result), "repeated": True}
    result = json.dumps(perform(), default=str)
    _register(entry, outcome=DONE, result=result)
    return {"result": json.loads(result), "repeated": False}


@shown()
def discard(entry: Entry, reason: str, refusal: str = "") -> dict[str, Any]:
    """Register that somebody gave an entry up, and why: {outcome, result}. One that was carried out after all
    stays carried out.
    """
    known = _known(entry)
    if known:
        return {"outcome": known.outcome, "result": json.loads(known.result or "null")}
    _register(entry, outcome=DISCARDED, reason=reason, refusal=refusal)
    return {"outcome": DISCARDED, "result": None}


def _known(entry: Entry) -> Any:
    if not _ID.match(entry.client_id):
        raise BadInput("client_id: expected 8 to 64 letters, digits and hyphens.", field="client_id")
    fields = ["user", "content_hash", "outcome", "result", "reason"]
    found = frappe.db.get_value("Device Entry", entry.client_id, fields, as_dict=True)
    if found and (found.user, found.content_hash) != (frappe.session.user, entry.hash):
        raise EntryIdTaken(
            "client_id: {0} was used before for another entry. Use a new id for a new entry.", entry.client_id
        )
    return found


def _register(entry: Entry, **outcome: Any) -> None:
    now = now_datetime()
    doc = frappe.get_doc(
        {
            "doctype": "Device Entry",
            "client_id": entry.client_id,
            "user": frappe.session.user,
            "entered_at": entered(entry.at),
            "received_at": now,
            "title": entry.title[:140],
            "method": entry.method,
            "content_hash": entry.hash,
            "content": json.dumps(dict(entry.content), ensure_ascii=False, sort_keys=True, default=str),
            **outcome,
        }
    )
    doc.flags.is_registered = True
    try:
        doc.insert(ignore_permissions=True)  # what was carried out was permitted; this is its register
    except frappe.DuplicateEntryError as error:
        raise Busy("The same entry is being carried out at this moment. Send it again.") from error
