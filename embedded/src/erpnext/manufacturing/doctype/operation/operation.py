from frappe.model.document import Document


class Operation(Document):
    pass
