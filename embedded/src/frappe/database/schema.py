"""From a DocType's fields to its table: creates it, adds columns, changes types, keeps indexes.

Columns are never dropped, as in Frappe. Every text column compares without regard to case, as MariaDB's do, and
a varchar refuses what is too long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import frappe
from frappe.database.database import DEFAULT_SHORTCUTS
from frappe.database.utils import table_name
from frappe.utils import cint, cstr, flt

VARCHAR = "varchar(140)"
COLUMN_TYPES = {
    **dict.fromkeys(("Currency", "Float", "Percent", "Rating", "Duration"), "real"),
    "Check": "tinyint",
    "Int": "int(11)",
    "Long Int": "bigint(20)",
    "Date": "date",
    "Datetime": "datetime(6)",
    "Time": "time(6)",
    **dict.fromkeys(("Small Text", "Text", "Password", "Attach", "Attach Image"), "text"),
    **dict.fromkeys(
        ("Long Text", "Code", "Text Editor", "Markdown Editor", "HTML Editor", "Signature", "Barcode"),
        "longtext",
    ),
    **dict.fromkeys(("Geolocation", "JSON"), "longtext"),
    **dict.fromkeys(
        ("Data", "Link", "Dynamic Link", "Select", "Read Only", "Color", "Icon", "Phone"), VARCHAR
    ),
    "Autocomplete": VARCHAR,
}
NUMBERS = ("real", "tinyint", "int(11)", "bigint(20)")


class InvalidColumnName(frappe.ValidationError):
    """A fieldname that cannot be a column."""


class Column(NamedTuple):
    name: str
    type: str
    default: str | None = None  # an SQL literal
    required: bool = False
    unique: bool = False
    searched: bool = False

    def definition(self) -> str:
        parts = [f"`{self.name}` {self.type}"]
        if self.required:
            parts.append("not null")
        if self.default is not None:
            parts.append(f"default {self.default}")
        if self.type.startswith(("varchar", "text", "longtext")):
            parts.append("collate nocase")
        if self.type.startswith("varchar"):
            parts.append(f"check (length(`{self.name}`) <= {_length(self.type)})")
        return " ".join(parts)


def _length(type_: str) -> int:
    return int(type_[8:-1])


OWN = (
    Column("creation", "datetime(6)"),
    Column("modified", "datetime(6)", searched=True),
    Column("modified_by", VARCHAR),
    Column("owner", VARCHAR),
    Column("docstatus", "tinyint", "0", required=True),
    Column("idx", "int(11)", "0", required=True),
)
CHILD = (
    Column("parent", VARCHAR, searched=True),
    Column("parentfield", VARCHAR),
    Column("parenttype", VARCHAR),
)
OPTIONAL = tuple(Column(name, "text") for name in ("_user_tags", "_comments", "_assign", "_liked_by"))


def get_definition(
    fieldtype: str, precision: Any = None, length: Any = None, *, options: Any = None
) -> str | None:
    """The column type of a field; None for a field without a column."""
    kind = COLUMN_TYPES.get(fieldtype)
    if kind == VARCHAR and cint(length):
        return f"varchar({cint(length)})"
    if kind == "int(11)" and cint(length) > 11:
        return "bigint(20)"
    return kind


def column_of(field: Any) -> Column | None:
    """The column of a DocField; None where it has none."""
    kind = get_definition(field.get("fieldtype"), field.get("precision"), field.get("length"))
    if kind is None or cint(field.get("is_virtual")):
        return None
    given, text = field.get("default"), kind.startswith(("text", "longtext"))
    default = None
    if kind in NUMBERS:
        default = str(flt(given)) if kind == "real" else str(cint(given))
    elif given and not text and given not in DEFAULT_SHORTCUTS and not cstr(given).startswith(":"):
        default = frappe.db.escape(given, percent=False)
    return Column(
        field.get("fieldname"),
        kind,
        default,
        required=kind in NUMBERS,
        unique=bool(cint(field.get("unique"))) and not text,
        searched=bool(cint(field.get("search_index"))),
    )


def columns_of(meta: Any) -> list[Column]:
    """All columns but `name`, in the order of a new table."""
    fields = [column_of(field) for field in meta.get("fields") or []]
    found = [*OWN, *(CHILD if cint(meta.get("istable")) else OPTIONAL)]
    taken = {column.name for column in found} | {"name"}
    return [*found, *(column for column in fields if column and column.name not in taken)]


def update_table(doctype: str, meta: Any = None) -> None:
    """Brings the table of a DocType up to its fields. Commits when something changes."""
    meta = meta or frappe.get_meta(doctype, False)
    if cint(meta.get("issingle")) or cint(meta.get("is_virtual")):
        return
    columns = columns_of(meta)
    for column in columns:
        validate_column_name(column.name)
    if frappe.db.has_table_named(table_name(doctype)):
        _alter(table_name(doctype), columns)
    else:
        create_table(table_name(doctype), columns)


def create_table(table: str, columns: Iterable[Column]) -> None:
    columns = list(columns)
    key = f"{VARCHAR} collate nocase not null check (length(`name`) <= 140)"
    listed = ", ".join([f"`name` {key} primary key", *(column.definition() for column in columns)])
    _change(
        [
            f"create table `{table}` ({listed})",
            *(_index(table, column) for column in columns if _indexed(column)),
        ]
    )


def _indexed(column: Column) -> bool:
    return column.unique or column.searched


def _index(table: str, column: Column) -> str:
    kind = "unique index" if column.unique else "index"
    return f"create {kind} `{table}.{column.name}` on `{table}` (`{column.name}`)"


def _alter(table: str, columns: list[Column]) -> None:
    present = {row.name: row for row in frappe.db.get_table_columns_description(table)}
    changed = {
        column.name: column.definition().split(" ", 1)[1]
        for column in columns
        if column.name in present and present[column.name].type != column.type
    }
    if changed:
        rebuild_table(table, changed)
    statements = []
    for column in columns:
        known = present.get(column.name)
        if known is None:
            statements.append(f"alter table `{table}` add column {column.definition()}")
        statements.extend(_index_changes(table, column, known))
    _change(statements)


def _index_changes(table: str, column: Column, known: Any) -> list[str]:
    name = f"{table}.{column.name}"
    there = bool(known and known.index)
    if there and known.unique and not column.unique:
        return [f"drop index if exists `{name}`", *([_index(table, column)] if column.searched else [])]
    if column.unique and not (there and known.unique):
        return [f"drop index if exists `{name}`", _index(table, column)]
    return [_index(table, column)] if column.searched and not there else []


def rebuild_table(table: str, changed: dict[str, str]) -> None:
    """Makes the table anew with other definitions (`type not null ...`) for some columns; rows keep their rowid."""
    db = frappe.db
    source = db.sql("select sql from sqlite_master where type = 'table' and name = %s", (table,))[0][0]
    others = "select sql from sqlite_master where tbl_name = %s and type in ('index', 'trigger') and sql is not null"
    again = [row[0] for row in db.sql(others, (table,))]
    for column, definition in changed.items():
        source = _redefined(source, column, definition)
    listed = ", ".join(f"`{column}`" for column in db.get_db_table_columns(table))
    fresh = f"__new_{table}"
    _change(
        [
            re.sub(r"[`\"]?" + re.escape(table) + r"[`\"]?", f"`{fresh}`", source, count=1),
            f"insert into `{fresh}` (rowid, {listed}) select rowid, {listed} from `{table}`",
            f"drop table `{table}`",
            f"alter table `{fresh}` rename to `{table}`",
            *again,
        ]
    )


def _redefined(source: str, column: str, definition: str) -> str:
    """The `create table` statement with one column defined anew."""
    start = source.index(f"`{column}` ")
    depth, end = 0, start
    while depth >= 0 and not (depth == 0 and source[end] == ","):
        depth += (source[end] == "(") - (source[end] == ")")
        end += 1
    end -= 1 if depth < 0 else 0
    return f"{source[:start]}`{column}` {definition}{source[end:]}"


def _change(statements: list[str]) -> None:
    """All of them in one transaction of their own."""
    if not statements:
        return
    frappe.db.commit()
    for statement in statements:
        frappe.db.run_ddl(statement)
    frappe.db.sql("commit")


def validate_column_name(n: str) -> str:
    if special := re.findall(r"[\W]", n, re.UNICODE):
        names = ", ".join(f'"{sign}"' for sign in special)
        text = frappe._("Fieldname {0} cannot have special characters like {1}")
        frappe.throw(text.format(frappe.bold(cstr(n)), names), frappe.db.InvalidColumnName)
    return n
