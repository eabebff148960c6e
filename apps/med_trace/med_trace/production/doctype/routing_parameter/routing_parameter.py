"""Rows of a Process Routing: its limits. Behaviour is in the parent."""

from frappe.model.document import Document


class RoutingParameter(Document):
    pass
