"""`frappe.get_list` and `frappe.get_all`: fields, filters and the user's permissions to one statement."""

from __future__ import annotations

import re
from typing import Any

import frappe
import frappe.share
from frappe.database.query import split_fields
from frappe.database.utils import DefaultOrderBy
from frappe.model.db_filters import PLACE, Filter, condition
from frappe.model.db_match import MatchConditions, requires_owner_constraint
from frappe.utils import cint, make_filter_tuple

__all__ = [
    "DatabaseQuery",
    "requires_owner_constraint",
]

ALLOWED_FUNCTIONS = frozenset(
    "count sum avg max min abs round floor ceil date year month day length lower upper trim substr timestamp".split()
)
AGGREGATES = ("min(", "max(", "sum(", "avg(", "count(")
_ALIASED = re.compile(r"(.+?)\s+as\s+[`'\"]?([\w\s-]+?)[`'\"]?", re.I | re.S)
_CALL = re.compile(r"(\w+)\s*\((.*)\)", re.S)
_PLAIN = re.compile(r"`?(\w+)`?")
_THROUGH = re.compile(r"(\w+)\.(\w+)")
_FULL = re.compile(r"`?tab([^`.]+)`?\.`?(\w+|\*)`?")
_ORDER_BY = re.compile(r"[\w\s,`'\".()-]*", re.A)
_ONE_ORDER = re.compile(r"(.+?)(\s+(?:asc|desc))?", re.I | re.S)
_TEXT = re.compile(r"'[^'\\]*'|\"[^\"\\]*\"")


class DatabaseQuery(MatchConditions):
    def __init__(self, doctype: str, user: str | None = None) -> None:
        self.doctype = doctype
        self.table = f"`tab{doctype}`"
        self.joins: dict[str, str] = {}
        self.values: dict[str, str] = {}  # long lists by their place in the statement
        self.aliases: set[str] = set()
        self.flags = frappe._dict()
        self.user = user or frappe.session.user
        self.reference_doctype: str | None = None
        self.permission_map: dict[str, str] = {}
        self.conditions: list[str] = []
        self.shared: list[str] = []

    @property
    def doctype_meta(self) -> Any:
        return frappe.get_meta(self.doctype)

    def execute(
        self,
        fields: Any = None,
        filters: Any = None,
        or_filters: Any = None,
        docstatus: Any = None,
        group_by: str | None = None,
        order_by: str | None = DefaultOrderBy,
        limit_start: Any = False,
        limit_page_length: Any = None,
        as_list: bool = False,
        with_childnames: bool = False,
        debug: bool = False,
        ignore_permissions: bool = False,
        user: str | None = None,
        with_comment_count: bool = False,
        join: str = "left join",
        distinct: bool = False,
        start: Any = None,
        page_length: Any = None,
        limit: Any = None,
        ignore_ifnull: bool = False,
        save_user_settings: bool = False,
        save_user_settings_fields: bool = False,
        update: dict[str, Any] | None = None,
        add_total_row: Any = None,
        user_settings: Any = None,
        reference_doctype: str | None = None,
        run: bool = True,
        strict: bool = True,
        pluck: str | None = None,
        ignore_ddl: bool = False,
        *,
        parent_doctype: str | None = None,
    ) -> Any:
        """Rows as dicts; with `pluck` one column, with `as_list` tuples, with run=False the statement."""
        self.user = user or self.user
        self.flags.ignore_permissions = ignore_permissions
        self.parent_doctype, self.reference_doctype = parent_doctype, reference_doctype
        self.join, self.distinct = join, distinct
        if not ignore_permissions:
            self.check_read_permission(self.doctype, parent_doctype=parent_doctype)
        if isinstance(fields, dict) or (isinstance(fields, list) and fields and isinstance(fields[0], list)):
            fields, filters = filters, fields
        self.fields = self._field_list(fields) or [f"{self.table}.`{pluck or 'name'}`"]
        self.filters, self.or_filters = self._filter_list(filters), self._filter_list(or_filters)
        self.order_by, self.group_by = order_by, group_by
        self.limit_start = cint(start or limit_start)
        self.limit_page_length = cint(limit_page_length or page_length or limit)
        query = self._statement()
        if not query:
            return []
        if not run:
            return self._written_out(query)
        try:
            found = frappe.db.sql(*self._bound(query), as_dict=not as_list, debug=debug, update=update)
        except Exception as error:
            if ignore_permissions or not frappe.db.is_missing_column(error):
                raise
            frappe.throw(frappe._("Invalid field in {0}").format(self.doctype), frappe.DataError)
        return [row[pluck] for row in found] if pluck else found

    def _bound(self, query: str) -> tuple[str, Any]:
        """The statement with its long lists as parameters."""
        if not self.values:
            return query, None
        query = query.replace("%", "%%")
        for key in self.values:
            query = query.replace(key, "%s")
        return query, list(self.values.values())

    def _written_out(self, query: str) -> str:
        for key, text in self.values.items():
            query = query.replace(key, frappe.db.escape(text, percent=False))
        return query

    # -- what was asked for ------------------------------------------------------

    def _field_list(self, fields: Any) -> list[str]:
        if isinstance(fields, str):
            text = fields.strip()
            fields = frappe.parse_json(text) if text.startswith("[") else split_fields(text)
        kept: list[str] = []
        for field in fields or ():
            field = str(field).strip()
            if field and field not in kept:
                kept.append(field)
        return kept

    def _filter_list(self, filters: Any) -> list[Any]:
        if isinstance(filters, str):
            filters = frappe.parse_json(filters)
        if isinstance(filters, dict):
            return [make_filter_tuple(self.doctype, key, value) for key, value in filters.items()]
        return list(filters or ())

    # -- the statement -------------------------------------------------------------

    def _statement(self) -> str:
        columns = self._columns()
        if not columns:
            return ""
        where = self._where()
        group, order = self._grouping(), self._ordering()
        limit = f" limit {self.limit_page_length} offset {self.limit_start}" if self.limit_page_length else ""
        tables = self.table + "".join(self.joins.values())
        return f"select {columns} from {tables}{where}{group}{order}{limit}"

    def _columns(self) -> str:
        shown = [self._column(field) for field in self.fields]
        listed = ", ".join(column for column in shown if column)
        return f"distinct {listed}" if listed and self.distinct else listed

    def _column(self, field: str) -> str:
        """A field as SQL; empty when the user may not read it."""
        text, alias = field, None
        if aliased := _ALIASED.fullmatch(field):
            text, alias = aliased.group(1).strip(), aliased.group(2).strip()
        prefix = ""
        if text.lower().startswith("distinct "):
            prefix, text = "distinct ", text[9:].strip()
        sql = self._expression(text)
        if not sql:
            return ""
        if alias is None and (_THROUGH.fullmatch(text) or (_FULL.fullmatch(text) and not text.endswith("*"))):
            alias = text.rpartition(".")[2].strip("`")
        if alias:
            self.aliases.add(alias.lower())
        return f"{prefix}{sql} as `{alias}`" if alias else f"{prefix}{sql}"

    def _expression(self, text: str) -> str:
        if text == "*":
            return self._star()
        if call := _CALL.fullmatch(text):
            return self._call(call.group(1).lower(), call.group(2).strip())
        column, readable = self._resolve(text)
        return column if readable else ""

    def _star(self) -> str:
        if self.flags.ignore_permissions:
            return f"{self.table}.*"
        allowed = self.permitted_fields(self.doctype, self.parent_doctype)
        return ", ".join(f"{self.table}.`{column}`" for column in self._own_columns() if column in allowed)

    def _own_columns(self) -> list[str]:
        return frappe.db.get_table_columns(self.doctype)

    def _call(self, name: str, argument: str) -> str:
        if name not in ALLOWED_FUNCTIONS:
            text = frappe._("Use of function {0} in field is restricted")
            frappe.throw(text.format(name), frappe.DataError)
        prefix = ""
        if argument.lower().startswith("distinct "):
            prefix, argument = "distinct ", argument[9:].strip()
        if argument in ("*", "1", "'*'", ""):
            return f"{name}({'*' if argument else ''})"
        parts = [self._argument(part) for part in split_fields(argument)]
        return f"{name}({prefix}{', '.join(parts)})" if all(parts) else ""

    def _argument(self, text: str) -> str:
        if re.fullmatch(r"-?\d+(\.\d+)?", text):
            return text
        return self._expression(text)

    def _resolve(self, text: str) -> tuple[str, bool]:
        """(qualified column, whether the user may read it) of `field`, `table.field` or `link.field`."""
        if full := _FULL.fullmatch(text):
            doctype, column = full.groups()
            table = self._joined(doctype)
            readable = column == "*" or self._is_readable(doctype, column)
            return f"{table}.{'*' if column == '*' else f'`{column}`'}", readable
        if plain := _PLAIN.fullmatch(text):
            return f"{self.table}.`{plain.group(1)}`", self._is_readable(self.doctype, plain.group(1))
        through = _THROUGH.fullmatch(text)
        if not through:
            frappe.throw(frappe._("Use of sub-query or function is restricted"), frappe.DataError)
        return self._through(*through.groups())

    def _through(self, fieldname: str, column: str) -> tuple[str, bool]:
        df = self.doctype_meta.get_field(fieldname)
        if df is None or df.fieldtype not in ("Link", "Table", "Table MultiSelect"):
            return f"{self.table}.`{fieldname}.{column}`", True  # no such column: the database says so
        if df.fieldtype != "Link":
            return f"{self._joined(df.options)}.`{column}`", self._is_readable(df.options, column)
        return f"{self._linked(df.options, fieldname)}.`{column}`", self._is_readable(df.options, column)

    def _is_readable(self, doctype: str, column: str) -> bool:
        if self.flags.ignore_permissions:
            return True
        parent = self.parent_doctype if doctype == self.doctype else self.doctype
        return column in self.permitted_fields(doctype, parent)

    # -- joins -----------------------------------------------------------------------

    def _joined(self, doctype: str) -> str:
        """The table of this DocType; a child table is joined to ours."""
        table = f"`tab{doctype}`"
        if doctype != self.doctype and doctype not in self.joins:
            if not self.flags.ignore_permissions:
                self.check_read_permission(doctype, parent_doctype=self.doctype)
            parent = frappe.db.escape(self.doctype, percent=False)
            on = f"{table}.`parenttype` = {parent} and {table}.`parent` = {self.table}.`name`"
            self.joins[doctype] = f" {self.join} {table} on ({on})"
        return table

    def _linked(self, doctype: str, fieldname: str) -> str:
        """The table behind a link field, under a name of its own."""
        alias = f"`{fieldname}:{doctype}`"
        if alias not in self.joins:
            if not self.flags.ignore_permissions:
                self.check_read_permission(doctype)
            self.joins[alias] = (
                f" {self.join} `tab{doctype}` as {alias} on {alias}.`name` = {self.table}.`{fieldname}`"
            )
        return alias

    # -- conditions --------------------------------------------------------------------

    def _where(self) -> str:
        conditions = [self.prepare_filter_condition(each) for each in self.filters]
        if self.or_filters:
            either = " or ".join(self.prepare_filter_condition(each) for each in self.or_filters)
            conditions.append(f"({either})")
        if not self.flags.ignore_permissions:
            allowed = self.build_match_conditions()
            conditions.extend(self.conditions)
            if allowed:
                conditions.append(f"({allowed})")
        return " where " + " and ".join(conditions) if conditions else ""

    def prepare_filter_condition(self, f: Any) -> str:
        found = Filter(self.doctype, f)
        text = condition(found, f"{self._joined(found.doctype)}.`{found.fieldname}`")
        if found.many is None:
            return text
        key = f"{PLACE}{len(self.values)}{PLACE}"
        self.values[key] = found.many
        return text.replace(PLACE, key)

    # -- order and groups -----------------------------------------------------------------

    def _grouping(self) -> str:
        if not self.group_by:
            return ""
        self.validate_order_by_and_group_by(self.group_by)
        return " group by " + ", ".join(self._sorted_by(term) for term in split_fields(self.group_by) if term)

    def _ordering(self) -> str:
        if self.order_by == DefaultOrderBy:
            lone = len(self.fields) == 1 and any(name in self.fields[0].lower() for name in AGGREGATES)
            return (
                "" if self.distinct or (lone and not self.group_by) else f" order by {self._default_order()}"
            )
        self.validate_order_by_and_group_by(self.order_by)
        if not self.order_by or self.distinct:
            return ""
        terms = [self._order_term(term.strip()) for term in split_fields(self.order_by) if term.strip()]
        return " order by " + ", ".join(terms) if terms else ""

    def _default_order(self) -> str:
        field = self.doctype_meta.sort_field or "modified"
        if "," in field:
            return ", ".join(self._order_term(term.strip()) for term in field.split(","))
        return f"{self.table}.`{field}` {(self.doctype_meta.sort_field and self.doctype_meta.sort_order) or 'desc'}"

    def _order_term(self, term: str) -> str:
        found = _ONE_ORDER.fullmatch(term)
        field, direction = found.groups() if found else (term, None)
        return f"{self._sorted_by(field)}{direction or ''}"

    def _sorted_by(self, field: str) -> str:
        """An alias stays; a column gets its table, link.field its join; nothing else passes but a call of these."""
        if field.isdigit():
            return field
        if plain := _PLAIN.fullmatch(field):
            known = plain.group(1).lower() in self.aliases
            return field if known else f"{self.table}.`{plain.group(1)}`"
        if through := _THROUGH.fullmatch(field):
            return self._through(*through.groups())[0]
        if full := _FULL.fullmatch(field):
            return f"`tab{full.group(1)}`.`{full.group(2)}`"
        call = _CALL.fullmatch(field)
        if not call:
            frappe.throw(frappe._("Illegal SQL Query"), frappe.DataError)
        return (
            f"{call.group(1)}({', '.join(self._sorted_part(part) for part in split_fields(call.group(2)))})"
        )

    def _sorted_part(self, text: str) -> str:
        """An argument of a function in an order: a text, a number, or what may be sorted by itself."""
        if _TEXT.fullmatch(text) or text == "*":
            return text
        return self._sorted_by(text)

    def validate_order_by_and_group_by(self, parameters: str | None) -> None:
        """Refuses anything but columns, functions of columns and directions."""
        text = (parameters or "").lower()
        if "select" in text and "from" in text:
            frappe.throw(frappe._("Cannot use sub-query in order by"))
        if not _ORDER_BY.fullmatch(text) or "--" in text:
            frappe.throw(frappe._("Illegal SQL Query"))
        for field in split_fields(parameters or ""):
            call = _CALL.match(field)
            if call and call.group(1).lower() not in (
                *ALLOWED_FUNCTIONS,
                "ifnull",
                "coalesce",
                "field",
                "if",
            ):
                frappe.throw(frappe._("Cannot use {0} in order/group by").format(field))
            full = _FULL.match(field)
            if full and full.group(1) != self.doctype and full.group(1) not in self.joins:
                shown = frappe._("Please select atleast 1 column from {0} to sort/group")
                frappe.throw(shown.format(full.group(1)))
