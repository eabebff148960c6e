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
