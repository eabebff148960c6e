"""Rows of a Process Record: what came out. Behaviour is in the parent."""

from frappe.model.document import Document


class ProcessOutput(Document):
    pass
