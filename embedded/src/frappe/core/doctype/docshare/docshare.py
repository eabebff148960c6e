"""DocShare."""

from frappe.model.document import Document


class DocShare(Document):
    pass
