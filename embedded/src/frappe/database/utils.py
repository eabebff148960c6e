"""Small shared words of the database layer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from frappe.exceptions import DataError

_NAME = re.compile(r"[\w -]+")
EmptyQueryValues = object()
DefaultOrderBy = "KEEP_DEFAULT_ORDERING"


@lru_cache(maxsize=1024)
def table_name(doctype: str) -> str:
    """`tabItem` for Item; names beginning with two underscores are tables themselves. Refuses what is no name."""
    if not _NAME.fullmatch(doctype):
        raise DataError(f"{doctype} is not the name of a DocType")
    return doctype if doctype.startswith("__") else f"tab{doctype}"


def chunked(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
