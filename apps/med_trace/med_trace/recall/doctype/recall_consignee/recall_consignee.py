from frappe.model.document import Document


class RecallConsignee(Document):
    pass
