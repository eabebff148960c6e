"""A revision of an inspection plan: what is inspected, in force once signed, unchanged from then on."""

import frappe
from frappe.model.document import Document
from med_trace.inspection.plans import validate_content
from med_trace.ledger.shown import shown
from med_trace.qualification import revisions


class InspectionPlan(Document):
    revision_of = "plan_name"
    unsigned_fields = ("workflow_state", "effective_from")

    def validate(self) -> None:
        with shown():
            validate_content(self)
            revisions.validate_revision(self)

    def before_sign(self, meaning: str) -> None:
        with shown():
            revisions.require_draft(self)

    def on_signed(self, signature: str) -> None:
        revisions.approve_when_signed(self)

    def on_trash(self) -> None:
        with shown():
            revisions.require_draft(self)

    def record_authors(self) -> set[str]:
        """Who wrote it."""
        return {self.owner, self.modified_by}

    @frappe.whitelist()
    def make_revision(self, revision: str | None = None) -> str:
        """Copy into a new draft that supersedes this revision; returns its name."""
        self.check_permission("read")
        with shown():
            return revisions.make_revision(self.doctype, self.name, revision)
