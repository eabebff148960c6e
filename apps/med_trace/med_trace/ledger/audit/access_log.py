"""Frappe notes prints and exports without running a document's hooks. Named in hooks.py as `override_doctype_class`; adds nothing but the entry."""

import frappe
from med_trace.domain.audit_entry import Category, Kind
from med_trace.ledger.audit.entries import append

# Looked up by its path: the embedded runtime has no access log.
AccessLog = frappe.get_attr("frappe.core.doctype.access_log.access_log.AccessLog")


class AuditedAccessLog(AccessLog):
    """Somebody printed or exported something."""

    def db_insert(self, *args, **kwargs):
        super().db_insert(*args, **kwargs)
        is_print = self.method == "Print" or self.file_type == "PDF"
        what = ", ".join(filter(None, (self.method, self.report_name, self.file_type, self.filters)))
        append(
            Kind.PRINTED if is_print else Kind.EXPORTED,
            category=Category.ACCESS,
            document_type=self.export_from,
            document_name=self.reference_document,
            changes=[{"field": "what", "new": what[:1_000]}] if what else (),
            user=self.user,
        )
