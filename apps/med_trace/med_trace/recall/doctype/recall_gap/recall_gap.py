from frappe.model.document import Document


class RecallGap(Document):
    pass
