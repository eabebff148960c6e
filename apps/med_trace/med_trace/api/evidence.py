"""Evidence over the API: the history of a lot as data and on paper. Each look at it is itself recorded."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import get_fullname, get_system_timezone, now_datetime
from med_trace.api.edge import as_text, require_permission, shown
from med_trace.domain.errors import BadInput
from med_trace.evidence.history import history_of, plain
from med_trace.evidence.history_print import history_pdf as print_history
from med_trace.evidence.package import package_of
from med_trace.evidence.printing import LANGUAGES, language_of, moment, speaking, utc_now
from med_trace.ledger.audit import access

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


def printed_line(language: str) -> str:
    """Who printed it and when, for the foot of each page."""
    user, at = frappe.session.user, plain(now_datetime())
    with speaking(language):
        line = _("Printed by {0} ({1}), {2} {3}")
    return line.format(get_fullname(user) or user, user, moment(at), get_system_timezone())


def _lot(given: str | None) -> str:
    """A lot that this user may read; user permissions may hide it."""
    lot = as_text(given, "lot", required=True)
    if frappe.db.exists(LOT, lot):
        require_permission(LOT, "read", doc=lot)
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
