from frappe.model.document import Document


class WorkstationType(Document):
    pass
