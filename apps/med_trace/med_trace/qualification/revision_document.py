"""The controller of a DocType with revisions: in force once signed, unchanged from then on."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from med_trace.ledger.shown import shown
from med_trace.qualification import revisions


class RevisionDocument(Document):
    """A subclass names the field that all revisions share (`revision_of`), and its `validate_content` refuses
    what could not be followed.
    """

    revision_of: str
    unsigned_fields = ("workflow_state", "effective_from")

    def validate(self) -> None:
        with shown():
            self.validate_content()
            revisions.validate_revision(self)

    def before_sign(self, meaning: str) -> None:
        with shown():
            revisions.require_signable(self, meaning)

    def on_signed(self, signature: str) -> None:
        revisions.follow_signature(self, signature)

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
