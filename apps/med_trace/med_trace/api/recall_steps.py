"""The steps of a Recall over REST, from its scope to its end. Thin; `recall.service` takes them.

Initiation and termination are signatures: `api.sign.sign("Recall", name, "Initiated" or "Terminated", ...)`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from med_trace.api.edge import as_list, as_moment, as_number, as_text, require_permission, shown
from med_trace.domain.errors import BadInput, NotFound
from med_trace.recall import service

METHODS = ("Letter", "E-mail", "Telephone", "Visit")


@frappe.whitelist(methods=["POST"])
@shown()
def build_scope(recall: str | None = None) -> dict[str, Any]:
    """Compute the scope of the recall's criteria and store it with its snapshot. As `api.recall.scope`."""
    return service.build_scope(_require_recall(recall, "write"))


@frappe.whitelist(methods=["POST"])
@shown()
def place_holds(recall: str | None = None) -> list[str]:
    """Hold everything in scope at once. Returns the events."""
    return service.place_holds(_require_recall(recall, "write"))


@frappe.whitelist(methods=["POST"])
@shown()
def withdraw(recall: str | None = None, reason: str | None = None) -> None:
    """Give up a recall that was not initiated, and lift its holds."""
    service.withdraw(_require_recall(recall, "write"), _named(reason, "reason"))


@frappe.whitelist(methods=["POST"])
@shown()
def lift(recall: str | None = None, lots: list | str | None = None, reason: str | None = None) -> list[str]:
    """Give lots free that are not concerned after all, or were corrected. Returns the events."""
    document = _require_recall(recall, "write")
    names = [_named(lot, "lots") for lot in as_list(lots or [], "lots")]
    return service.lift_recall(document, names, _named(reason, "reason"))


@frappe.whitelist()
@shown()
def notice(
    recall: str | None = None, consignee: str | None = None, format: str = "html", language: str | None = None
) -> str | None:
    """The notice to one consignee: `format` html (returned) or pdf (a download).

    `language`: en or zh; none: the consignee's own, as the Customer says.
    """
    document = _require_recall(recall, "read")
    receiver = _named(consignee, "consignee")
    if format == "html":
        return service.notice_html(document, receiver, as_text(language, "language"))
    if format != "pdf":
        raise BadInput("format is {0}; expected html or pdf.", repr(format), field="format")
    frappe.response.filecontent = service.notice_pdf(document, receiver, as_text(language, "language"))
    frappe.response.filename = f"{frappe.scrub(document.name)}-{frappe.scrub(receiver)}.pdf"
    frappe.response.type = "pdf"
    return None


@frappe.whitelist(methods=["POST"])
@shown()
def record_notice(
    recall: str | None = None, consignee: str | None = None, method: str | None = None, at: str | None = None
) -> None:
    """Enter that a consignee was notified: `method` Letter, E-mail, Telephone or Visit; `at` a time, none: now."""
    document = _require_recall(recall, "write")
    service.record_notice(document, _named(consignee, "consignee"), _method(method), as_moment(at, "at"))


@frappe.whitelist(methods=["POST"])
@shown()
def record_reply(
    recall: str | None = None,
    consignee: str | None = None,
    lot: str | None = None,
    held: float | str = 0,
    used: float | str = 0,
    destroyed: float | str = 0,
    reply: str = "",
    outcome: str | None = None,
    outcome_reason: str | None = None,
) -> None:
    """Enter what a consignee answered about one lot, in the lot's unit of measure."""
    document = _require_recall(recall, "write")
    quantities = {
        "quantity_held": _number(held, "held"),
        "quantity_used": _number(used, "used"),
        "quantity_destroyed": _number(destroyed, "destroyed"),
    }
    service.record_reply(
        document,
        _named(consignee, "consignee"),
        _named(lot, "lot"),
        quantities,
        reply,
        outcome=outcome,
        outcome_reason=outcome_reason,
    )


@frappe.whitelist(methods=["POST"])
@shown()
def record_recovered(
    recall: str | None = None, consignee: str | None = None, lot: str | None = None, quantity: float | str = 0
) -> None:
    """Add a quantity that came back outside of a stock document."""
    document = _require_recall(recall, "write")
    service.record_recovered(
        document, _named(consignee, "consignee"), _named(lot, "lot"), _number(quantity, "quantity")
    )


@frappe.whitelist(methods=["POST"])
@shown()
def record_check(
    recall: str | None = None,
    consignee: str | None = None,
    method: str | None = None,
    is_effective: bool | int | str = 0,
    notes: str = "",
) -> None:
    """Enter one effectiveness check of a consignee, made by this user now."""
    document = _require_recall(recall, "write")
    is_done = frappe.utils.sbool(is_effective) == 1
    service.record_check(document, _named(consignee, "consignee"), _method(method), is_done, notes)


@frappe.whitelist()
@shown()
def status(recall: str | None = None) -> dict[str, Any]:
    """The status report: consignees notified, responded, settled; quantities; what keeps the recall open."""
    return service.status_report(_require_recall(recall, "read"))


@frappe.whitelist()
@shown()
def verify_snapshot(recall: str | None = None) -> dict[str, Any]:
    """Compute the scope again as of its ledger position: valid, digests, differences."""
    return service.verify_snapshot(_require_recall(recall, "read"))


def _require_recall(name: str | None, permission: str) -> Document:
    require_permission("Recall", permission)
    name = _named(name, "recall")
    if not frappe.db.exists("Recall", name):
        raise NotFound("Recall {0} does not exist.", name)
    document = frappe.get_doc("Recall", name)
    document.check_permission(permission)
    return document


def _named(given: Any, field: str) -> str:
    return as_text(given, field, required=True)


def _number(given: Any, field: str) -> Decimal:
    number = as_number(given, field)
    if number < 0:
        raise BadInput("{0} is {1}; expected a number, zero or above.", field, number, field=field)
    return number


def _method(given: str | None) -> str:
    if given not in METHODS:
        raise BadInput("method is {0}; expected one of {1}.", repr(given), ", ".join(METHODS), field="method")
    return given
