"""Every document's changes, logins and signatures reach the audit trail from here."""

from med_trace.ledger.audit import capture, logins, reasons, scope
from med_trace.ledger.audit.entries import is_there
from med_trace.ledger.shown import shown


def before_insert(doc, method=None):
    capture.inserting(doc)


def user_before_validate(doc, method=None):
    capture.password_given(doc)


def on_change(doc, method=None):
    if scope.is_followed(doc.doctype) and not doc.flags.in_delete and is_there():
        capture.changed(doc)


def after_delete(doc, method=None):
    if scope.is_followed(doc.doctype) and not doc.meta.istable and is_there():
        capture.deleted(doc)


def after_rename(doc, method=None, old=None, new=None, merge=False):
    if scope.is_followed(doc.doctype) and is_there():
        capture.renamed(doc, old, new, bool(merge))


def signature_after_insert(doc, method=None):
    capture.signed(doc)


def activity_after_insert(doc, method=None):
    if is_there():
        logins.noted(doc)


@shown()
def before_save(doc, method=None):
    capture.secrets_given(doc)
    reasons.require_for_change(doc)


@shown()
def before_submit(doc, method=None):
    reasons.require_for_change(doc)


@shown()
def before_update_after_submit(doc, method=None):
    reasons.require_for_change(doc)


@shown()
def on_trash(doc, method=None):
    reasons.require_for_deletion(doc)
