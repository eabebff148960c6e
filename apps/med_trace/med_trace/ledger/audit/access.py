"""Who looked at what, printed or took it away (AUD-7)."""

from __future__ import annotations

from med_trace.domain.audit_entry import Category, Kind
from med_trace.ledger.audit.entries import append


def read(doctype: str, name: str, what: str) -> str:
    """`what` says what was shown: "History", "Trace", ... Returns the entry's name."""
    return _append(Kind.READ, doctype, name, what)


def exported(doctype: str | None, name: str | None, what: str) -> str:
    """`what` says what was taken away, and in which form: "Evidence package (zip)"."""
    return _append(Kind.EXPORTED, doctype, name, what)


def printed(doctype: str, name: str, what: str) -> str:
    return _append(Kind.PRINTED, doctype, name, what)


def _append(kind: Kind, doctype: str | None, name: str | None, what: str) -> str:
    return append(
        kind,
        category=Category.ACCESS,
        document_type=doctype,
        document_name=name,
        changes=[{"field": "what", "new": what}],
    )
