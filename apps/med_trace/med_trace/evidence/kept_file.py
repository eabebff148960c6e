"""Frappe removes a file's bytes before anybody can refuse its deletion. Named in hooks.py as `override_doctype_class`; adds nothing but the waiting."""

import frappe

File = frappe.get_attr("frappe.core.doctype.file.file.File")


class KeptFile(File):
    """Its bytes go when its deletion is committed: what is refused or rolled back has taken nothing."""

    def delete_file_data_content(self, only_thumbnail=False):
        remove = super().delete_file_data_content
        frappe.db.after_commit.add(lambda: remove(only_thumbnail=only_thumbnail))
