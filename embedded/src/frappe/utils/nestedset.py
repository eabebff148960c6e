"""Trees: rows below and above a node, by its lft and rgt."""

import frappe


def get_descendants_of(
    doctype: str,
    name: str,
    order_by: str = "lft desc",
    limit: int | None = None,
    ignore_permissions: bool = False,
) -> list[str]:
    ends = frappe.db.get_value(doctype, name, ["lft", "rgt"])
    if not ends or not ends[0]:
        return []
    filters = {"lft": [">", ends[0]], "rgt": ["<", ends[1]]}
    read = frappe.get_all if ignore_permissions else frappe.get_list
    return list(read(doctype, filters=filters, order_by=order_by, limit_page_length=limit or 0, pluck="name"))
