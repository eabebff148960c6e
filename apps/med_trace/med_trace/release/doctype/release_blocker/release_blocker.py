from frappe.model.document import Document


class ReleaseBlocker(Document):
    pass
