"""What the app does to a site when it comes, after each migrate, and when it goes."""

import click

import frappe
from med_trace.ledger import append_only

CUSTOMISED = ("Item", "Purchase Receipt", "Purchase Receipt Item", "Purchase Invoice Item", "Stock Entry")


def after_install():
    _leave_existing_items_alone()
    after_migrate()


def after_migrate():
    """Put the append-only triggers in place and say so when that failed."""
    try:
        append_only.install()
    except Exception as error:
        frappe.log_error(title="med_trace: append-only triggers")
        click.secho(f"med_trace: the append-only triggers could not be created: {error}", fg="red")
    for lacking in append_only.missing():
        click.secho(f"med_trace: MISSING {lacking}; the ledger is not protected by the database", fg="red")


def before_uninstall():
    """Take away what hangs on other apps' DocTypes; the app's own tables go with the app."""
    fields = ["name", "fieldname"]
    for field in frappe.get_all("Custom Field", filters={"dt": ["in", CUSTOMISED]}, fields=fields):
        if field.fieldname.startswith("mt_"):
            frappe.delete_doc("Custom Field", field.name, ignore_permissions=True, force=True)
    for workflow in frappe.get_all("Workflow", filters={"name": ["like", "Trace %"]}, pluck="name"):
        frappe.delete_doc("Workflow", workflow, ignore_permissions=True, force=True)


def _leave_existing_items_alone():
    """Items that were there before keep working untraced until somebody decides otherwise."""
    if not frappe.get_meta("Item").has_field("mt_untraced"):
        return
    frappe.db.sql(
        """update `tabItem` set mt_untraced = 1
        where (has_batch_no = 1 or has_serial_no = 1) and coalesce(mt_kind, '') = ''"""
    )
