"""What can be wrong with a file."""

import frappe


class MaxFileSizeReachedError(frappe.ValidationError):
    pass


class FolderNotEmpty(frappe.ValidationError):
    pass
