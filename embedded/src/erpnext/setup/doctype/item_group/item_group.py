from frappe.model.document import Document


class ItemGroup(Document):
    pass
