"""Workflow Action."""

from frappe.model.document import Document


class WorkflowAction(Document):
    pass
