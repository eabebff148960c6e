from frappe.model.document import Document


class StockLedgerEntry(Document):
    pass
