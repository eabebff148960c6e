"""The release of lots over the API: what waits, its review by exception, and the draft that is signed."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, get_datetime
from med_trace.api.edge import as_lot, require_permission, shown
from med_trace.domain.states import State
from med_trace.ledger import signing
from med_trace.ledger.shown import translated
from med_trace.release import service
from med_trace.release.checked import checked
from med_trace.release.deviations import deviations

PAGE = 50  # lots of one answer: each is judged by every rule of the release
FURTHEST = 10**6


@frappe.whitelist()
@shown()
def waiting(start: int | str = 0) -> dict[str, Any]:
    """Lots on hand that await their release, the longest first: {count, lots}, at most 50 from `start`.

    Each: lot, item_code, item_name, quantity, uom, waiting_since, release (its draft or None), signatures_given,
    signatures_needed, signed_by_me, blockers (how many).
    Errors: 403 without read permission on lots and releases.
    """
    require_permission("Material Lot", "read")
    require_permission("Lot Release", "read")
    filters = {"state": State.AWAITING_RELEASE.value, "on_hand": [">", 0]}
    count = frappe.get_list("Material Lot", filters=filters, fields=["count(name) as number"], order_by=None)
    lots = frappe.get_list(
        "Material Lot",
        filters=filters,
        fields=[
            "name as lot",
            "item_code",
            "item_name",
            "on_hand as quantity",
            "uom",
            "last_event_at as waiting_since",
        ],
        order_by="last_event_at asc, name asc",
        limit_start=min(max(0, cint(start)), FURTHEST),
        limit_page_length=PAGE,
    )
    drafts = {row.lot: row.name for row in _drafts([row.lot for row in lots])}
    return {"count": count[0].number, "lots": [_waiting(row, drafts.get(row.lot)) for row in lots]}


@frappe.whitelist()
@shown()
def review(lot: str | None = None) -> dict[str, Any]:
    """Review by exception: lot, its facts, its release, `blockers` [rule, message, doctype, name], `deviations`
    [kind, what, message, reason, doctype, name, at, user, severity], the worst first, `checked` [group, label,
    count, items], `signatures`, needed, given, may_sign and why_not.

    Errors: 403 without read permission on the lot and on releases, 404 for a lot that does not exist.
    """
    require_permission("Lot Release", "read")
    name = as_lot(lot)
    facts = frappe.db.get_value(
        "Material Lot", name, ["item_code", "item_name", "state", "on_hand as quantity", "uom"], as_dict=True
    )
    release = _latest(name)
    return {
        "lot": name,
        **facts,
        "release": release.name if release else None,
        "release_state": release.workflow_state if release else None,
        "blockers": [_blocker(one) for one in service.blockers(name)] if _is_open(release) else [],
        "deviations": [_deviation(one) for one in deviations(name)],
        "checked": checked(name),
        **_signing(name, release),
    }


@frappe.whitelist(methods=["POST"])
@shown()
def prepare(lot: str | None = None) -> str:
    """The draft release of a lot, made where there is none; returns its name.

    Errors: 403 without permission to write releases, 404 for a lot that does not exist.
    """
    require_permission("Lot Release", "create")
    name = as_lot(lot)
    drafts = _drafts([name])
    return drafts[0].name if drafts else frappe.get_doc({"doctype": "Lot Release", "lot": name}).insert().name


def _drafts(lots: list[str]) -> list[Any]:
    filters = {"lot": ["in", lots], "docstatus": 0}
    return frappe.get_all("Lot Release", filters=filters, fields=["name", "lot"], order_by="creation asc")


def _waiting(row: Any, release: str | None) -> dict[str, Any]:
    given = _given(release) if release else []
    return {
        **row,
        "release": release,
        "signatures_given": len({one["signer"] for one in given}),
        "signatures_needed": signing.signatures_needed(_release(row.lot, release), service.RELEASED),
        "signed_by_me": any(one["signer"] == frappe.session.user for one in given),
        "blockers": len(service.blockers(row.lot)),
    }


def _release(lot: str, name: str | None) -> Any:
    return (
        frappe.get_doc("Lot Release", name)
        if name
        else frappe.get_doc({"doctype": "Lot Release", "lot": lot})
    )


def _latest(lot: str) -> Any:
    """The draft, else the release in force, else the last one."""
    fields = ["name", "docstatus", "workflow_state"]
    rows = frappe.get_all("Lot Release", filters={"lot": lot}, fields=fields, order_by="creation desc")
    return min(rows, key=lambda row: row.docstatus, default=None)


def _is_open(release: Any) -> bool:
    return not release or release.docstatus != 1


def _given(release: str) -> list[dict[str, Any]]:
    rows = signing.signatures_of("Lot Release", release)
    return [row for row in rows if row["valid"] and row["meaning"] == service.RELEASED]


def _signing(lot: str, release: Any) -> dict[str, Any]:
    name = release.name if release else None
    status = signing.status("Lot Release", name)
    offered = next((one for one in status["meanings"] if one["meaning"] == service.RELEASED), {})
    why_not = offered.get("why_not", status["why_not"])
    return {
        "signatures": signing.signatures_of("Lot Release", name) if name else [],
        "needed": signing.signatures_needed(_release(lot, name), service.RELEASED),
        "given": offered.get("given", 0),
        "may_sign": not why_not and frappe.has_permission("Lot Release", "create"),
        "why_not": why_not,
    }


def _blocker(one: Any) -> dict[str, str]:
    return {"rule": one.rule, "message": translated(one.message), "doctype": one.doctype, "name": one.name}


def _deviation(one: Any) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "what": _(one.kind.value),
        "message": translated(one.message),
        "reason": one.reason,
        "doctype": one.doctype,
        "name": one.name,
        "at": str(get_datetime(one.at)) if one.at else None,
        "user": one.user,
        "severity": one.severity.value,
    }
