from frappe.model.document import Document


class SerialandBatchEntry(Document):
    pass
