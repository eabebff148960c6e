"""User Type."""

from frappe.model.document import Document


class UserType(Document):
    pass
