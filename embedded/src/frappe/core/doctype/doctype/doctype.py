"""A DocType's own document: what its definition must be, and what follows when it is stored."""

from __future__ import annotations

import re

import frappe
from frappe import _
from frappe.model import data_fieldtypes, no_value_fields, table_fields
from frappe.model.document import Document

FIELDNAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


class DocType(Document):
    def validate(self) -> None:
        self.set_fieldnames()
        validate_fields(self)

    def set_fieldnames(self) -> None:
        for df in self.fields:
            if not df.fieldname:
                base = df.label or f"{df.fieldtype} {df.idx}"
                df.fieldname = frappe.scrub(base).strip("_")

    def on_update(self) -> None:
        """The table follows the definition; roles and module exist."""
        from frappe.model.meta import Meta

        frappe.clear_cache(doctype=self.name)
        frappe.db.updatedb(self.name, Meta(self.name))
        self.make_module_and_roles()

    def make_module_and_roles(self) -> None:
        make_module_and_roles(self)

    def on_trash(self) -> None:
        frappe.db.delete("Custom DocPerm", {"parent": self.name})


def validate_fields(doc: Document) -> None:
    """Refuses fields that cannot be columns, occur twice or point nowhere."""
    seen: set[str] = set()
    for df in doc.fields:
        if not FIELDNAME.match(df.fieldname or ""):
            frappe.throw(_("Fieldname {0} is not valid").format(df.fieldname), frappe.NameError)
        if df.fieldname in seen:
            frappe.throw(_("Fieldname {0} appears multiple times").format(df.fieldname))
        seen.add(df.fieldname)
        if df.fieldtype not in (*data_fieldtypes, *no_value_fields):
            frappe.throw(_("{0} is not a field type").format(df.fieldtype))
        if df.fieldtype in ("Link", *table_fields) and not df.options:
            frappe.throw(_("Options are required for field {0} of type {1}").format(df.label, df.fieldtype))


def make_module_and_roles(doc: Document, perm_fieldname: str = "permissions") -> None:
    """Creates the Module Def and the roles that the definition names."""
    if frappe.flags.in_install_db or not frappe.db.table_exists("Role"):
        return
    if doc.module and not frappe.db.exists("Module Def", doc.module):
        from frappe.modules import get_module_app

        frappe.get_doc(
            {"doctype": "Module Def", "module_name": doc.module, "app_name": get_module_app(doc.module)}
        ).insert(ignore_permissions=True)
    roles = {row.role for row in doc.get(perm_fieldname)} | {"Administrator", "All", "Guest"}
    for role in sorted(roles):
        if role and not frappe.db.exists("Role", role):
            frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert(
                ignore_permissions=True, ignore_mandatory=True
            )
