"""Every way by which a record could go passes here before anything else happens."""

import frappe
from med_trace.evidence import retention

# Records that come and go with the app itself.
FREE = ("Custom Field", "Property Setter", "Workflow", "Report")


def on_trash(doc, method=None):
    """Delete, bulk delete, delete after a cancellation, removal of an attachment, of a DocType."""
    if frappe.flags.in_uninstall or doc.meta.istable or doc.doctype in FREE:
        return
    if doc.doctype == "DocType":
        retention.require_own_tables_may_go(doc.name)
    else:
        retention.require_removable(doc.doctype, doc.name)


def before_rename(doc, method=None, old=None, new=None, merge=False):
    """A merge removes the one that is merged; a record under another name is not found any more."""
    retention.require_removable(doc.doctype, doc.name)


def file_before_save(doc, method=None):
    """Detaching a file is the first half of removing it."""
    if not doc.is_new() and retention.is_moved_away(doc):
        retention.require_removable("File", doc.name)


def transactions_before_deletion(doc, method=None):
    """ERPNext's "delete all transactions of a company" goes around every document."""
    retention.require_nothing_kept()
