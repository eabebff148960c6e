"""DocType Link."""

from frappe.model.document import Document


class DocTypeLink(Document):
    pass
