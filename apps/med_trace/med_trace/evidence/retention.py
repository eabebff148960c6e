"""What has to be kept, and until when: nothing that says something about a lot is removed before its period is over.

A lot's period runs from the last thing that happened to it (its release, its last shipment, a recall), for the years
of its item or of the site, and never ends before the lot's expiry date. What it was made from is kept as long as it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, nowdate
from med_trace.domain.errors import TraceError
from med_trace.evidence.story import BY_ROWS, NAMED_BY, OF_A_LOT
from med_trace.ledger.events.rename import NAMED_IN
from med_trace.ledger.fetch import fetch
from med_trace.ledger.links import children_of
from med_trace.ledger.shown import shown

DEFAULT_YEARS = 15  # implants under EU MDR; others need less
ALLOW_UNINSTALL = "med_trace_allow_uninstall"
# Records that name a lot in a column of their own, beside those of a story.
ALSO_OF_A_LOT = {"Batch": ("Material Lot", "batch", "name"), "Serial No": ("Serial Unit", "serial_no", "lot")}
KEPT_BY_VALIDITY = "Qualification"


class StillKept(TraceError):
    """Its retention period is not over."""

    http_status_code = 403
    title = "Kept"


@shown()
def require_removable(doctype: str, name: str) -> None:
    """Raise StillKept, with the day and the lot, while the record has to be kept."""
    until, lot = kept_until(doctype, name)
    if until and until >= getdate(nowdate()):
        raise StillKept(
            "{0} {1} is kept until {2}: it is part of the history of {3}. Cancel, correct or disable it instead.",
            *(frappe._(doctype), name, until.isoformat(), lot or frappe._(doctype)),
        )


@shown()
def require_nothing_kept() -> None:
    """Raise StillKept while any lot has to be kept: before the app or its tables go."""
    if frappe.conf.get(ALLOW_UNINSTALL):
        return
    for name, until in _lots_kept(_all_lots()):
        raise StillKept(
            "The records of lot {0} are kept until {1}. Export and archive them first (med-trace export-audit), then"
            " set {2} to 1 in the site's configuration.",
            *(name, until.isoformat(), ALLOW_UNINSTALL),
        )


def kept_until(doctype: str, name: str) -> tuple[date | None, str]:
    """The last day of a record's period and the lot that asks for it; (None, "") for what is about no lot."""
    if doctype == "File":
        return _file_kept_until(name)
    if doctype == KEPT_BY_VALIDITY:
        return _validity_kept_until(name)
    lots = lots_of(doctype, name)
    latest = max(((until, lot) for lot, until in _lots_kept(lots)), default=None)
    if latest is None and doctype in NAMED_IN:
        return _named_kept_until(doctype, name)
    return latest or (None, "")


def lots_of(doctype: str, name: str) -> list[str]:
    """The lots that a record says something about."""
    if doctype == "Material Lot":
        return [name]
    if doctype in OF_A_LOT:
        return _values(doctype, OF_A_LOT[doctype], {"name": name})
    if doctype in BY_ROWS:
        return _values(BY_ROWS[doctype], "lot", {"parent": name})
    if doctype in ALSO_OF_A_LOT:
        table, column, lot = ALSO_OF_A_LOT[doctype]
        return _values(table, lot, {column: name})
    using = [pair for pair, target in NAMED_BY.items() if target == doctype]
    if using:
        return [lot for record, column in using for lot in _values(record, "lot", {column: name})]
    events = _values("Trace Event", "name", {"source_doctype": doctype, "source_name": name})
    return sorted({row["lot"] for row in fetch("Trace Event Item", events, ["lot"], by="parent")})


def _values(doctype: str, column: str, filters: dict[str, str]) -> list[str]:
    found = frappe.get_all(doctype, filters=filters, pluck=column, limit_page_length=0)
    return sorted({value for value in found if value})


# -- periods


def _lots_kept(lots: Iterable[str]) -> list[tuple[str, date]]:
    """The lots to which something has happened, with the last day of their period; descendants count."""
    found = []
    for lot in lots:
        last = _own_period(lot)
        if last and last < getdate(nowdate()):
            last = max(last, *(_own_period(child) or last for child in _descendants(lot)), last)
        if last:
            found.append((lot, last))
    return found


def _own_period(lot: str) -> date | None:
    fields = ["item_code", "last_event_at", "expiry_date"]
    facts = frappe.db.get_value("Material Lot", lot, fields, as_dict=True)
    happened = (facts and facts.last_event_at) or _last_row(lot)
    if not facts or not happened:
        return None
    years = frappe.get_cached_value("Item", facts.item_code, "mt_retention_years") or default_years()
    last = _years_after(happened, int(years))
    return max(last, getdate(facts.expiry_date)) if facts.expiry_date else last


def _last_row(lot: str) -> datetime | None:
    """Also what was taken back is history."""
    return frappe.db.sql("select max(event_time) from `tabTrace Event Item` where lot = %s", lot)[0][0]


def default_years() -> int:
    if not frappe.get_meta("Trace Settings").has_field(
        "retention_years"
    ):  # between an update and its migration
        return DEFAULT_YEARS
    return int(frappe.db.get_single_value("Trace Settings", "retention_years") or DEFAULT_YEARS)


def _years_after(moment: datetime, years: int) -> date:
    day = getdate(moment)
    try:
        return day.replace(year=min(day.year + years, 9999))
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)


def _descendants(lot: str) -> list[str]:
    seen, frontier = {lot}, [lot]
    while frontier:
        frontier = sorted({link.child for link in children_of(frontier)} - seen)
        seen.update(frontier)
    return sorted(seen - {lot})


def _all_lots() -> list[str]:
    """The youngest first: the first of them decides."""
    return frappe.get_all("Material Lot", pluck="name", order_by="last_event_at desc", limit_page_length=0)


# -- what is kept for another reason than a lot of its own


def _file_kept_until(name: str) -> tuple[date | None, str]:
    """A file is kept as long as the record that it hangs on."""
    doctype, record = frappe.db.get_value("File", name, ["attached_to_doctype", "attached_to_name"]) or (
        None,
        None,
    )
    if not doctype or not record or doctype == "File":
        return None, ""
    return kept_until(doctype, record)


def _validity_kept_until(name: str) -> tuple[date | None, str]:
    """A qualification of what the ledger names: counted from the end of its validity, or from today."""
    fields = ["subject_doctype", "subject", "valid_to"]
    subject_doctype, subject, valid_to = frappe.db.get_value(KEPT_BY_VALIDITY, name, fields) or (
        None,
        None,
        None,
    )
    used, _ = _named_kept_until(subject_doctype, subject) if subject_doctype in NAMED_IN else (None, "")
    if not used:
        return None, ""
    return max(used, _years_after(getdate(valid_to or nowdate()), default_years())), subject


def _named_kept_until(doctype: str, name: str) -> tuple[date | None, str]:
    """A partner, machine, tool or person that the ledger names: from the last event that does."""
    times = [
        frappe.db.sql(f"select max(event_time) from `tab{table}` where `{column}` = %s", name)[0][0]
        for table, column in NAMED_IN[doctype]
        if table.startswith("Trace Event")
    ]
    last = max((getdate(at) for at in times if at), default=None)
    return (_years_after(last, default_years()), name) if last else (None, "")


# -- routes


def require_own_tables_may_go(doctype: str) -> None:
    """Raise StillKept when a DocType of this app would take its records along."""
    app = frappe.db.get_value("DocType", doctype, "module")
    if app and frappe.db.get_value("Module Def", app, "app_name") == "med_trace":
        require_nothing_kept()


def is_moved_away(file: Document) -> bool:
    """Whether a file that is there would hang on another record, or on none."""
    before: Sequence[str | None] = (
        frappe.db.get_value("File", file.name, ["attached_to_doctype", "attached_to_name"]) or ()
    )
    return bool(before) and any(before) and tuple(before) != (file.attached_to_doctype, file.attached_to_name)
