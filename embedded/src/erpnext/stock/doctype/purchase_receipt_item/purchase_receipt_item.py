from frappe.model.document import Document


class PurchaseReceiptItem(Document):
    pass
