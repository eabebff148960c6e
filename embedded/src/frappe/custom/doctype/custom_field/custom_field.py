"""A field that an app or administrator adds to another app's DocType."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils.data import cstr

BREAKS = ("Section Break", "Column Break", "Tab Break")


class CustomField(Document):
    fieldname: Any
    insert_after: Any

    def autoname(self) -> None:
        self.set_fieldname()
        self.name = f"{self.dt}-{self.fieldname}"

    def before_insert(self) -> None:
        self.set_fieldname()

    def set_fieldname(self) -> None:
        """Made of the label (with custom_ before it) when it is not given."""
        if not self.fieldname:
            label = self.label or (f"{self.fieldtype}_{self.idx}" if self.fieldtype in BREAKS else None)
            if not label:
                frappe.throw(_("Label is mandatory"))
            kept = "".join(c for c in cstr(label).replace(" ", "_") if c.isalnum() or c == "_")
            self.fieldname = f"custom_{kept}"
        self.fieldname = self.fieldname.lower()

    def validate(self) -> None:
        meta = frappe.get_meta(self.dt)
        standard = [df.fieldname for df in meta.fields if not df.is_custom_field]
        if self.is_new() and self.fieldname in standard:
            frappe.throw(
                _("A field with the name {0} already exists in {1}").format(
                    frappe.bold(self.fieldname), self.dt
                )
            )
        if not self.insert_after and meta.fields and self.is_new():
            self.insert_after = meta.fields[-1].fieldname
        if self.insert_after == self.fieldname:
            frappe.throw(_("Insert After cannot be set as {0}").format(meta.get_label(self.insert_after)))

    def on_update(self) -> None:
        frappe.clear_cache(doctype=self.dt)
        if not frappe.flags.in_create_custom_fields:
            frappe.db.updatedb(self.dt)

    def on_trash(self) -> None:
        if self.owner == "Administrator" and frappe.session.user != "Administrator":
            frappe.throw(
                _(
                    "Custom Field {0} is created by the Administrator and can only be deleted through the Administrator account."
                ).format(frappe.bold(self.label))
            )
        frappe.db.delete("Property Setter", {"doc_type": self.dt, "field_name": self.fieldname})

    def after_delete(self) -> None:
        frappe.clear_cache(doctype=self.dt)


def create_custom_field(
    doctype: str, df: Any, ignore_validate: bool = False, is_system_generated: bool = True
) -> Any:
    """Adds the field unless it is there; gives the Custom Field back, None when it was there."""
    df = frappe._dict(df)
    if not df.fieldname and df.label:
        df.fieldname = frappe.scrub(df.label)
    if frappe.db.get_value("Custom Field", {"dt": doctype, "fieldname": df.fieldname}):
        return None
    field = frappe.get_doc(
        {
            "doctype": "Custom Field",
            "dt": doctype,
            "permlevel": 0,
            "fieldtype": "Data",
            "hidden": 0,
            "is_system_generated": int(is_system_generated),
        }
    )
    field.update(df)
    field.flags.ignore_validate = ignore_validate
    return field.insert()


def create_custom_fields(
    custom_fields: dict[Any, Any], ignore_validate: bool = False, update: bool = True
) -> None:
    """{DocType or tuple of DocTypes: field or list of fields}; existing ones are updated."""
    touched: set[str] = set()
    before = frappe.flags.in_create_custom_fields
    frappe.flags.in_create_custom_fields = True
    try:
        for key, fields in custom_fields.items():
            for doctype in (key,) if isinstance(key, str) else key:
                touched.add(doctype)
                for df in [fields] if isinstance(fields, dict) else fields:
                    _create_or_update(doctype, df, ignore_validate, update)
    finally:
        frappe.flags.in_create_custom_fields = before
    for doctype in touched:
        frappe.clear_cache(doctype=doctype)
        frappe.db.updatedb(doctype)


def _create_or_update(doctype: str, df: dict[str, Any], ignore_validate: bool, update: bool) -> None:
    name = frappe.db.get_value("Custom Field", {"dt": doctype, "fieldname": df["fieldname"]})
    if not name:
        create_custom_field(doctype, {"owner": "Administrator", **df}, ignore_validate=ignore_validate)
    elif update:
        field = frappe.get_doc("Custom Field", name)
        field.flags.ignore_validate = ignore_validate
        field.update(df)
        field.save()
