from frappe.model.document import Document


class RecallLot(Document):
    pass
