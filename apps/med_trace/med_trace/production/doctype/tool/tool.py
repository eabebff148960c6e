"""A mould, gauge, fixture or cutting tool, by its own number."""

from frappe.model.document import Document


class Tool(Document):
    pass
