"""What external systems may write: events, one at a time, each through the gate."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import frappe
from med_trace.api.edge import (
    as_dict,
    as_list,
    as_moment,
    as_number,
    as_one_of,
    as_text,
    require_permission,
    shown,
)
from med_trace.domain.errors import BadInput
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.sentence import Sentence
from med_trace.ledger import service
from med_trace.ledger.openness import require_open
from med_trace.ledger.shown import translated

_FLOOR = frozenset({"Trace Operator", "Trace Supervisor"})
_STORE = frozenset({"Trace Warehouse", "Trace Supervisor"})
_QUALITY = frozenset({"Trace Quality"})

# Which roles may record which events here. The rest follow from documents: an acceptance from an
# inspection, a release or a recall from a signature.
RECORDED_BY: dict[EventType, frozenset[str]] = {
    EventType.RECEIVED: _STORE,
    EventType.TRANSFORMED: _FLOOR,
    EventType.SPLIT: _FLOOR | _STORE,
    EventType.MERGED: _FLOOR | _STORE,
    EventType.AGGREGATED: _FLOOR | _STORE,
    EventType.DISAGGREGATED: _FLOOR | _STORE,
    EventType.INSPECTED: frozenset({"Trace Inspector"}),
    EventType.SAMPLED: _FLOOR | {"Trace Inspector"},
    EventType.SCRAPPED: _FLOOR | _STORE,
    EventType.HELD: _QUALITY | {"Trace Supervisor", "Trace Inspector"},
    EventType.SHIPPED: _STORE,
    EventType.DELIVERED: _STORE | {"Trace Regulatory"},
    EventType.RETURNED: _STORE,
    EventType.RETURN_ACCEPTED: _QUALITY,
    EventType.RETURNED_TO_SUPPLIER: _STORE,
    EventType.USED: _STORE | {"Trace Regulatory"},
    EventType.MOVED: _FLOOR | _STORE,
    EventType.ISSUED: _FLOOR | _STORE,
    EventType.RELABELLED: _FLOOR | _STORE,
    EventType.CORRECTED: frozenset({"Trace Supervisor"}),
    EventType.CLOSED: _QUALITY,
}
_TIMES = frozenset({"made_from", "made_to", "time"})
# Field -> the DocType of the record that it names.
_NAMES_A: dict[str, str] = {
    "location": "Warehouse",
    "consignee": "Customer",
    "supplier": "Supplier",
    "equipment": "Workstation",
    "tool": "Tool",
    "operator": "User",
    "source_doctype": "DocType",
    "process_record": "Process Record",
}
# Their documents write events themselves; an event that only says it is theirs would be lifted or reversed with
# them, or count as done.
_WRITE_THEIR_OWN = frozenset(
    {
        *("Purchase Receipt", "Purchase Invoice", "Stock Entry", "Delivery Note", "Sales Invoice"),
        *("NCR", "Process Record", "Inspection Record", "Lot Release", "Recall"),
    }
)
_NEEDS_CONSIGNEE = frozenset({EventType.SHIPPED, EventType.DELIVERED, EventType.RETURNED, EventType.USED})
_SET_BY_THE_LEDGER = frozenset({"reverses", "lifts"})


@frappe.whitelist(methods=["POST"])
@shown()
def record(event: dict | str | None = None) -> str:
    """Record one event; returns the name of the Trace Event.

    `event`: an object with `type` (Received, Transformed, Shipped, ...), `rows` (list of objects with
    `action`, `lot`, `quantity` in the lot's unit, and where they apply `uom`, `serial_unit`, `equipment`,
    `tool`, `cavity`, `operator`, `into_unit`, `container`, `made_from`, `made_to`, `blocked`), and optionally
    `time` (ISO 8601, when it happened), `event_id` (the caller's own id: repeated with the same content it
    returns the first event's name, with another content 409), `location`, `consignee`, `consignee_name`,
    `consignee_address`, `supplier`, `container`, `source_doctype`, `source_name`, `source_row`,
    `process_record`, `reason`, `terminal`. Lots have to exist; Shipped, Delivered, Returned and Used name
    their `consignee`; `source_doctype` is none of those whose documents record events themselves.

    Errors: 403 without create permission on Trace Event, without a role for this type, or for a lot that is
    closed to this user; 404 for a lot or unit that does not exist; 409 for an event id used otherwise; 417 for a wrong value (names the field, the
    value and what is expected) and for what the gate refuses (NotReleased, OnHold, Expired, NotEnough, ...).
    Nothing is written then.
    """
    require_permission("Trace Event", "create")
    stated = as_dict(event, "event")
    kind = kind_of(stated)
    missing = missing_role(kind)
    if missing:
        frappe.throw(translated(missing), frappe.PermissionError)
    draft = draft_of(kind, stated)
    require_open("Material Lot", {row.lot for row in draft.rows})
    return service.record(draft)


def kind_of(stated: dict[str, Any]) -> EventType:
    """The type of a stated event; BadInput for one that is not recorded here."""
    kind: EventType = as_one_of(stated.get("type"), "type", EventType)
    if kind not in RECORDED_BY:
        raise BadInput(
            "type: {0} follows from a document or a signature and is not recorded here.", kind.value
        )
    return kind


def missing_role(kind: EventType) -> Sentence | None:
    """Why this user may not record such an event; None when he may."""
    if RECORDED_BY[kind] & set(frappe.get_roles()):
        return None
    return Sentence(
        "Recording {0} takes one of the roles {1}.",
        Sentence(kind.value),
        ", ".join(sorted(RECORDED_BY[kind])),
    )


def draft_of(kind: EventType, stated: dict[str, Any]) -> EventDraft:
    """The event as the ledger takes it; BadInput names the field, the value and what is expected."""
    known = {field.name for field in fields(EventDraft)} - _SET_BY_THE_LEDGER
    _require_known(stated, known, "event")
    rows = tuple(_row(row, f"rows[{i}]") for i, row in enumerate(as_list(stated.get("rows"), "rows")))
    given = {name: stated[name] for name in known - {"type", "rows"} if name in stated}
    draft = EventDraft(
        type=kind, rows=rows, **{name: _value(name, value, name) for name, value in given.items()}
    )
    _require_own_source(draft)
    if kind in _NEEDS_CONSIGNEE and not draft.consignee:
        raise BadInput("consignee: say to or from whom; a recall has to find it.", field="consignee")
    return draft


def _require_own_source(draft: EventDraft) -> None:
    if draft.source_doctype in _WRITE_THEIR_OWN:
        raise BadInput(
            "source_doctype: a {0} records its events itself. Name your own document in reason or event_id.",
            draft.source_doctype,
            field="source_doctype",
        )


def _row(stated: Any, where: str) -> Row:
    stated = as_dict(stated, where)
    known = {field.name for field in fields(Row)}
    _require_known(stated, known, where)
    values: dict[str, Any] = {
        "action": as_one_of(stated.get("action"), f"{where}.action", Action),
        "lot": as_text(stated.get("lot"), f"{where}.lot", required=True),
        "quantity": as_number(stated.get("quantity"), f"{where}.quantity"),
        "uom": as_text(stated.get("uom"), f"{where}.uom") or "",
        "blocked": _flag(stated.get("blocked"), f"{where}.blocked"),
    }
    others = known - values.keys()
    return Row(
        **values, **{name: _value(name, stated[name], f"{where}.{name}") for name in others if name in stated}
    )


def _value(name: str, value: Any, where: str) -> Any:
    if name in _TIMES:
        return as_moment(value, where)
    text = as_text(value, where)
    if text and name in _NAMES_A and not frappe.db.exists(_NAMES_A[name], text):
        raise BadInput("{0}: {1} {2!r} does not exist.", where, _NAMES_A[name], text, field=where)
    if text and len(text) > 140 and name not in ("reason", "consignee_address"):
        raise BadInput("{0}: {1} characters; expected at most 140.", where, len(text), field=where)
    return text


def _flag(value: Any, where: str) -> bool:
    if value in (None, "", 0, 1, True, False):
        return bool(value)
    raise BadInput("{0}: {1!r} is not true or false.", where, value, field=where)


def _require_known(stated: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(map(str, set(stated) - known))
    if unknown:
        raise BadInput(
            "{0}: {1} is not known; expected {2}.",
            where,
            unknown[0],
            ", ".join(sorted(known)),
            field=unknown[0],
        )
