"""Signature Rules: which signatures a DocType has, and which step of it each of them carries."""

from __future__ import annotations

from enum import Enum
from typing import Any

import frappe
from frappe import _
from med_trace.domain.errors import BadInput

FIELDS = (
    *("name", "document_type", "meaning", "role", "count", "required_for", "workflow_action"),
    *("independent_of_author", "independent_of_records", "independent_of_signers", "reason_required"),
    "unsigned_fields",
)


class Step(str, Enum):
    """What of a document a signature may be required for."""

    SUBMIT = "Submit"
    CANCEL = "Cancel"
    ACTION = "Workflow Action"


def rules_of(doctype: str) -> list[Any]:
    """The active rules of a DocType."""
    return frappe.get_all(
        "Signature Rule",
        filters={"document_type": doctype, "active": 1},
        fields=list(FIELDS),
        order_by="creation asc, name asc",
    )


def rule_of(doctype: str, meaning: str) -> Any:
    """The rule of one meaning. Raises BadInput with the meanings that there are."""
    rules = rules_of(doctype)
    for rule in rules:
        if rule.meaning == meaning:
            return rule
    expected = ", ".join(rule.meaning for rule in rules) or _("none: this document type is not signed")
    raise BadInput(
        "meaning: {0} is no meaning of a signature on {1}; expected {2}.", meaning, doctype, expected
    )


def carried_by(rule: Any) -> str:
    """The step that the signature carries, as the user knows it: a workflow's action, Submit, Cancel or none."""
    return (rule.workflow_action if rule.required_for == Step.ACTION.value else rule.required_for) or ""
