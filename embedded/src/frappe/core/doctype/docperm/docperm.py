"""DocPerm."""

from frappe.model.document import Document


class DocPerm(Document):
    pass
