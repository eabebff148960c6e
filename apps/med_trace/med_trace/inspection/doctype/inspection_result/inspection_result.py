"""Rows of an Inspection Record: one result each. Behaviour is in the parent."""

from frappe.model.document import Document


class InspectionResult(Document):
    pass
