"""What the app does to a site when it comes, after each migrate, and when it goes."""

import json
from pathlib import Path

import click

import frappe
from med_trace.domain.errors import AuditKeyMissing
from med_trace.evidence import retention
from med_trace.ledger import append_only
from med_trace.ledger.audit import adoption, keys, sealing, vault

# What a site is given once; from then on it is its administrator's, and no migrate overwrites it.
DEFAULTS = ("workflow", "signature_rule", "regulated_field")
CUSTOMISED = ("Item", "Purchase Receipt", "Purchase Receipt Item", "Purchase Invoice Item", "Stock Entry")


def after_install():
    _leave_existing_items_alone()
    after_migrate()


def after_sync():
    """Roles and states are there now: what rests on them comes next. The hooks of a new app do not run yet."""
    _give_defaults()
    if frappe.flags.in_install:
        adoption.adopt()
        sealing.seal_now()


def after_migrate():
    """Add what is missing of the defaults, put the append-only triggers in place and say so when that failed."""
    if frappe.flags.in_migrate:
        _give_defaults()
    try:
        append_only.install()
    except Exception as error:
        frappe.log_error(title="med_trace: append-only triggers")
        click.secho(f"med_trace: the append-only triggers could not be created: {error}", fg="red")
    for lacking in append_only.missing():
        click.secho(f"med_trace: MISSING {lacking}; the ledger is not protected by the database", fg="red")
    _begin_audit_trail()


def _begin_audit_trail():
    """A site without keys gets them; what was there before has its entry; what waits is sealed."""
    if keys.ensure():
        adoption.adopt()
    try:
        sealing.seal_now()
    except AuditKeyMissing as error:
        click.secho(f"med_trace: {error}", fg="red")


def before_uninstall():
    """Refuse while records have to be kept. Take away what hangs on other apps' DocTypes; our own tables go with the app."""
    retention.require_nothing_kept()
    fields = ["name", "fieldname"]
    for field in frappe.get_all("Custom Field", filters={"dt": ["in", CUSTOMISED]}, fields=fields):
        if field.fieldname.startswith("mt_"):
            frappe.delete_doc("Custom Field", field.name, ignore_permissions=True, force=True)
    for workflow in frappe.get_all("Workflow", filters={"name": ["like", "Trace %"]}, pluck="name"):
        frappe.delete_doc("Workflow", workflow, ignore_permissions=True, force=True)


def after_uninstall():
    """The keys of the audit trail stay, out of the way of a new installation."""
    vault.put_everything_aside()


def _give_defaults():
    for name in DEFAULTS:
        path = Path(__file__).with_name("defaults") / f"{name}.json"
        for values in json.loads(path.read_text(encoding="utf-8")):
            if not frappe.db.exists(values["doctype"], values["name"]):
                frappe.get_doc(values).insert(ignore_permissions=True)  # the installation has no user


def _leave_existing_items_alone():
    """Items that were there before keep working untraced until somebody decides otherwise."""
    if not frappe.get_meta("Item").has_field("mt_untraced"):
        return
    frappe.db.sql(
        """update `tabItem` set mt_untraced = 1
        where (has_batch_no = 1 or has_serial_no = 1) and coalesce(mt_kind, '') = ''"""
    )
