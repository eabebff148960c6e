"""Frappe deletes a DocType without running a hook of it. Named in hooks.py as `override_doctype_class`; adds nothing but the entry."""

import frappe
from med_trace.domain.audit_entry import Category, Kind
from med_trace.ledger.audit.entries import append, is_there

DeletedDocument = frappe.get_attr("frappe.core.doctype.deleted_document.deleted_document.DeletedDocument")


class AuditedDeletedDocument(DeletedDocument):
    """A DocType was deleted: no hook of it ran."""

    def db_insert(self, *args, **kwargs):
        super().db_insert(*args, **kwargs)
        if self.deleted_doctype == "DocType" and is_there():
            append(
                Kind.DELETED,
                category=Category.CONFIGURATION,
                document_type="DocType",
                document_name=self.deleted_name,
                changes=[{"field": "definition", "old": self.data}],
            )
