"""A save of some configuration writes other records by SQL: they are told of too."""

import frappe
from med_trace.ledger.audit import capture, past, scope, state
from med_trace.ledger.audit.entries import is_there


def before_validate(doc, method=None):
    doc.flags.audit_looked_at = past.look(_others(doc)) if is_there() else None


def on_change(doc, method=None):
    before = doc.flags.pop("audit_looked_at", None)
    if before:
        past.tell(before, _others(doc))


def property_setter_before_validate(doc, method=None):
    """A new one takes the place of those that were there, under their name or another."""
    if not doc.is_new() or not is_there():
        return
    same = {key: doc.get(key) or "" for key in ("doc_type", "property", "field_name")}
    names = frappe.get_all("Property Setter", filters=same, pluck="name")
    for name, old in state.stored_states("Property Setter", names).items():
        if name == doc.name:
            capture.replaced("Property Setter", name, old)
        else:
            capture.gone("Property Setter", name, old)


def _others(doc):
    """An active workflow switches off the others of its DocType, and gives a first state to the records that have none;
    a role that is disabled is taken from everyone.
    """
    if doc.doctype == "Workflow":
        others = {"Workflow": {"document_type": doc.document_type, "name": ["!=", doc.name]}}
        return others | _without_state(doc)
    holders = frappe.get_all("Has Role", filters={"role": doc.name, "parenttype": "User"}, pluck="parent")
    return {"User": {"name": ["in", holders]}}


def _without_state(doc):
    """Records of this app, which are compared with their last entry; the field may not be there yet."""
    if doc.document_type not in scope.own_doctypes():
        return {}
    known = frappe.get_meta(doc.document_type).get_field(doc.workflow_state_field)
    return {doc.document_type: {doc.workflow_state_field: ["is", "not set"]} if known else {}}
