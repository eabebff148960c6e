"""Rows of a Process Record: readings and their judgement. Behaviour is in the parent."""

from frappe.model.document import Document


class ProcessParameter(Document):
    pass
