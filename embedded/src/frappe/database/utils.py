"""Small shared words of the database layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

Query = Any  # str or a frappe.qb query
QueryValues = Union[tuple[Any, ...], list[Any], dict[str, Any], None]
FilterValue = Union[str, int, bool]
EmptyQueryValues = object()
DefaultOrderBy = "KEEP_DEFAULT_ORDERING"
NestedSetHierarchy = (
    "ancestors of",
    "descendants of",
    "not ancestors of",
    "not descendants of",
    "descendants of (inclusive)",
)


def is_query_type(query: str, query_type: str | tuple[str, ...]) -> bool:
    """Whether the statement begins with one of these words."""
    return query.lstrip().split(maxsplit=1)[0].lower().startswith(query_type)


def is_pypika_function_object(field: Any) -> bool:
    return getattr(field, "__module__", "").startswith(("pypika.functions", "frappe.query_builder.functions"))


def table_name(doctype: str) -> str:
    """`tabItem` for Item; names beginning with two underscores are tables themselves."""
    return doctype if doctype.startswith("__") else f"tab{doctype}"


def chunked(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
