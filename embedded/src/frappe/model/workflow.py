"""Workflow: which actions a document's state allows to whom, and applying one."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.docstatus import DocStatus
from frappe.utils import cint


class WorkflowStateError(frappe.ValidationError):
    """The document has no state."""


class WorkflowTransitionError(frappe.ValidationError):
    """No such step leads from the state."""


class WorkflowPermissionError(frappe.ValidationError):
    """The state cannot have been reached in one step of the user."""


def get_workflow_name(doctype: str) -> str:
    """The active workflow of a DocType; '' when it has none."""

    def read() -> str:
        return frappe.db.get_value("Workflow", {"document_type": doctype, "is_active": 1}, "name") or ""

    return frappe.cache.hget("workflow", doctype, read)


def get_workflow(doctype: str) -> Any:
    return frappe.get_cached_doc("Workflow", get_workflow_name(doctype))


@frappe.whitelist()
def get_transitions(doc: Any, workflow: Any = None, raise_exception: bool = False) -> list[dict[str, Any]]:
    """The steps that the user may take from the document's state."""
    if not hasattr(doc, "doctype"):
        doc = frappe.get_doc(frappe.parse_json(doc))
        doc.load_from_db()
    if doc.is_new():
        return []
    doc.check_permission("read")
    workflow = workflow or get_workflow(doc.doctype)
    state = doc.get(workflow.workflow_state_field)
    if not state:
        if raise_exception:
            raise WorkflowStateError
        frappe.throw(_("Workflow State not set"), WorkflowStateError)
    roles = frappe.get_roles()
    return [
        row.as_dict()
        for row in workflow.transitions
        if row.state == state and row.allowed in roles and is_transition_condition_satisfied(row, doc)
    ]


def is_transition_condition_satisfied(transition: Any, doc: Any) -> bool:
    if not transition.condition:
        return True
    return bool(frappe.safe_eval(transition.condition, get_workflow_safe_globals(), {"doc": doc.as_dict()}))


def get_workflow_safe_globals() -> dict[str, Any]:
    """What a condition may use besides `doc`."""
    utils = frappe.utils
    return {
        "frappe": frappe._dict(
            db=frappe._dict(get_value=frappe.db.get_value, get_list=frappe.db.get_list),
            session=frappe.session,
            utils=frappe._dict(
                now_datetime=utils.now_datetime,
                add_to_date=utils.add_to_date,
                get_datetime=utils.get_datetime,
                now=utils.now,
            ),
        )
    }


@frappe.whitelist()
def apply_workflow(doc: Any, action: str) -> Any:
    """Takes the step named `action`: sets the state, saves, submits or cancels, and comments."""
    doc = frappe.get_doc(frappe.parse_json(doc))
    doc.load_from_db()
    workflow = get_workflow(doc.doctype)
    chosen = [row for row in get_transitions(doc, workflow) if row["action"] == action]
    if not chosen:
        frappe.throw(_("Not a valid Workflow Action"), WorkflowTransitionError)
    transition = frappe._dict(chosen[0])
    if not has_approval_access(frappe.session.user, doc, transition):
        frappe.throw(_("Self approval is not allowed"))
    doc.set(workflow.workflow_state_field, transition.next_state)
    state = _state(workflow, transition.next_state)
    if state.update_field:
        doc.set(state.update_field, state.update_value)
    _store(doc, workflow, state)
    doc.add_comment("Workflow", _(state.state))
    return doc


def _store(doc: Any, workflow: Any, state: Any) -> None:
    """save, submit or cancel, as the docstatus of the new state asks."""
    now, wanted = DocStatus(cint(doc.docstatus)), DocStatus(cint(state.doc_status))
    if now.is_draft() and wanted.is_draft():
        doc.save()
    elif now.is_draft() and wanted.is_submitted():
        doc.submit()
    elif now.is_submitted() and wanted.is_submitted():
        doc.save()
    elif now.is_submitted() and wanted.is_cancelled():
        doc.cancel()
    else:
        frappe.throw(_("Illegal Document Status for {0}").format(state.state))


def _state(workflow: Any, name: str) -> Any:
    return next(row for row in workflow.states if row.state == name)


def has_approval_access(user: str, doc: Any, transition: Any) -> bool:
    """Who owns the document approves it only where that is allowed."""
    return user == "Administrator" or bool(transition.get("allow_self_approval")) or user != doc.get("owner")


def validate_workflow(doc: Any) -> None:
    """Refuses a state that the user cannot have reached in one step. Called for every save."""
    workflow = get_workflow(doc.doctype)
    field, first = workflow.workflow_state_field, workflow.states[0].state
    before = doc.get_doc_before_save()
    if not doc.get(field):
        doc.set(field, first)
    now, then = doc.get(field), (before and before.get(field)) or first
    if not any(row.state == then for row in workflow.states):
        text = _("{0} is not a valid Workflow State. Please update your Workflow and try again.")
        frappe.throw(text.format(frappe.bold(then)))
    if now == then:
        return
    steps = get_transitions(before, workflow) if before else []
    if not any(row["next_state"] == now for row in steps):
        text = _("Workflow State transition not allowed from {0} to {1}")
        frappe.throw(text.format(frappe.bold(then), frappe.bold(now)), WorkflowPermissionError)


def set_workflow_state_on_action(doc: Any, workflow_name: str, action: str) -> None:
    """After a submit, cancel or save by hand: the state that stands for the docstatus."""
    workflow = frappe.get_doc("Workflow", workflow_name)
    field = workflow.workflow_state_field
    present = doc.get(field)
    if any(row.state == present and cint(row.doc_status) == doc.docstatus for row in workflow.states):
        return
    wanted = {"update_after_submit": 1, "submit": 1, "cancel": 2}.get(action, 0)
    for row in workflow.states:
        if cint(row.doc_status) == wanted:
            doc.set(field, row.state)
            return
