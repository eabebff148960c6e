"""Rows of an NCR: what is decided about it. Behaviour is in the parent."""

from frappe.model.document import Document


class NCRDisposition(Document):
    pass
