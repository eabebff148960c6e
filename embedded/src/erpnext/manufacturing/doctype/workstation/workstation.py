from frappe.model.document import Document


class Workstation(Document):
    pass
