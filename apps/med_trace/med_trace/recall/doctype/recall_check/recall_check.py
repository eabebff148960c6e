from frappe.model.document import Document


class RecallCheck(Document):
    pass
