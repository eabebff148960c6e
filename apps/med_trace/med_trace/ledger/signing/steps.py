"""Steps that take signatures: refused without them, by whatever route, and carried out by the last of them.

A step is a submit, a cancellation or an action of a workflow; Signature Rules name them for any DocType.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.model.workflow import apply_workflow, get_transitions, get_workflow, get_workflow_name
from med_trace.ledger.signing.reading import is_signed, require_signed
from med_trace.ledger.signing.rules import Step, carried_by, rules_of


def require(doc: Document, *steps: Step) -> None:
    """Raise NotSigned unless the stored document has the signatures that these steps take."""
    for rule in _rules_for(doc, steps):
        require_signed(doc, rule.meaning)


def follow(document: Document, rule: Any, signature: str) -> None:
    """What a new signature leads to: the controller's own step, or the rule's once all its signatures are there."""
    if hasattr(document, "on_signed"):
        document.run_method("on_signed", signature)
    elif rule.required_for and _is_complete(document, rule) and is_due(document, rule):
        _carry_out(document, rule)


def is_due(document: Document, rule: Any) -> bool:
    """Whether the rule's step leads on from where the document is now."""
    if rule.required_for == Step.SUBMIT.value:
        return document.docstatus == 0
    if rule.required_for == Step.CANCEL.value:
        return document.docstatus == 1
    if rule.required_for == Step.ACTION.value:
        return any(row.action == rule.workflow_action for row in _steps_from(document, _state(document)))
    return True


def _rules_for(doc: Document, steps: Iterable[Step]) -> list[Any]:
    wanted = set(steps)
    actions = _actions_taken(doc) if Step.ACTION in wanted else set()
    if wanted == {Step.ACTION} and not actions:
        return []
    plain = {step.value for step in wanted if step is not Step.ACTION}
    return [
        rule
        for rule in rules_of(doc.doctype)
        if rule.required_for in plain
        or (rule.required_for == Step.ACTION.value and rule.workflow_action in actions)
    ]


def _actions_taken(doc: Document) -> set[str]:
    """The workflow's actions that lead from the stored state to the one that is being saved."""
    before = doc.get_doc_before_save()
    if not before or not get_workflow_name(doc.doctype):
        return set()
    then, now = _state(before), _state(doc)
    if then == now:
        return set()
    return {row.action for row in _steps_from(doc, then) if row.next_state == now}


def _state(document: Document) -> str | None:
    if not get_workflow_name(document.doctype):
        return None
    return document.get(get_workflow(document.doctype).workflow_state_field)


def _steps_from(document: Document, state: str | None) -> list[Any]:
    if not get_workflow_name(document.doctype):
        return []
    return [row for row in get_workflow(document.doctype).transitions if row.state == state]


def _is_complete(document: Document, rule: Any) -> bool:
    same = [one for one in rules_of(document.doctype) if _is_same_step(one, rule)]
    return all(is_signed(document, one.meaning) for one in same)


def _is_same_step(one: Any, other: Any) -> bool:
    return (one.required_for, carried_by(one)) == (other.required_for, carried_by(other))


def _carry_out(document: Document, rule: Any) -> None:
    """By the signer's own permission; where he lacks it, the step waits for somebody who has it."""
    if rule.required_for == Step.ACTION.value:
        if any(row["action"] == rule.workflow_action for row in get_transitions(document)):
            apply_workflow(document, rule.workflow_action)
    elif rule.required_for == Step.SUBMIT.value and frappe.has_permission(
        document.doctype, "submit", document
    ):
        document.submit()
    elif rule.required_for == Step.CANCEL.value and frappe.has_permission(
        document.doctype, "cancel", document
    ):
        document.cancel()
