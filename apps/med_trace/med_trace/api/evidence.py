"""Evidence over the API: the history of a lot as data and on paper. Each look at it is itself recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import get_fullname, get_system_timezone, now_datetime
from med_trace.api.edge import as_lot, as_moment, as_number, as_text, require_permission, shown
from med_trace.domain import genealogy
from med_trace.domain.errors import BadInput
from med_trace.evidence.audit_report import LARGEST_PAGE, Asked, count_of, lines_of, require_known
from med_trace.evidence.audit_report_files import as_file
from med_trace.evidence.exports import TABLES, Wanted, rows_of
from med_trace.evidence.exports_files import as_file as table_as_file
from med_trace.evidence.history import history_of, plain
from med_trace.evidence.history_print import history_pdf as print_history
from med_trace.evidence.package import package_of
from med_trace.evidence.printing import LANGUAGES, language_of, moment, speaking, utc_now
from med_trace.ledger.audit import access
from med_trace.ledger.links import parents_of
from med_trace.ledger.openness import is_restricted, require_open

LOT = "Material Lot"


@frappe.whitelist()
@shown()
def history(lot: str | None = None) -> dict[str, Any]:
    """The whole story of a lot as data, schema "med_trace.lot-history/1" (`evidence.history` names its parts).

    Errors: 403 without read permission on the lot; 404 for an unknown lot.
    """
    require_permission(LOT, "read")
    told = history_of(_lot(lot))
    access.read(LOT, told["lot"]["name"], "Lot history (data)")
    _keep()
    return told


@frappe.whitelist()
@shown()
def history_pdf(lot: str | None = None, language: str | None = None) -> None:
    """The lot history file as a PDF download. `language`: en or zh; the user's own when not given.

    Errors: 403 without read permission on the lot; 404 for an unknown lot; 417 for another language.
    """
    require_permission(LOT, "read")
    told = history_of(_lot(lot))
    language = _language(language)
    content = print_history(told, language, utc_now(), printed_line(language))
    access.printed(LOT, told["lot"]["name"], f"Lot history ({language}, PDF)")
    _download(f"history-{told['lot']['name']}.pdf", content, "pdf")


@frappe.whitelist()
@shown()
def package(lot: str | None = None, language: str | None = None) -> None:
    """The evidence package of a lot as a zip download; it verifies offline with the program inside it.

    `language` of the PDF: en or zh; the user's own when not given. Errors: 403 without read permission on the lot;
    404 for an unknown lot; 417 for another language, or when the audit trail of the lot cannot be sealed.
    """
    require_permission(LOT, "read")
    name, language = _lot(lot), _language(language)
    content = package_of(name, language)
    access.exported(LOT, name, "Evidence package (zip)")
    _download(f"evidence-{name}.zip", content, "download")


FORMATS = ("json", "csv", "xlsx", "pdf")


@frappe.whitelist()
@shown()
def audit_report(
    user: str | None = None,
    document_type: str | None = None,
    document_name: str | None = None,
    kind: str | None = None,
    category: str | None = None,
    from_time: str | None = None,
    to_time: str | None = None,
    format: str | None = None,
    start: int | str | None = None,
    limit: int | str | None = None,
    language: str | None = None,
) -> dict[str, Any] | None:
    """The audit trail, newest first, old value -> new value, one line for each; empty filters mean any.

    `format` json (the default): {total, start, limit, rows: [{at, user, printed_name, kind, category,
    document_type, document_name, field, old, new, reason, terminal, entry}]}, `limit` entries from `start`; the
    words of the system stay English there. csv, xlsx, pdf: a download of all of them in `language`.
    Errors: 403 without read permission on Audit Entry; 417 for an unknown kind, category, format or a bad time.
    """
    require_permission("Audit Entry", "read")
    about = {"document_type": document_type, "document_name": document_name}
    about |= {"user": user, "kind": kind, "category": category}
    texts = {field: as_text(value, field) for field, value in about.items()}
    asked = Asked(**texts, **_period(from_time, to_time))
    require_known(asked)
    form, language = _format(format), _language(language)
    if form != "json":
        content = as_file(asked, form, language, printed_line(language))
        access.exported("Audit Entry", None, f"Audit report ({form})")
        _download(f"audit-trail.{form}", content, "pdf" if form == "pdf" else "download")
        return None
    first, most = _whole(start, "start", 0), min(_whole(limit, "limit", 100), LARGEST_PAGE)
    rows = list(lines_of(asked, first, most))
    access.read("Audit Entry", "", "Audit report")
    _keep()
    return {"total": count_of(asked), "start": first, "limit": most, "rows": rows}


@frappe.whitelist()
@shown()
def export(
    what: str | None = None,
    from_time: str | None = None,
    to_time: str | None = None,
    lot: str | None = None,
    supplier: str | None = None,
    item: str | None = None,
    equipment: str | None = None,
    onward: bool | int | str | None = None,
    format: str | None = None,
    language: str | None = None,
) -> dict[str, Any] | None:
    """Records as a table. `what`: lots, operations (with parameters), inspections (with results) or movements.

    By period, lot, supplier, material (`item`) and equipment; empty means any. `onward`: also what was made from the
    lots that are asked for. `format` json (the default): {columns, rows}; csv, xlsx, pdf: a download in `language`.
    Errors: 403 without read permission; 417 for an unknown `what`, format, or a bad time.
    """
    require_permission(LOT, "read")
    table = as_text(what, "what", required=True)
    if table not in TABLES:
        raise BadInput("what {0}: expected one of {1}.", repr(table), ", ".join(TABLES), field="what")
    require_permission(TABLES[table].doctype, "read")
    wanted = Wanted(
        **_period(from_time, to_time),
        lot=as_text(lot, "lot"),
        supplier=as_text(supplier, "supplier"),
        item=as_text(item, "item"),
        equipment=as_text(equipment, "equipment"),
        onward=str(onward or "0").lower() not in ("0", "false", "no"),
    )
    form, language = _format(format), _language(language)
    access.exported(TABLES[table].doctype, wanted.lot, f"Table of {table} ({form})")
    if form == "json":
        _keep()
        return {"columns": TABLES[table].labels, "rows": rows_of(table, wanted)}
    content = table_as_file(table, wanted, form, language, printed_line(language))
    _download(f"{table}.{form}", content, "pdf" if form == "pdf" else "download")
    return None


def _format(given: str | None) -> str:
    form = as_text(given, "format") or "json"
    if form not in FORMATS:
        raise BadInput("format {0}: expected one of {1}.", repr(form), ", ".join(FORMATS), field="format")
    return form


def _whole(given: Any, field: str, default: int) -> int:
    number = as_number(given, field) if given not in (None, "") else default
    if number != int(number) or not 0 <= number < 2**53:
        raise BadInput("{0}: {1!r} is not a whole number from 0.", field, given, field=field)
    return int(number)


def _period(from_time: Any, to_time: Any) -> dict[str, datetime | None]:
    """On the site's clock."""
    given = {"from_time": from_time, "to_time": to_time}
    return {field: _naive(as_moment(value, field)) for field, value in given.items()}


def _naive(moment: datetime | None) -> datetime | None:
    """On the site's clock: one with an offset is brought to it."""
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)


def printed_line(language: str) -> str:
    """Who printed it and when, for the foot of each page."""
    user, at = frappe.session.user, plain(now_datetime())
    with speaking(language):
        line = _("Printed by {0} ({1}), {2} {3}")
    return line.format(get_fullname(user) or user, user, moment(at), get_system_timezone())


def _lot(given: str | None) -> str:
    """A lot whose whole story is open to this user: the evidence is not given in part."""
    lot = as_lot(given)
    if is_restricted(LOT):
        require_open(LOT, genealogy.backward([lot], parents_of).lots)
    return lot


def _language(given: str | None) -> str:
    asked = as_text(given, "language")
    if asked and asked not in LANGUAGES:
        raise BadInput(
            "language {0}: expected one of {1}.", repr(asked), ", ".join(LANGUAGES), field="language"
        )
    return language_of(asked)


def _download(name: str, content: bytes, kind: str) -> None:
    frappe.response.filename = name.replace("/", "-")
    frappe.response.filecontent = content
    frappe.response.type = kind
    _keep()


def _keep() -> None:
    """What a GET wrote (who looked at it) is committed too."""
    frappe.local.flags.commit = True
