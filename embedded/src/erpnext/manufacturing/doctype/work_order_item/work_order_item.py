from frappe.model.document import Document


class WorkOrderItem(Document):
    pass
