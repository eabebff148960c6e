"""What can be wrong with a file."""

import frappe


class MaxFileSizeReachedError(frappe.ValidationError):
    """The file is larger than the site takes."""


class FolderNotEmpty(frappe.ValidationError):
    """A folder with files cannot be deleted."""


class FileIsMissing(frappe.DoesNotExistError, FileNotFoundError):
    """The address leads to no file of the site."""
