"""Customize Form deletes Property Setters, and writes Custom Fields, without running a hook of theirs. Named in hooks.py as `override_doctype_class`; adds nothing but the entries."""

from typing import Any

import frappe
from med_trace.ledger.audit import past

# Looked up by its path: the embedded runtime has no such form.
CustomizeForm = frappe.get_attr("frappe.custom.doctype.customize_form.customize_form.CustomizeForm")


class AuditedCustomizeForm(CustomizeForm):
    """The form of a record type is changed, or put back as it came."""

    @frappe.whitelist()
    def save_customization(self) -> Any:
        """As Frappe's."""
        frappe.has_permission("Customize Form", throw=True)
        with past.told(self._watched()):
            return super().save_customization()

    @frappe.whitelist()
    def reset_to_defaults(self) -> Any:
        """As Frappe's."""
        frappe.has_permission("Customize Form", throw=True)
        with past.told(self._watched()):
            return super().reset_to_defaults()

    @frappe.whitelist()
    def reset_layout(self) -> Any:
        """As Frappe's."""
        frappe.has_permission("Customize Form", throw=True)
        with past.told(self._watched()):
            return super().reset_layout()

    def _watched(self) -> past.Watched:
        return {"Property Setter": {"doc_type": self.doc_type}, "Custom Field": {"dt": self.doc_type}}
