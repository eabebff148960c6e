"""Small types shared by the runtime."""

from frappe.types.frappedict import _dict

__all__ = ["_dict"]
