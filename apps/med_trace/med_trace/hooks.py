"""What med_trace adds to Frappe and ERPNext, in the order in which material flows."""

app_name = "med_trace"
app_title = "Med Trace"
app_publisher = "The med_trace authors"
app_description = "End-to-end traceability for medical-device manufacturing"
app_email = "maintainers@example.com"
app_license = "gpl-3.0"

required_apps = ["frappe/erpnext"]  # with the owner, bench resolves it without asking GitHub

after_install = "med_trace.install.after_install"
after_sync = "med_trace.install.after_sync"
after_migrate = "med_trace.install.after_migrate"
before_uninstall = "med_trace.install.before_uninstall"
after_uninstall = "med_trace.install.after_uninstall"

pdf_body_html = "med_trace.ledger.signing.printed.pdf_body_html"  # printouts show signatures

app_include_js = "/assets/med_trace/js/med_trace.js"  # plain: no build step

add_to_apps_screen = [
    {"name": "med_trace", "logo": "/assets/med_trace/icon.svg", "title": "Med Trace", "route": "/med-trace"},
]

website_route_rules = [
    {"from_route": "/med-trace/<path:app_path>", "to_route": "med-trace"},
    {"from_route": "/01/<path:label>", "to_route": "med-trace-label"},  # GS1 Digital Link, see domain/gs1
]

after_request = ["med_trace.trace.public_headers.after_request"]

has_permission = {
    "File": "med_trace.ledger.events.attachments.has_permission",
}

# What Frappe stores without running a document's hooks, or past the documents.
override_doctype_class = {
    "Access Log": "med_trace.ledger.audit.access_log.AuditedAccessLog",
    "Customize Form": "med_trace.ledger.audit.customize_form.AuditedCustomizeForm",
    "Deleted Document": "med_trace.ledger.audit.deleted_document.AuditedDeletedDocument",
    "File": "med_trace.evidence.kept_file.KeptFile",
}

override_whitelisted_methods = {
    "frappe.core.doctype.user.user.update_password": "med_trace.ledger.events.past_documents.update_password",
    "frappe.core.doctype.user_permission.user_permission.add_user_permissions": "med_trace.ledger.events.past_documents.add_user_permissions",
    "frappe.core.doctype.user_permission.user_permission.clear_user_permissions": "med_trace.ledger.events.past_documents.clear_user_permissions",
    "frappe.core.page.permission_manager.permission_manager.add": "med_trace.ledger.events.permission_manager.add",
    "frappe.core.page.permission_manager.permission_manager.update": "med_trace.ledger.events.permission_manager.update",
    "frappe.core.page.permission_manager.permission_manager.remove": "med_trace.ledger.events.permission_manager.remove",
    "frappe.core.page.permission_manager.permission_manager.reset": "med_trace.ledger.events.permission_manager.reset",
}

doc_events = {
    "*": {
        "before_insert": "med_trace.ledger.events.audit.before_insert",
        "validate": [
            "med_trace.ledger.events.attachments.validate",
            "med_trace.ledger.events.signed_steps.validate",
        ],
        "before_save": "med_trace.ledger.events.audit.before_save",
        "before_submit": [
            "med_trace.ledger.events.signed_steps.before_submit",
            "med_trace.ledger.events.audit.before_submit",
        ],
        "before_cancel": "med_trace.ledger.events.signed_steps.before_cancel",
        "before_update_after_submit": [
            "med_trace.ledger.events.signed_steps.before_update_after_submit",
            "med_trace.ledger.events.audit.before_update_after_submit",
        ],
        "on_update": "med_trace.ledger.events.signed_steps.on_update",
        "on_submit": "med_trace.ledger.events.signed_steps.on_submit",
        "on_cancel": "med_trace.ledger.events.signed_steps.on_cancel",
        "on_update_after_submit": "med_trace.ledger.events.signed_steps.on_update_after_submit",
        "on_change": "med_trace.ledger.events.audit.on_change",
        "on_trash": [
            "med_trace.evidence.events.retention.on_trash",
            "med_trace.ledger.events.audit.on_trash",
        ],
        "before_rename": "med_trace.evidence.events.retention.before_rename",
        "after_delete": "med_trace.ledger.events.audit.after_delete",
        "after_rename": "med_trace.ledger.events.audit.after_rename",
    },
    "File": {
        "before_save": "med_trace.evidence.events.retention.file_before_save",
    },
    "Transaction Deletion Record": {
        "validate": "med_trace.evidence.events.retention.transactions_before_deletion",
    },
    "Electronic Signature": {
        "after_insert": "med_trace.ledger.events.audit.signature_after_insert",
    },
    "User": {
        "before_validate": [
            "med_trace.ledger.events.user.before_validate",
            "med_trace.ledger.events.audit.user_before_validate",
        ],
        "validate": "med_trace.ledger.events.user.validate",
    },
    "Has Role": {
        "before_insert": "med_trace.ledger.events.has_role.before_insert",
        "before_save": "med_trace.ledger.events.has_role.before_save",
    },
    "Workflow": {
        "before_validate": "med_trace.ledger.events.side_effects.before_validate",
        "on_change": "med_trace.ledger.events.side_effects.on_change",
    },
    "Role": {
        "before_validate": "med_trace.ledger.events.side_effects.before_validate",
        "on_change": "med_trace.ledger.events.side_effects.on_change",
    },
    "Property Setter": {
        "before_validate": "med_trace.ledger.events.side_effects.property_setter_before_validate",
    },
    "Activity Log": {
        "after_insert": [
            "med_trace.ledger.events.activity_log.after_insert",
            "med_trace.ledger.events.audit.activity_after_insert",
        ],
    },
    "Item": {
        "validate": "med_trace.ledger.events.item.validate",
    },
    "Purchase Receipt": {
        "on_submit": "med_trace.receiving.events.purchase_receipt.on_submit",
        "on_cancel": "med_trace.receiving.events.purchase_receipt.on_cancel",
    },
    "Purchase Invoice": {
        "on_submit": "med_trace.receiving.events.purchase_invoice.on_submit",
        "on_cancel": "med_trace.receiving.events.purchase_invoice.on_cancel",
    },
    "Stock Entry": {
        "on_submit": "med_trace.production.events.stock_entry.on_submit",
        "on_cancel": "med_trace.production.events.stock_entry.on_cancel",
    },
    "Stock Ledger Entry": {
        "before_submit": "med_trace.production.events.stock_ledger_entry.before_submit",
    },
    "NCR": {
        "on_update": "med_trace.inspection.events.ncr.on_update",
    },
    "Delivery Note": {
        "on_submit": "med_trace.distribution.events.delivery_note.on_submit",
        "on_cancel": "med_trace.distribution.events.delivery_note.on_cancel",
    },
    "Sales Invoice": {
        "on_submit": "med_trace.distribution.events.sales_invoice.on_submit",
        "on_cancel": "med_trace.distribution.events.sales_invoice.on_cancel",
    },
    "Trace Event": {
        "after_insert": [
            "med_trace.qualification.events.trace_event.after_insert",
            "med_trace.distribution.events.trace_event.after_insert",
            "med_trace.recall.events.trace_event.after_insert",
        ],
    },
    ("Process Routing", "Process Record", "Inspection Plan", "Inspection Record", "NCR", "Recall"): {
        "before_validate": "med_trace.ledger.events.numbers.before_validate",
    },
    # A master that the ledger names keeps its name: events are never rewritten.
    ("Item", "Batch", "Serial No", "Customer", "Supplier", "Warehouse", "Workstation", "Tool", "User"): {
        "before_rename": "med_trace.ledger.events.rename.before_rename",
    },
}

scheduler_events = {
    "all": ["med_trace.ledger.audit.sealing.seal_when_many_wait"],
    "cron": {
        "*/10 * * * *": ["med_trace.ledger.audit.sealing.seal_in_background"],
    },
    "daily_long": ["med_trace.ledger.audit.verify.verify_in_background"],
}

fixtures = [
    {"dt": "Role", "filters": [["name", "like", "Trace %"]]},
    "Workflow State",
    "Workflow Action Master",
]
