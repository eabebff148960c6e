"""The edge of the API: permissions first, arguments understood, errors of the domain shown."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, overload

import frappe
from frappe import _
from frappe.utils import get_datetime
from med_trace.domain.errors import BadInput, NotFound
from med_trace.ledger.shown import shown

__all__ = [
    "as_dict",
    "as_list",
    "as_lot",
    "as_moment",
    "as_number",
    "as_one_of",
    "as_record",
    "as_text",
    "require_login",
    "require_permission",
    "shown",
]


LONGEST_TEXT = 10_000  # what the database keeps in any alphabet
EARLIEST = 1970


def require_permission(doctype: str, ptype: str = "read", doc: Any = None) -> None:
    """Raise frappe.PermissionError (403) unless the user may."""
    frappe.has_permission(doctype, ptype, doc=doc, throw=True)


def require_login() -> None:
    """Raise frappe.PermissionError (403) for a guest."""
    if frappe.session.user == "Guest":
        frappe.throw(_("Log in to go on."), frappe.PermissionError)


@overload
def as_text(value: Any, field: str, required: Literal[True]) -> str: ...
@overload
def as_text(value: Any, field: str, required: bool = False) -> str | None: ...
def as_text(value: Any, field: str, required: bool = False) -> str | None:
    """A text, stripped; None when empty."""
    if value is not None and not isinstance(value, (str, int)):
        raise BadInput("{0}: {1!r} is not a text.", field, value, field=field)
    text = str(value).strip() if value is not None else ""
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
        raise BadInput("{0}: {1!r} holds what is no character.", field, text, field=field)
    if required and not text:
        raise BadInput("{0}: a value is required.", field, field=field)
    if len(text) > LONGEST_TEXT:
        raise BadInput(
            "{0}: {1} characters; expected at most {2}.", field, len(text), LONGEST_TEXT, field=field
        )
    return text or None


def as_number(value: Any, field: str) -> Decimal:
    if value is None or value == "":
        return Decimal(0)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise BadInput("{0}: {1!r} is not a number.", field, value, field=field) from None
    if isinstance(value, bool) or not number.is_finite():
        raise BadInput("{0}: {1!r} is not a number.", field, value, field=field)
    return number


def as_moment(value: Any, field: str) -> datetime | None:
    """A date and time, ISO 8601; with an offset or in the site's time zone."""
    if value is None or value == "":
        return None
    moment = value if isinstance(value, datetime) else _parsed_moment(value)
    if moment and EARLIEST <= moment.year < 9999:
        return moment
    raise BadInput(
        "{0}: {1!r} is not a date and time; expected 2026-01-31T13:45:00.", field, value, field=field
    )


def _parsed_moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except ValueError:
        pass
    try:
        return get_datetime(value)
    except Exception:  # Frappe's parser raises several kinds for one mistake
        return None


def as_one_of(value: Any, field: str, enum: type) -> Any:
    """A member of an Enum by its value."""
    try:
        return enum(value)
    except ValueError:
        expected = ", ".join(member.value for member in enum)
        raise BadInput(
            "{0}: {1!r} is not known; expected one of {2}.", field, value, expected, field=field
        ) from None


def as_lot(value: Any, field: str = "lot") -> str:
    """The name of a Material Lot that is there and open to this user. Raises BadInput, NotFound, PermissionError."""
    name = as_text(value, field, required=True)
    known = frappe.db.get_value("Material Lot", name)
    if not known:
        raise NotFound("Lot {0} does not exist.", name)
    require_permission("Material Lot", doc=known)  # a User Permission may hide this one
    return known


def as_record(doctype: str, value: Any, field: str = "record") -> str:
    """The name of a record that is there and open to this user. Raises BadInput, NotFound, PermissionError."""
    name = as_text(value, field, required=True)
    if not frappe.db.exists(doctype, name):
        raise NotFound("{0} {1} does not exist.", doctype, name)
    require_permission(doctype, doc=name)
    return name


def as_dict(value: Any, field: str) -> dict[str, Any]:
    """A JSON object, given as such or as text."""
    return _parsed(value, field, dict, "an object")


def as_list(value: Any, field: str) -> list[Any]:
    """A JSON list, given as such or as text."""
    return _parsed(value, field, list, "a list")


def _parsed(value: Any, field: str, kind: type, words: str) -> Any:
    if isinstance(value, (str, bytes)):
        try:
            value = frappe.parse_json(value)
        except ValueError:
            raise BadInput("{0}: not valid JSON; expected {1}.", field, words, field=field) from None
    if not isinstance(value, kind):
        raise BadInput("{0}: {1!r} is not {2}.", field, value, words, field=field)
    return value
