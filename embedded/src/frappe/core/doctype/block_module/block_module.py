"""Block Module."""

from frappe.model.document import Document


class BlockModule(Document):
    pass
