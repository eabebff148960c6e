"""The verbs of release: list what blocks, release by signature, revoke and say where it went."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain import genealogy
from med_trace.domain import release as rules
from med_trace.domain.errors import NotFound, TraceError
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.release import Blocker
from med_trace.domain.states import State
from med_trace.ledger.links import children_of
from med_trace.ledger.rows import rows_matching
from med_trace.ledger.service import hold, record
from med_trace.ledger.shown import shown, translated
from med_trace.ledger.signing import is_signed, require_signed, signatures_of
from med_trace.ledger.signing import signatures_needed as signatures_by_rule
from med_trace.release.facts import lot_record

RELEASED = "Released"
REVOKED = "Release Revoked"


class NotReleasable(TraceError):
    """Something that the release needs is open. `blockers` has every reason."""

    title = "Cannot be released yet"

    def __init__(self, template: str, *arguments: object, blockers: Sequence[Blocker] = ()) -> None:
        super().__init__(template, *arguments)
        self.blockers = tuple(blockers)


@shown()
def blockers(lot: str, quantity: Decimal | None = None) -> list[Blocker]:
    """Every reason against releasing `lot` now; `quantity` is what the release says, none: all on hand."""
    on_hand = frappe.db.get_value("Material Lot", lot, "on_hand")
    if on_hand is None:
        raise NotFound("Lot {0} does not exist.", lot)
    wanted = Decimal(str(on_hand)) if quantity is None else quantity
    return rules.blockers(lot_record(lot, wanted, now_datetime().date()))


@shown()
def prepare(release: Document) -> None:
    """Fill in what follows from the lot: quantity on hand, signatures required, what still blocks."""
    if release.docstatus or not release.lot:
        return
    if not frappe.db.exists("Material Lot", release.lot):
        raise NotFound("Lot {0} does not exist.", release.lot)
    release.quantity = frappe.db.get_value("Material Lot", release.lot, "on_hand")
    release.signatures_required = signatures_by_rule(release, RELEASED)
    release.set("blockers", [])
    for one in blockers(release.lot):
        release.append(
            "blockers",
            {
                "rule": one.rule,
                "message": translated(one.message),
                "record_type": one.doctype,
                "record": one.name,
            },
        )


def signatures_needed(lot: str) -> int:
    """As many as the lot or its item asks for, whichever is more; at least one."""
    own, item = frappe.db.get_value("Material Lot", lot, ["release_signatures", "item_code"])
    return max(1, int(own or 0), int(frappe.get_cached_value("Item", item, "mt_release_signatures") or 0))


@shown()
def require_releasable(release: Document) -> None:
    """Raises NotReleasable with every reason."""
    found = blockers(release.lot, Decimal(str(release.quantity or 0)))
    if found:
        reasons = "".join(f"<li>{_(one.rule)}: {translated(one.message)}</li>" for one in found)
        raise NotReleasable(
            "Lot {0} cannot be released yet: {1}", release.lot, f"<ul>{reasons}</ul>", blockers=found
        )


def release_when_signed(release: Document) -> None:
    """Submit the release once it has all the signatures that it needs."""
    if is_signed(release, RELEASED):
        release.workflow_state = RELEASED
        release.flags.ignore_permissions = True  # signing has checked the signer's authority
        release.submit()


def revoke_when_signed(release: Document) -> None:
    if not is_signed(release, REVOKED):
        return
    release.workflow_state = "Revoked"
    release.flags.ignore_permissions = True  # signing has checked the signer's authority
    release.cancel()


def _counts(signature: dict[str, Any], meaning: str) -> bool:
    return bool(signature["valid"]) and signature["meaning"] == meaning


def record_release(release: Document) -> None:
    """The signed decision takes effect: the lot is Released."""
    row = Row(Action.RELEASE, release.lot, Decimal(str(release.quantity)))
    record(EventDraft(EventType.RELEASED, (row,), source_doctype=release.doctype, source_name=release.name))


def require_decision(release: Document, meaning: str) -> None:
    """Raises NotSigned unless the release carries enough valid signatures of that meaning."""
    require_signed(release, meaning)


def revoke(release: Document) -> None:
    """Stop the lot and everything made from it, and write down who has received any of it."""
    reason = _last_reason(release)
    source = (release.doctype, release.name)
    made_from = [lot for lot in genealogy.forward([release.lot], children_of).lots if lot != release.lot]
    if frappe.db.get_value("Material Lot", release.lot, "state") == State.RELEASED.value:
        rows = (Row(Action.REVOKE_RELEASE, release.lot),)
        record(
            EventDraft(
                EventType.RELEASE_REVOKED,
                rows,
                source_doctype=source[0],
                source_name=source[1],
                reason=reason,
            )
        )
    else:
        hold([release.lot], reason, source=source, with_descendants=False)
    if made_from:
        hold(made_from, reason, source=source, with_descendants=False)
    went = where_it_went([release.lot, *made_from])
    release.db_set(
        {
            "revoked_at": now_datetime(),
            "revocation_reason": reason,
            "consignees": "\n".join(_as_text(line) for line in went),
        }
    )
    if went:
        frappe.msgprint(
            "<br>".join(_as_text(line) for line in went), title=_("The lot went to"), indicator="orange"
        )


def _last_reason(release: Document) -> str:
    given = [one for one in signatures_of(release.doctype, release.name) if _counts(one, REVOKED)]
    return (given[-1]["reason"] if given else "") or _("Release revoked")


def where_it_went(lots: Sequence[str]) -> list[dict[str, Any]]:
    """Who has received any of `lots`: consignee, name, lot, shipped and returned quantity, last date."""
    rows = rows_matching({"lot": lots, "action": [Action.SHIP.value, Action.RETURN.value]})
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row.consignee or "", row.lot)
        line = lines.setdefault(
            key, {"consignee": key[0], "lot": row.lot, "shipped": Decimal(0), "returned": Decimal(0)}
        )
        line["shipped" if row.action == Action.SHIP.value else "returned"] += row.quantity
        line["last"] = row.time
    return [lines[key] for key in sorted(lines)]


def _as_text(line: dict[str, Any]) -> str:
    return _("{0}: {1} of lot {2}, {3} returned, last on {4}").format(
        line["consignee"],
        f"{line['shipped'].normalize():f}",
        line["lot"],
        f"{line['returned'].normalize():f}",
        line["last"].date().isoformat(),
    )
