"""Rows of a Process Routing: its steps. Behaviour is in the parent."""

from frappe.model.document import Document


class RoutingOperation(Document):
    pass
