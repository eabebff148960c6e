from frappe.model.document import Document


class SignatureRule(Document):
    """Who may sign a document of this type with this meaning, and how many must."""
