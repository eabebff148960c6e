"""Rows of a Process Record: what went in. Behaviour is in the parent."""

from frappe.model.document import Document


class ProcessMaterial(Document):
    pass
