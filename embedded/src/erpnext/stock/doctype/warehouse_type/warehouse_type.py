from frappe.model.document import Document


class WarehouseType(Document):
    pass
