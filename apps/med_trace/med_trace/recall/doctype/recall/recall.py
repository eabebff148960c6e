"""A recall: its scope, its signatures, and what consignees answered until nothing is outstanding."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.ledger.shown import shown
from med_trace.ledger.signing import is_signed, require_signed
from med_trace.recall import progress, service
from med_trace.recall.states import RecallState, require_state, state_of

INITIATED = RecallState.INITIATED.value
TERMINATED = RecallState.TERMINATED.value

# What the signature of the initiation fixes.
FIXED = ("recall_class", "depth", "reason", "slice", "digest", "ledger_position", "snapshot", "scoped_at")
FIXED_TABLES = {
    "criteria": ("criterion", "value", "from_time", "to_time", "minimum", "maximum"),
    "lots": ("lot", "made", "in_scope", "units"),
    "consignees": ("consignee", "lot", "quantity_shipped", "units"),
}
AFTER_INITIATION = (
    *(
        "initiated_at",
        "terminated_at",
        "held_at",
        "attached_files",
        "lots.held",
        "lots.state",
        "lots.on_hand",
    ),
    *("quantity_shipped", "quantity_recovered", "quantity_outstanding"),
    *("effectiveness", "disposition", "checks", "title", "strategy", "effectiveness_level"),
    *("effectiveness_percent", "instructions", "health_hazard"),
    *(
        f"consignees.{field}"
        for field in (
            *("quantity_held", "quantity_used", "quantity_destroyed", "quantity_returned"),
            *("quantity_recovered", "quantity_outstanding", "notified_on", "notice_method"),
            *("responded_on", "reply", "outcome", "outcome_reason"),
        )
    ),
)


class Recall(Document):
    workflow_state: str | None

    def unsigned_fields(self, meaning: str) -> tuple[str, ...]:
        """The initiation signs the scope; the termination signs what came of it as well."""
        return AFTER_INITIATION if meaning == INITIATED else ("terminated_at",)

    def validate(self) -> None:
        self.workflow_state = self.workflow_state or RecallState.DRAFT.value
        if self.step() == RecallState.SCOPED.value and not self.flags.is_scoped_now:
            service.fill_scope(self)
        self.require_fixed_content()
        progress.refresh_returns(self)
        with shown():
            progress.require_possible_quantities(self)

    def on_update(self) -> None:
        step = self.step()
        if step in (INITIATED, TERMINATED):
            require_signed(self, step)
        elif step == RecallState.WITHDRAWN.value:
            service.lift_all_holds(self)

    def step(self) -> str | None:
        """The state that this save moves the recall into; None when it stays where it is."""
        before = self.get_doc_before_save()
        if before and before.workflow_state == self.workflow_state:
            return None
        return self.workflow_state if before or self.workflow_state != RecallState.DRAFT.value else None

    def require_fixed_content(self) -> None:
        before = self.get_doc_before_save()
        if not before or state_of(before) in (RecallState.DRAFT, RecallState.SCOPED):
            return
        if state_of(before) in (RecallState.TERMINATED, RecallState.WITHDRAWN):
            frappe.throw(
                _("Recall {0} is {1} and stays as it is.").format(self.name, _(before.workflow_state))
            )
        if _fixed_content(self) != _fixed_content(before):
            frappe.throw(
                _("Recall {0} is {1}: its scope was signed and stays.").format(
                    self.name, before.workflow_state
                )
            )

    @shown()
    def before_sign(self, meaning: str) -> None:
        if meaning == INITIATED:
            require_state(self, RecallState.SCOPED)
            service.require_current_scope(self)
        elif meaning == TERMINATED:
            service.require_terminable(self)

    def on_signed(self, signature: str) -> None:
        meaning = frappe.db.get_value("Electronic Signature", signature, "meaning")
        if not is_signed(self, meaning):
            return
        {INITIATED: self.initiate, TERMINATED: self.terminate}[meaning]()

    def initiate(self) -> None:
        service.place_holds(self)
        service.record_recalled(self)
        self._step(INITIATED, "initiated_at")

    def terminate(self) -> None:
        self._step(TERMINATED, "terminated_at")

    def _step(self, state: str, moment: str) -> None:
        self.reload()
        self.workflow_state = state
        self.set(moment, now_datetime())
        self.flags.ignore_permissions = True  # signing has checked the signer's authority
        self.save()

    def on_trash(self) -> None:
        if state_of(self) is not RecallState.DRAFT:
            frappe.throw(
                _("Recall {0} is {1} and stays on record.").format(self.name, _(self.workflow_state))
            )


def _fixed_content(recall: Document) -> dict[str, Any]:
    content: dict[str, Any] = {field: _as_text(recall.get(field)) for field in FIXED}
    for table, fields in FIXED_TABLES.items():
        content[table] = [tuple(_as_text(row.get(field)) for field in fields) for row in recall.get(table)]
    return content


def _as_text(value: Any) -> str:
    """One text for a value as the database, a form and a program give it."""
    if isinstance(value, (int, float)) and value:
        return f"{value:.9g}"
    return str(value or "").strip()
