import frappe
from frappe.model.document import Document
from med_trace.domain.errors import BadInput
from med_trace.ledger.shown import shown


class RegulatedField(Document):
    """A field whose change needs a reason."""

    @shown()
    def validate(self):
        """The field exists: a misspelt one would regulate nothing."""
        table, _, inner = (self.fieldname or "").partition(".")
        if table == "*" and not inner:
            return
        meta = frappe.get_meta(self.document_type)
        field = meta.get_field(table)
        if not field or (inner and not (field.options and frappe.get_meta(field.options).has_field(inner))):
            raise BadInput(
                "Fieldname: {0} has no field {1}. Name a field, a table.field, or * for all of them.",
                *(self.document_type, self.fieldname),
                field="fieldname",
            )
