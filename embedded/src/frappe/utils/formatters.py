"""A field's value as people read it."""

from typing import Any

import frappe
from frappe.utils import (
    cint,
    flt,
    fmt_money,
    format_datetime,
    format_duration,
    format_time,
    formatdate,
)


def format_value(
    value: Any,
    df: Any = None,
    doc: Any = None,
    currency: str | None = None,
    translated: bool = False,
    format: str | None = None,
) -> Any:
    """The value in the user's formats for this kind of field; what needs no format comes back as it is."""
    df = _field(df)
    kind = df.get("fieldtype")
    if value is None and kind not in ("Currency", "Float"):
        return value
    if kind in FORMATS and value not in (None, ""):
        return FORMATS[kind](value)
    if kind in ("Currency", "Float"):
        return _number(value, df, doc, currency)
    if kind == "Percent":
        return f"{fmt_money(value, precision=_precision(df, doc, value))}%"
    if kind in ("Text", "Small Text") and not frappe.utils.is_html(value):
        return frappe.safe_decode(value).replace("\n", "<br>")
    return frappe._(value) if translated and isinstance(value, str) else value


def _field(df: Any) -> Any:
    if isinstance(df, str):
        return frappe._dict(fieldtype=df)
    if df:
        return df if hasattr(df, "get") else frappe._dict(df)
    return frappe._dict(fieldtype="Data")


FORMATS: dict[str, Any] = {
    "Date": formatdate,
    "Datetime": format_datetime,
    "Time": format_time,
    "Duration": lambda value: format_duration(value),
}


def _number(value: Any, df: Any, doc: Any, currency: str | None) -> str:
    if df.get("fieldtype") == "Currency":
        currency = currency or _currency_of(df, doc)
        return fmt_money(value, precision=cint(df.get("precision")) or None, currency=currency)
    return fmt_money(value, precision=_precision(df, doc, value))


def _precision(df: Any, doc: Any, value: Any) -> int:
    """No decimals for a whole number whose field names no currency."""
    if not df.get("options") and flt(value) == int(flt(value)):
        return 0
    return cint(df.get("precision")) or cint(frappe.db.get_default("float_precision")) or 3


def _currency_of(df: Any, doc: Any) -> str | None:
    options = df.get("options")
    if not options or not doc:
        return None
    return doc.get(options.split(":")[-1]) if ":" not in options else None
