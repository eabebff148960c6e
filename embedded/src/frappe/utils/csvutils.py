"""CSV in and out."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _


def read_csv_content(fcontent: str | bytes) -> list[list[Any]]:
    """Rows of a CSV file: UTF-8 or Western European text, comma or semicolon; empty cells as None."""
    text = fcontent if isinstance(fcontent, str) else _decoded(fcontent)
    first = text.split("\n", 1)[0]
    sign = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text.strip("\ufeff"), newline=""), delimiter=sign))
    except csv.Error as error:
        frappe.throw(_("Not a valid Comma Separated Value (CSV File)") + f": {error}")
    return [[cell.strip() or None for cell in row] for row in rows if any(cell.strip() for cell in row)]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")


def to_csv(data: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([frappe.as_unicode(cell) for cell in row] for row in data)
    return out.getvalue()


def build_csv_response(data: Iterable[Iterable[Any]], filename: str) -> None:
    frappe.response["result"] = to_csv(data)
    frappe.response["doctype"] = filename
    frappe.response["type"] = "csv"
