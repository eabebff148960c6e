"""Workflow Action Permitted Role."""

from frappe.model.document import Document


class WorkflowActionPermittedRole(Document):
    pass
