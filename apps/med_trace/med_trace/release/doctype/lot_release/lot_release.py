"""The signed decision that a lot may leave, and its revocation."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from med_trace.ledger.signing import signatures_of
from med_trace.release import service
from med_trace.release.facts import record_authors

DRAFT = "Draft"


class LotRelease(Document):
    # Not part of what is signed: what follows from signing, and the list of blockers (empty when signed).
    unsigned_fields = (
        "blockers",
        "signatures_required",
        "released_at",
        "revoked_at",
        "revocation_reason",
        "consignees",
    )

    def validate(self) -> None:
        if self.docstatus.is_draft() and (self.workflow_state or DRAFT) != DRAFT:
            frappe.throw(
                _("{0} becomes {1} by its signatures. Sign it instead of setting the state.").format(
                    self.name, self.workflow_state
                )
            )
        service.prepare(self)

    def before_sign(self, meaning: str) -> None:
        if meaning == service.RELEASED:
            service.require_releasable(self)

    def on_signed(self, signature: str) -> None:
        if self.docstatus == 0:
            service.release_when_signed(self)
        else:
            service.revoke_when_signed(self)

    def signatures_needed(self, meaning: str) -> int:
        return service.signatures_needed(self.lot) if meaning == service.RELEASED else 1

    def record_authors(self) -> set[str]:
        return record_authors(self.lot)

    def before_submit(self) -> None:
        service.require_decision(self, service.RELEASED)
        service.require_releasable(self)
        self.released_at = frappe.utils.now_datetime()

    def on_submit(self) -> None:
        service.require_decision(self, service.RELEASED)  # what was stored just now is what was signed
        service.record_release(self)

    def before_cancel(self) -> None:
        service.require_decision(self, service.REVOKED)

    def on_cancel(self) -> None:
        service.revoke(self)

    def on_trash(self) -> None:
        if signatures_of(self.doctype, self.name):
            frappe.throw(_("{0} is signed and stays on record.").format(self.name))
