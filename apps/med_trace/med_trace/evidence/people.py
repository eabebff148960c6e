"""Names of people and partners, fetched once for many."""

from __future__ import annotations

from collections.abc import Iterable

from med_trace.ledger.fetch import fetch

_SHOWN_BY = {
    "User": "full_name",
    "Supplier": "supplier_name",
    "Customer": "customer_name",
    "Tool": "tool_name",
}


class Names:
    """What a person, supplier, customer or tool is called; asked for in advance, answered from memory."""

    def __init__(self, doctype: str, names: Iterable[str | None]) -> None:
        wanted = sorted({name for name in names if name})
        column = _SHOWN_BY[doctype]
        self._known = {row["name"]: row[column] for row in fetch(doctype, wanted, ["name", column])}

    def __getitem__(self, name: str | None) -> str:
        return self._known.get(name or "") or name or ""
