from frappe.model.document import Document


class StockEntryType(Document):
    pass
