"""Fetches records by very many names, a batch at a time. For readers who have asked for permission before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
from med_trace.ledger.tables import NAMES_PER_QUERY, chunks


def fetch(
    doctype: str, names: Sequence[str], fields: Sequence[str], by: str = "name"
) -> list[dict[str, Any]]:
    """`fields` of the records of `doctype` whose column `by` holds one of `names`, in no order."""
    columns = ", ".join(f"`{field}`" for field in fields)
    query = f"select {columns} from `tab{doctype}` where `{by}` in %(names)s"
    found: list[dict[str, Any]] = []
    for chunk in chunks(names, NAMES_PER_QUERY):
        found += frappe.db.sql(query, {"names": chunk}, as_dict=True)
    return found


def fetch_named(doctype: str, names: Sequence[str], fields: Sequence[str]) -> dict[str, dict[str, Any]]:
    """As `fetch`, by name; `fields` without "name"."""
    return {row["name"]: row for row in fetch(doctype, names, ["name", *fields])}
