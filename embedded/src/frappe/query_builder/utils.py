"""Doors to the query builder."""

from __future__ import annotations

from typing import Any

from pypika import Table

from frappe.database.utils import table_name
from frappe.query_builder.builder import FrappeQuery


def get_query_builder(type_of_db: str = "sqlite") -> type[FrappeQuery]:
    return FrappeQuery


def DocType(*args: Any, **kwargs: Any) -> Table:
    """The table of a DocType."""
    name, *others = args
    return Table(table_name(name), *others, **kwargs)


class DirectQuery:
    """A statement from fields and filters, with `.run()`."""

    def __init__(self, sql: str, values: list[Any]) -> None:
        self.sql, self.values = sql, values

    def get_sql(self, **kwargs: Any) -> str:
        import frappe

        return frappe.db.mogrify(self.sql, self.values)

    __str__ = get_sql

    def run(self, **kwargs: Any) -> Any:
        import frappe

        return frappe.db.sql(self.sql, self.values, **kwargs)


def get_query(table: Any, fields: Any = None, filters: Any = None, **options: Any) -> DirectQuery:
    """`frappe.qb.get_query`: options order_by, limit, distinct, for_update."""
    from frappe.database.query import Query

    doctype = (
        table.get_table_name().removeprefix("tab") if isinstance(table, Table) else table.removeprefix("tab")
    )
    known = {key: options[key] for key in ("order_by", "limit", "distinct", "for_update") if key in options}
    return DirectQuery(*Query.select(doctype, fields or "name", filters, **known))


def get_qb_engine() -> Any:
    return get_query


def patch_query_execute() -> None:
    """Nothing to do: the builder has `run` of its own."""
