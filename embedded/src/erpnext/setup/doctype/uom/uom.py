from frappe.model.document import Document


class UOM(Document):
    pass
