"""DefaultValue."""

from frappe.model.document import Document


class DefaultValue(Document):
    pass
