"""An administrator's rule about signatures; weakened only with a reason, never deleted."""

import frappe
from frappe.model.document import Document
from med_trace.domain.errors import BadInput, TraceError
from med_trace.ledger.shown import shown
from med_trace.ledger.signing.rules import Step

NOT_PEOPLE = frozenset({"Guest", "All", "Desk User", "Administrator", "Trace Machine"})


class RuleStays(TraceError):
    """A signature rule is made inactive, not deleted."""

    title = "Signature rules stay on record"


class SignatureRule(Document):
    def validate(self) -> None:
        with shown():
            self._require_known_step()
            self._require_people()
            self._require_known_fields()

    def on_trash(self) -> None:
        with shown():
            raise RuleStays("Make {0} inactive instead of deleting it, and say why.", self.name)

    def _require_known_step(self) -> None:
        meta = frappe.get_meta(self.document_type)
        if meta.istable or meta.issingle:
            raise BadInput(
                "Document Type: {0} has no records to sign.", self.document_type, field="document_type"
            )
        if self.required_for in (Step.SUBMIT.value, Step.CANCEL.value) and not meta.is_submittable:
            raise BadInput(
                "Required For: {0} is not submitted or cancelled; choose an action of its workflow.",
                self.document_type,
                field="required_for",
            )
        if self.required_for != Step.ACTION.value:
            self.workflow_action = None
        elif not self._has_action():
            raise BadInput(
                "Workflow Action: no workflow of {0} has the action {1}.",
                *(self.document_type, self.workflow_action or "-"),
                field="workflow_action",
            )

    def _has_action(self) -> bool:
        workflows = frappe.get_all("Workflow", filters={"document_type": self.document_type}, pluck="name")
        known = {"parent": ["in", workflows], "action": self.workflow_action}
        return bool(workflows and self.workflow_action and frappe.db.exists("Workflow Transition", known))

    def _require_people(self) -> None:
        if self.role in NOT_PEOPLE:
            raise BadInput("Role: {0} is not a role of people who sign.", self.role, field="role")
        if int(self.count or 0) < 1:
            raise BadInput("Signatures Needed: {0}; at least 1.", self.count, field="count")

    def _require_known_fields(self) -> None:
        meta = frappe.get_meta(self.document_type)
        for line in (self.unsigned_fields or "").replace(",", "\n").splitlines():
            table, _dot, field = line.strip().rpartition(".")
            owner = meta if not table else _rows_meta(meta, table)
            if field and field != "attached_files" and not (owner and owner.has_field(field)):
                raise BadInput(
                    "Fields Not Signed: {0} has no field {1}.",
                    self.document_type,
                    line.strip(),
                    field="unsigned_fields",
                )


def _rows_meta(meta, table):
    field = meta.get_field(table)
    return (
        frappe.get_meta(field.options)
        if field and field.fieldtype in ("Table", "Table MultiSelect")
        else None
    )
