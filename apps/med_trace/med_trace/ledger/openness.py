"""Which records are open to this user, and which are not: roles, shares and the User Permissions that an
administrator restricts somebody with. One question for any number of records, none where nothing is restricted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import frappe
from frappe.desk.reportview import build_match_conditions
from med_trace.domain.errors import TraceError
from med_trace.ledger.tables import NAMES_PER_QUERY, chunks


class NotOpen(TraceError):
    """Something that is only shown whole has parts that this user may not read."""

    http_status_code = 403
    title = "Not open to you"


def closed(doctype: str, names: Iterable[str]) -> set[str]:
    """Those of `names` that are there and that this user may not read. Raises PermissionError where he may read none of the type."""
    condition = build_match_conditions(doctype)
    if not condition:
        return set()
    query = f"select name, ({condition}) from `tab{doctype}` where name in %(names)s"
    rows = (
        row for chunk in chunks(set(names), NAMES_PER_QUERY) for row in frappe.db.sql(query, {"names": chunk})
    )
    return {name for name, is_open in rows if not is_open}


def only_open(doctype: str) -> str:
    """A further condition (" and ...") of a bound query, that only the rows open to this user meet; empty when all are.

    Names the columns by the table's own name. Raises PermissionError where he may read none of the type.
    """
    condition = build_match_conditions(doctype)
    return f" and ({condition})" if condition else ""


def is_restricted(doctype: str) -> bool:
    """Whether there may be records of this type that the user does not see, though he reads others."""
    return bool(build_match_conditions(doctype))


def require_open(doctype: str, names: Collection[str]) -> None:
    """Raise NotOpen (403) unless the user may read all of them: of what must be whole, a part misleads."""
    if hidden := closed(doctype, names):
        raise NotOpen(
            "{0} of {1} records that belong to this are not open to you. Ask somebody who may read all of them.",
            len(hidden),
            len(names),
        )
