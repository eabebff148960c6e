"""Notices: which record, which event, on which condition, to whom, in which words. Frappe's Notification sends them."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.configuration.fields import NO_VALUE, extensible
from med_trace.configuration.texts import require_condition, require_field, require_text
from med_trace.domain.errors import BadInput

EVENTS = ("New", "Save", "Submit", "Cancel", "Value Change")
CHANNELS = ("System Notification", "Email")
# The ledger writes these past their documents: nothing is told of a change. Its events tell it.
WRITTEN_BY_THE_LEDGER = ("Material Lot", "Serial Unit")
LEDGER = "Trace Event"
# What a Notification can do besides, and what an administrator of the plant does not need.
ELSEWHERE = (
    "is_standard",
    "method",
    "set_property_after_alert",
    "attach_print",
    "sender",
    "slack_webhook_url",
)


def noticed() -> list[str]:
    """The DocTypes that notices are about."""
    return [LEDGER, *(name for name in extensible() if name not in WRITTEN_BY_THE_LEDGER)]


def about(doctype: str) -> dict[str, Any]:
    """What a notice about a DocType may name: fields [{fieldname, label, fieldtype}], receivers, roles, is_submittable."""
    if doctype not in noticed():
        raise BadInput("There are no notices about {0}.", doctype, field="document_type")
    meta = frappe.get_meta(doctype)
    valued = [field for field in meta.fields if field.fieldtype not in NO_VALUE]
    return {
        "fields": [
            {"fieldname": one.fieldname, "label": one.label or "", "fieldtype": one.fieldtype}
            for one in valued
        ],
        "receivers": _receivers(meta),
        "roles": _readers(meta),
        "events": _events(meta),
    }


def require_sound(doc: Any) -> None:
    """Raises BadInput for a notice that would fail, reach nobody, or tell whoever may not read the record."""
    facts = about(doc.document_type)
    if doc.event not in facts["events"]:
        raise BadInput(
            "Notices about {0} go out on: {1}.", doc.document_type, ", ".join(facts["events"]), field="event"
        )
    if doc.channel not in CHANNELS:
        raise BadInput("channel: expected one of {0}.", ", ".join(CHANNELS), field="channel")
    used = [field for field in ELSEWHERE if doc.get(field)]
    if used:
        raise BadInput("{0}: this is not set here. Use the desk.", used[0], field=used[0])
    if doc.event == "Value Change":
        require_field(doc.document_type, str(doc.value_changed or "-"), "value_changed", 1)
    doc.update({field: str(doc.get(field) or "") for field in ("condition", "subject", "message")})
    if not doc.subject.strip():
        raise BadInput("Give the notice a subject.", field="subject")
    require_condition(doc.condition, doc.document_type, "condition")
    require_text(doc.subject, doc.document_type, "subject")
    require_text(doc.message, doc.document_type, "message")
    _require_receivers(doc, facts)


def _require_receivers(doc: Any, facts: dict[str, Any]) -> None:
    if not doc.recipients:
        raise BadInput(
            "Say who gets the notice: a role, or a person that the record names.", field="recipients"
        )
    for row in doc.recipients:
        if row.cc or row.bcc or row.condition:
            raise BadInput("{0}: this is not set here. Use the desk.", "recipients", field="recipients")
        role, field = row.receiver_by_role, row.receiver_by_document_field
        if not role and not field:
            raise BadInput("Row {0}: say who gets the notice.", row.idx, field="recipients")
        if role and role not in facts["roles"]:
            raise BadInput(
                "{0} may not read {1} and gets no notices about it.",
                role,
                doc.document_type,
                field="recipients",
            )
        if field and field not in facts["receivers"]:
            raise BadInput("{0} of {1} names no person.", field, doc.document_type, field="recipients")


def _events(meta: Any) -> list[str]:
    if meta.name == LEDGER:
        return ["New"]  # events never change
    return [one for one in EVENTS if meta.is_submittable or one not in ("Submit", "Cancel")]


def _receivers(meta: Any) -> list[str]:
    people = [
        field.fieldname for field in meta.fields if field.fieldtype == "Link" and field.options == "User"
    ]
    return ["owner", *people]


def _readers(meta: Any) -> list[str]:
    return sorted(
        {row.role for row in meta.permissions if row.read and not int(row.permlevel or 0)} - {"All", "Guest"}
    )
