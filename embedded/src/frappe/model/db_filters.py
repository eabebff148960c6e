"""One filter of a list as SQL, in Frappe's reading: for most comparisons NULL counts as empty, zero or the first date.

Says `col = x or col is null` where Frappe says `ifnull(col, '') = x`: the same rows, and SQLite keeps the
column's collation and index.
"""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import frappe
from frappe.utils import cstr, flt, get_datetime, get_time, getdate, nowdate

OPERATORS = ("=", "!=", ">", "<", ">=", "<=", "like", "not like", "in", "not in", "is", "between")
MANY, PLACE = 500, "\0"
NUMBERS = ("Check", "Float", "Int", "Currency", "Percent")
_COLUMN = re.compile(r"\w+")


class Filter:
    """doctype, fieldname, operator and value of one condition, checked."""

    __slots__ = ("df", "doctype", "fieldname", "many", "operator", "value")

    def __init__(self, doctype: str, given: Any) -> None:
        self.doctype, self.fieldname, operator, self.value = _four(doctype, given)
        self.operator = cstr(operator).lower().strip() or "="
        if self.operator not in OPERATORS:
            frappe.throw(frappe._("Operator must be one of {0}").format(", ".join(OPERATORS)))
        if not _COLUMN.fullmatch(self.fieldname):
            frappe.throw(
                frappe._("Invalid fieldname in filter: {0}").format(self.fieldname), frappe.DataError
            )
        self.df = self._field()
        self.many: str | None = None  # a long list as JSON: the condition names it by PLACE

    def _field(self) -> Any:
        """The DocField; a name that only a child table has leads to that table."""
        meta = frappe.get_meta(self.doctype)
        if meta.has_field(self.fieldname) or self.fieldname in frappe.db.DEFAULT_COLUMNS:
            return meta.get_field(self.fieldname)
        for table in meta.get_table_fields():
            child = frappe.get_meta(table.options)
            if child.has_field(self.fieldname):
                self.doctype = table.options
                return child.get_field(self.fieldname)
        return None


def _four(doctype: str, given: Any) -> tuple[str, str, Any, Any]:
    if not isinstance(given, (list, tuple)):
        frappe.throw(frappe._("Filter must be a tuple or list (in a list)"))
    if len(given) == 2:
        return doctype, given[0], "=", given[1]
    if len(given) == 3:
        return doctype, given[0], given[1], given[2]
    if len(given) not in (4, 5):
        text = "Filter must have 4 values (doctype, fieldname, operator, value): {0}"
        frappe.throw(frappe._(text).format(str(given)))
    return given[0] or doctype, given[1], given[2], given[3]


def condition(found: Filter, column: str) -> str:
    """The filter as an SQL condition on `column`; InvalidArgument for a value that its kind of field cannot have."""
    try:
        return _condition(found, column)
    except (ValueError, TypeError, OverflowError) as error:
        if isinstance(error, frappe.ValidationError):
            raise
        raise frappe.InvalidArgument(f"{found.fieldname}: {error}") from None


def _condition(found: Filter, column: str) -> str:
    if found.operator in ("in", "not in"):
        return _among(found, column, found.operator, found.value)
    if found.operator == "is":
        return _is_set(found, column)
    if found.operator == "between":
        return _between(found, column)
    return _compared(found, column)


def _literal(value: Any) -> str:
    return frappe.db.escape(cstr(value), percent=False)


def _fieldtype(found: Filter) -> str:
    if found.fieldname in ("creation", "modified"):
        return "Datetime"
    return found.df.fieldtype if found.df else ""


def _among(found: Filter, column: str, operator: str, values: Any) -> str:
    if isinstance(values, str):
        values = values.split(",")
    values = list(values or ())
    texts = [cstr(value).strip() for value in values]
    if len(texts) > MANY:
        found.many = json.dumps(texts)
        listed = f"select value from json_each({PLACE})"
    else:
        listed = ", ".join(_literal(text) for text in texts) or "''"
    text = f"{column} {operator} ({listed})"
    blank = not values or any(value in (None, "") for value in values)
    with_null = found.fieldname != "name" and (blank if operator == "in" else not blank or not values)
    if operator == "not in" and not values:
        text = f"{column} != ''"
    return f"({text} or {column} is null)" if with_null else text


def _is_set(found: Filter, column: str) -> str:
    number = _fieldtype(found) in NUMBERS
    if cstr(found.value).lower() == "set":
        return f"{column} != {'0' if number else _EMPTY}"
    if cstr(found.value).lower() != "not set":
        frappe.throw(frappe._("Value of 'is' must be 'set' or 'not set'"))
    return f"{column} is null" if number else f"({column} is null or {column} = '')"


_EMPTY = "''"


def _between(found: Filter, column: str) -> str:
    if _fieldtype(found) in ("Date", "Datetime"):
        return f"{column} between {get_between_date_filter(found.value, found.df)}"
    start, end = found.value
    if _fieldtype(found) in NUMBERS:
        return f"{column} between {flt(start)} and {flt(end)}"
    return f"{column} between {_literal(start)} and {_literal(end)}"


def get_between_date_filter(value: Any, df: Any = None) -> str:
    """ "'from' and 'to'": of a Datetime field plain dates mean whole days, a missing end means today."""
    ends = [*(value if isinstance(value, (list, tuple)) else ()), *(None, None)]
    start, end = ends[0] or nowdate(), ends[1] or nowdate()
    if df and df.fieldtype != "Datetime":
        return f"'{getdate(start)}' and '{getdate(end)}'"
    return f"'{_moment(start, datetime.time())}' and '{_moment(end, datetime.time.max)}'"


def _moment(value: Any, time: datetime.time) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value
    moment = get_datetime(value) or datetime.datetime.min
    whole_day = isinstance(value, datetime.date) or " " not in cstr(value)
    return datetime.datetime.combine(moment.date(), time) if whole_day else moment


def _compared(found: Filter, column: str) -> str:
    value, fallback = _value_and_fallback(found)
    text = f"{column} {found.operator} {value if isinstance(value, (int, float)) else _literal(value)}"
    nullable = found.fieldname != "name" and _fieldtype(found) not in NUMBERS
    given = found.value and found.operator in ("=", "like")
    if nullable and not given and _holds(fallback, found.operator, value):
        return f"({text} or {column} is null)"
    return text


def _value_and_fallback(found: Filter) -> tuple[Any, Any]:
    """The value as the column keeps it, and what NULL is taken for."""
    kind, value = _fieldtype(found), found.value
    if "like" in found.operator:
        return cstr(value), ""
    if kind == "Date":
        return str(getdate(value)), "0001-01-01"
    if kind == "Datetime" or isinstance(value, datetime.datetime):
        return str(get_datetime(value)), "0001-01-01 00:00:00"
    if kind == "Time":
        return str(get_time(value)), "00:00:00"
    if kind in NUMBERS:
        return flt(value), 0
    if isinstance(value, str) or (value and found.fieldname == "name"):
        return cstr(value), ""
    if found.operator == "=" and (kind in ("Link", "Data") or found.fieldname == "name"):
        # Frappe compares with two quotes here when the value is None: nothing matches
        return (cstr(value), "") if value else ("''", "")
    return flt(value), 0


def _holds(fallback: Any, operator: str, value: Any) -> bool:
    """Whether NULL, taken for `fallback`, meets the comparison."""
    if "like" in operator:
        empty = not value.strip("%")
        return empty if operator == "like" else not empty
    left, right = (fallback, value) if type(fallback) is type(value) else (flt(fallback), flt(value))
    return bool(
        {
            "=": left == right,
            "!=": left != right,
            ">": left > right,
            "<": left < right,
            ">=": left >= right,
            "<=": left <= right,
        }[operator]
    )
