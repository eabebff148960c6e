"""Hooks of the runtime itself."""

app_name = "frappe"
app_title = "Frappe Framework"
app_publisher = "med_trace"
app_description = "The embedded runtime"
app_email = "info@example.com"
app_license = "GPL-3.0-or-later"

after_install = "frappe.utils.install.after_install"

doc_events = {"*": {"on_update": ["frappe.core.doctype.file.utils.attach_files_to_document"]}}

has_permission = {"File": "frappe.core.doctype.file.file.has_permission"}
permission_query_conditions = {
    "File": "frappe.core.doctype.file.file.get_permission_query_conditions",
    "Notification Log": "frappe.desk.doctype.notification_log.notification_log.get_permission_query_conditions",
}

pdf_body_html = "frappe.utils.pdf.pdf_body_html"

scheduler_events = {"daily": ["frappe.sessions.clear_expired_sessions"]}
