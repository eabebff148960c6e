"""Hooks of the embedded ERPNext."""

app_name = "erpnext"
app_title = "ERPNext"
app_publisher = "med_trace"
app_description = "Stock documents for the embedded runtime"
app_email = "info@example.com"
app_license = "GPL-3.0-or-later"

after_install = "erpnext.setup.install.after_install"
