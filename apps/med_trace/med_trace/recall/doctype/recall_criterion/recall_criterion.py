from frappe.model.document import Document


class RecallCriterion(Document):
    pass
