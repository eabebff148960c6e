"""Submit, cancel and a workflow's actions of any document: refused while signatures are missing.

Asked twice: before anything is written, and once more on what was stored.
"""

import frappe
from med_trace.ledger.shown import shown
from med_trace.ledger.signing import steps
from med_trace.ledger.signing.rules import Step


@shown()
def validate(doc, method=None):
    _require(doc, Step.ACTION)


@shown()
def before_submit(doc, method=None):
    _require(doc, Step.SUBMIT)


@shown()
def before_cancel(doc, method=None):
    _require(doc, Step.CANCEL, Step.ACTION)


@shown()
def before_update_after_submit(doc, method=None):
    _require(doc, Step.ACTION)


@shown()
def on_update(doc, method=None):
    _require(doc, Step.ACTION)


@shown()
def on_submit(doc, method=None):
    _require(doc, Step.SUBMIT)


@shown()
def on_cancel(doc, method=None):
    _require(doc, Step.CANCEL, Step.ACTION)


@shown()
def on_update_after_submit(doc, method=None):
    _require(doc, Step.ACTION)


def _require(doc, *wanted):
    if not (frappe.flags.in_install or frappe.flags.in_migrate or frappe.flags.in_uninstall):
        steps.require(doc, *wanted)
