"""Hooks of the runtime itself."""

app_name = "frappe"
app_title = "Frappe Framework"
app_publisher = "med_trace"
app_description = "The embedded runtime"
app_email = "info@example.com"
app_license = "GPL-3.0-or-later"
