"""Which records the audit trail follows, under which heading, and which of their fields are content. Tables only."""

from __future__ import annotations

from functools import cache

import frappe
from med_trace.domain.audit_content import NOT_CONTENT
from med_trace.domain.audit_entry import Category

APP = "med_trace"

# Frappe's notes about its own work, and what the ledger writes with entries of its own.
NOT_FOLLOWED = frozenset(
    {
        *("Audit Entry", "Audit Seal", "Audit Key", "Audit Anchor"),
        *("Trace Event", "Trace Event Item", "Electronic Signature"),
        *("Access Log", "Activity Log", "Comment", "Console Log", "Data Import Log", "Deleted Document"),
        *("Document Follow", "Email Queue", "Email Queue Recipient", "Energy Point Log", "Error Log"),
        *("Error Snapshot", "Integration Request", "Notification Log", "Patch Log", "Prepared Report"),
        *("RQ Job", "RQ Worker", "Route History", "Scheduled Job Log", "Submission Queue", "Tag Link"),
        *("Transaction Log", "Unhandled Email", "Version", "View Log", "Webhook Request Log"),
        "Bin",  # ERPNext's running totals of the stock ledger, written with every movement
    }
)

PERMISSION = frozenset(
    {
        *("User", "Role", "Has Role", "Role Profile", "Module Profile", "User Type", "User Permission"),
        *("DocShare", "Custom DocPerm", "DocPerm", "Custom Role", "Registered Device"),
    }
)
CONFIGURATION = frozenset(
    {
        *("DocType", "Custom Field", "Property Setter", "Customize Form", "Workflow", "Workflow State"),
        *("Workflow Action Master", "Server Script", "Client Script", "Print Format", "Letter Head"),
        *("Notification", "Report", "System Settings", "Print Settings", "Naming Series", "Email Account"),
        *("Document Naming Rule", "Document Naming Settings", "Scheduled Job Type", "Webhook", "Auto Repeat"),
        *("Translation", "Workspace", "Web Form", "Stock Settings", "Manufacturing Settings"),
        *("Buying Settings", "Selling Settings", "Global Defaults", "Log Settings", "Installed Applications"),
        *("Trace Settings", "Signature Rule", "Regulated Field", "Process Routing", "Inspection Plan"),
    }
)

# Fields that follow from something that has entries of its own, or that say nothing of the content.
DERIVED: dict[str, frozenset[str]] = {
    "Material Lot": frozenset(
        {"state", "held_from", "quantity", "on_hand", "blocked", "shipped", "warehouse", "last_event_at"}
    ),
    "Serial Unit": frozenset(
        {
            *("lot", "state", "whereabouts", "consignee", "part_of", "made_by_event"),
            *("cavity", "tool", "equipment"),
        }
    ),
    "User": frozenset({"last_active", "last_login", "last_ip", "last_known_versions", "onboarding_status"}),
    "Scheduled Job Type": frozenset({"last_execution"}),
    "DocType": frozenset({"migration_hash"}),
    "Email Account": frozenset({"uidnext", "uidvalidity", "last_synced_at"}),
    "Installed Applications": frozenset({"last_migrated_on"}),
}
# `idx` counts links to a record, `modified` moves with everything.
BOOKKEEPING = frozenset({*NOT_CONTENT, "name", "idx", "modified", "modified_by"})
ROW_BOOKKEEPING = frozenset(
    {*NOT_CONTENT, "modified", "modified_by", "creation", "owner", "parent", "parenttype", "parentfield"}
)
SECRET_FIELDS = frozenset({"reset_password_key", "api_secret"})
HIDDEN = "***"


def is_followed(doctype: str) -> bool:
    return doctype not in NOT_FOLLOWED


def category_of(doctype: str) -> Category:
    if doctype in PERMISSION:
        return Category.PERMISSION
    if doctype in CONFIGURATION:
        return Category.CONFIGURATION
    return Category.RECORD


def own_doctypes() -> list[str]:
    """The DocTypes of this app whose records are compared with their last entry, in the order of names."""
    return [name for name in doctypes_of_the_app() if is_followed(name)]


def doctypes_of_the_app() -> list[str]:
    """The DocTypes that have records of their own, in the order of names."""
    filters = {"module": ["in", _modules()], "istable": 0}
    return sorted(frappe.get_all("DocType", filters=filters, pluck="name", limit_page_length=0))


@cache
def _modules() -> tuple[str, ...]:
    return tuple(frappe.get_module_list(APP))
