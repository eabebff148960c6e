"""What a deleted document was."""

from frappe.model.document import Document


class DeletedDocument(Document):
    """Its values, as JSON."""
