"""Every failed login and signature is logged; the one too many is told at once."""

import frappe
from med_trace.ledger.signing.alarm import tell_when_locked


def after_insert(doc, method=None):
    if (doc.operation, doc.status) == ("Login", "Failed") and frappe.db.exists("User", doc.user):
        tell_when_locked(doc.user, doc.get("ip_address"))
