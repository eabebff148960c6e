from frappe.model.document import Document


class UOMConversionDetail(Document):
    pass
