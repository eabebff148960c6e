"""Small shared words of the database layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

EmptyQueryValues = object()
DefaultOrderBy = "KEEP_DEFAULT_ORDERING"


def table_name(doctype: str) -> str:
    """`tabItem` for Item; names beginning with two underscores are tables themselves."""
    return doctype if doctype.startswith("__") else f"tab{doctype}"


def chunked(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
