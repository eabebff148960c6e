"""Rows of an Inspection Plan: what is inspected. Behaviour is in the parent."""

from frappe.model.document import Document


class PlanCharacteristic(Document):
    pass
