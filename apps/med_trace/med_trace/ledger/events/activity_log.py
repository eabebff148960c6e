"""Every failed login and signature is logged; the last one that is allowed is told at once."""

import frappe
from med_trace.ledger.signing.alarm import tell_at_the_limit


def after_insert(doc, method=None):
    if (doc.operation, doc.status) == ("Login", "Failed"):
        user = doc.user if doc.user and frappe.db.exists("User", doc.user) else None
        tell_at_the_limit(user, doc.get("ip_address"))
