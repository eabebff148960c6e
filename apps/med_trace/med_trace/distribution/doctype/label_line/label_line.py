from frappe.model.document import Document


class LabelLine(Document):
    """One line of text of a label layout."""
