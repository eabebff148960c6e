"""SQL for `frappe.db.get_values`, `set_value`, `count` and `delete`: fields and filters to a statement with values.

Filters here mean what they say: an empty text is not NULL, `is set` is NOT NULL. The looser reading of lists
(`frappe.get_all`) is in frappe.model.db_query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import frappe
from frappe.database.utils import DefaultOrderBy, table_name

_NAME = re.compile(r"[A-Za-z_]\w*")
_FUNCTION = re.compile(r"(\w+)\(\s*(distinct\s+)?[`\w. *,']*\)(\s+as\s+\w+)?", re.I)
_ALIASED = re.compile(r"(.+?)\s+as\s+[`'\"]?(\w+)[`'\"]?", re.I)
_FUNCTIONS = frozenset(
    "count sum avg max min abs round coalesce ifnull concat length lower upper date now curdate timestamp".split()
)
_COMPARISONS = ("=", "!=", ">", "<", ">=", "<=", "like", "not like")
Bind = Callable[[Any], str]


def value_of(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def compare(column: str, operator: str, value: Any, bind: Bind) -> str:
    """`column operator value` as SQL; `bind` writes a value or its placeholder."""
    if operator in ("in", "not in"):
        return _among(column, operator, value, bind)
    if operator == "between":
        start, end = value
        return f"{column} between {bind(start)} and {bind(end)}"
    if operator == "is":
        return f"{column} is null" if str(value).lower() == "not set" else f"{column} is not null"
    if value is None and operator in ("=", "!="):
        return f"{column} is null" if operator == "=" else f"{column} is not null"
    escape = " escape '\\'" if "like" in operator and "\\" in str(value) else ""
    return f"{column} {operator} {bind(value)}{escape}"


def _among(column: str, operator: str, value: Any, bind: Bind) -> str:
    values = value.split(",") if isinstance(value, str) else list(value or ())
    values = [item for item in values if item is not None] if operator == "not in" else values
    if not values:
        return "1=0" if operator == "in" else "1=1"
    return f"{column} {operator} {bind(tuple(values))}"


class Query:
    """One statement on a DocType's table while it is put together."""

    def __init__(self, doctype: str) -> None:
        self.doctype = doctype
        self.table = f"`{table_name(doctype)}`"
        self.joins: dict[str, str] = {}
        self.values: list[Any] = []

    # -- the four statements ---------------------------------------------------

    @classmethod
    def select(
        cls,
        doctype: str,
        fields: Any,
        filters: Any,
        *,
        order_by: str | None = None,
        limit: int | None = None,
        distinct: bool = False,
        for_update: bool = False,
    ) -> tuple[str, list[Any]]:
        if type(filters) is str and not distinct:
            names = (
                (fields,)
                if type(fields) is str
                else tuple(fields)
                if isinstance(fields, (list, tuple))
                else ()
            )
            sql = _by_name(doctype, names, for_update) if all(type(name) is str for name in names) else None
            if sql:
                return sql, [filters]
        self = cls(doctype)
        columns = ", ".join(self._select(fields))
        where = self._where(filters)
        tail = self._order(order_by, filters) + (f" limit {int(limit)}" if limit else "")
        sql = f"select {'distinct ' if distinct else ''}{columns} from {self.table}{self._joined()}{where}{tail}"
        return sql + (" for update" if for_update else ""), self.values

    @classmethod
    def update(cls, doctype: str, changes: dict[str, Any], filters: Any) -> tuple[str, list[Any]]:
        self = cls(doctype)
        listed = ", ".join(f"{_quoted(field)} = {self._assigned(value)}" for field, value in changes.items())
        return f"update {self.table} set {listed}{self._where(filters)}", self.values

    @classmethod
    def delete(cls, doctype: str, filters: Any) -> tuple[str, list[Any]]:
        self = cls(doctype)
        return f"delete from {self.table}{self._where(filters)}", self.values

    # -- parts -----------------------------------------------------------------

    def bind(self, value: Any) -> str:
        self.values.append(value_of(value))
        return "%s"

    def _assigned(self, value: Any) -> str:
        return value.get_sql(quote_char="`") if hasattr(value, "get_sql") else self.bind(value)

    def _select(self, fields: Any) -> list[str]:
        if isinstance(fields, str):
            fields = split_fields(fields)
        return [self._selected(field) for field in fields]

    def _selected(self, field: Any) -> str:
        field = field.strip()
        if aliased := _ALIASED.fullmatch(field):
            return f"{self._expression(aliased.group(1))} as `{aliased.group(2)}`"
        shown = self._expression(field)
        return f"{shown} as `{field.rpartition('.')[2]}`" if "." in field and "`" not in field else shown

    def _expression(self, field: str) -> str:
        if found := _FUNCTION.fullmatch(field):
            if found.group(1).lower() not in _FUNCTIONS:
                frappe.throw(f"Use of function {found.group(1)} in field is restricted", frappe.DataError)
            return field
        return self.column(field)

    def column(self, field: str) -> str:
        """The qualified column of a field: own or link.field."""
        field = field.strip()
        if field == "*":
            return f"{self.table}.*"
        head, dot, tail = field.rpartition(".")
        if dot:
            return self._through(head, tail)
        return f"{self.table}.{_quoted(field)}"

    def _through(self, fieldname: str, column: str) -> str:
        df = frappe.get_meta(self.doctype).get_field(fieldname)
        if df is None or df.fieldtype != "Link":
            frappe.throw(f"Invalid field {fieldname}.{column} in {self.doctype}")
        alias = f"`{fieldname}`"
        target = f"`{table_name(df.options)}`"
        self.joins.setdefault(
            fieldname, f" left join {target} as {alias} on {alias}.`name` = {self.table}.`{fieldname}`"
        )
        return f"{alias}.{_quoted(column)}"

    def _joined(self) -> str:
        return "".join(self.joins.values())

    def _order(self, order_by: str | None, filters: Any) -> str:
        if not order_by or isinstance(filters, (str, int)):
            return ""
        parts = []
        for term in ("modified" if order_by == DefaultOrderBy else order_by).split(","):
            field, _space, direction = term.strip().partition(" ")
            parts.append(f"{self.column(field)} {'asc' if direction.strip().lower() == 'asc' else 'desc'}")
        return " order by " + ", ".join(parts)

    # -- filters ---------------------------------------------------------------

    def _where(self, filters: Any) -> str:
        conditions = list(self._conditions(filters))
        return " where " + " and ".join(conditions) if conditions else ""

    def _conditions(self, filters: Any) -> Iterable[str]:
        if isinstance(filters, dict):
            for field, value in filters.items():
                yield self._condition(field, *_operator_and_value(value))
        elif isinstance(filters, (list, tuple, set)):
            yield from self._list_conditions(list(filters))
        elif filters is not None:
            yield self._condition("name", "=", filters)

    def _list_conditions(self, filters: list[Any]) -> Iterable[str]:
        if filters and all(isinstance(item, (str, int)) for item in filters):
            yield self._condition("name", "in", filters)
            return
        for item in filters:
            if isinstance(item, dict):
                yield from self._conditions(item)
            elif len(item) == 2:
                yield self._condition(item[0], "=", item[1])
            else:
                yield self._condition(*item[-3:])

    def _condition(self, field: Any, operator: str, value: Any) -> str:
        operator = operator.strip().lower()
        column = self.column(field)
        if operator not in (*_COMPARISONS, "in", "not in", "between", "is"):
            frappe.throw(f"Operator {operator} is not supported")
        return compare(column, operator, self._stored(field, operator, value), self.bind)

    def _stored(self, field: Any, operator: str, value: Any) -> Any:
        """Dates and times in the form in which the column keeps them."""
        if operator not in ("=", "!=", ">", "<", ">=", "<=", "between"):
            return value
        kind = frappe.db.get_column_type(self.doctype, field.strip("`"))
        if not kind.startswith(("date", "time")) or value is None or value == "":
            return value
        return stored_range(kind, value) if operator == "between" else frappe.db.stored_as(kind, value)


def stored_range(kind: str, value: Any) -> tuple[Any, Any]:
    """Both ends of a range; for a datetime column a plain date means the whole day."""
    start, end = (frappe.db.stored_as(kind, end) for end in value)
    if kind.startswith("datetime") and len(str(value[1])) == 10:
        end = f"{str(end)[:10]} 23:59:59.999999"
    return start, end


def split_fields(fields: str) -> list[str]:
    """'a, count(b) as c' at its top-level commas."""
    parts, depth, start = [], 0, 0
    for position, sign in enumerate(fields):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(fields[start:position].strip())
            start = position + 1
    return [*parts, fields[start:].strip()]


def _operator_and_value(value: Any) -> tuple[str, Any]:
    return (value[0], value[1]) if isinstance(value, (list, tuple)) else ("=", value)


def _quoted(field: str) -> str:
    field = field.strip().strip("`")
    if not _NAME.fullmatch(field):
        frappe.throw(f"Invalid field name: {field}", frappe.DataError)
    return f"`{field}`"


@lru_cache(maxsize=4096)
def _by_name(doctype: str, fields: tuple[str, ...], for_update: bool) -> str | None:
    """The frequent case, a row by its name and plain fields of it."""
    if not fields or not all(field == "*" or _NAME.fullmatch(field) for field in fields):
        return None
    columns = ", ".join("*" if field == "*" else f"`{field}`" for field in fields)
    return f"select {columns} from `{table_name(doctype)}` where `name` = %s limit 1{' for update' * bool(for_update)}"
