"""One property of a DocType or field that is other than the definition says."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document


class PropertySetter(Document):
    def autoname(self) -> None:
        self.name = f"{self.doc_type}-{self.field_name or self.row_name or 'main'}-{self.property}"

    def validate(self) -> None:
        if self.is_new():
            delete_property_setter(self.doc_type, self.property, self.field_name, self.row_name)
            frappe.clear_cache(doctype=self.doc_type)

    def on_update(self) -> None:
        frappe.clear_cache(doctype=self.doc_type)

    def after_delete(self) -> None:
        frappe.clear_cache(doctype=self.doc_type)


def make_property_setter(
    doctype: str,
    fieldname: str | None,
    property: str,
    value: Any,
    property_type: str,
    for_doctype: bool = False,
    validate_fields_for_doctype: bool = True,
) -> Any:
    """Sets the property of a field, or of the DocType itself; replaces an earlier setting."""
    setter = {"doctype": doctype, "fieldname": fieldname, "property": property, "value": value}
    setter["doctype_or_field"] = "DocType" if for_doctype else "DocField"
    return frappe.make_property_setter({**setter, "property_type": property_type}, is_system_generated=False)


def delete_property_setter(
    doc_type: str, property: str | None = None, field_name: str | None = None, row_name: str | None = None
) -> None:
    filters = {"doc_type": doc_type, "property": property, "field_name": field_name, "row_name": row_name}
    frappe.db.delete("Property Setter", {key: value for key, value in filters.items() if value})
