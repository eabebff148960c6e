"""Rows of an NCR: what it concerns. Behaviour is in the parent."""

from frappe.model.document import Document


class NCRLot(Document):
    pass
