"""A DocType's own document: what follows when it is stored."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class DocType(Document):
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
