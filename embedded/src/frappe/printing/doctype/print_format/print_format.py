"""Print Format."""

from frappe.model.document import Document


class PrintFormat(Document):
    pass
