"""Trees: lft and rgt of each node, kept by the controller of a tree DocType."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document


class NestedSetRecursionError(frappe.ValidationError):
    pass


class NestedSetChildExistsError(frappe.ValidationError):
    pass


class NestedSet(Document):
    def on_update(self) -> None:
        update_nsm(self)

    def on_trash(self, allow_root_deletion: bool = False) -> None:
        if frappe.db.exists(self.doctype, {get_parent_field(self.doctype): self.name}):
            frappe.throw(
                _("Cannot delete {0} as it has child nodes").format(self.name), NestedSetChildExistsError
            )

    def after_delete(self) -> None:
        rebuild_tree(self.doctype)

    def get_ancestors(self) -> list[str]:
        return get_ancestors_of(self.doctype, self.name)


def get_parent_field(doctype: str) -> str:
    return frappe.get_meta(doctype).get("nsm_parent_field") or f"parent_{frappe.scrub(doctype)}"


def update_nsm(doc: Any) -> None:
    """Refuses a loop; numbers the tree again when the node is new or moved."""
    field = get_parent_field(doc.doctype)
    parent, before = doc.get(field), doc.get_doc_before_save()
    if parent and (
        parent == doc.name or parent in get_descendants_of(doc.doctype, doc.name, ignore_permissions=True)
    ):
        frappe.throw(_("Item cannot be added to its own descendants"), NestedSetRecursionError)
    if not before or before.get(field) != parent:
        rebuild_tree(doc.doctype)
        doc.lft, doc.rgt = frappe.db.get_value(doc.doctype, doc.name, ["lft", "rgt"])


@frappe.whitelist()
def rebuild_tree(doctype: str, parent_field: str | None = None) -> None:
    """Numbers all nodes by name, parents around their children."""
    if frappe.local.request and frappe.local.form_dict.get("cmd", "").endswith("rebuild_tree"):
        frappe.only_for("System Manager")
    field = parent_field or get_parent_field(doctype)
    children: dict[str, list[str]] = {}
    for row in frappe.get_all(doctype, fields=["name", f"{field} as parent"], order_by="name asc"):
        children.setdefault(row.parent or "", []).append(row.name)
    number = 0
    for name, left, right in _numbered(children, "", number):
        frappe.db.set_value(doctype, name, {"lft": left, "rgt": right}, update_modified=False)


def _numbered(children: dict[str, list[str]], parent: str, number: int) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for name in children.get(parent, []):
        below = _numbered(children, name, number + 1)
        right = (max(row[2] for row in below) if below else number + 1) + 1
        found += [(name, number + 1, right), *below]
        number = right
    return found


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


def get_ancestors_of(
    doctype: str, name: str, order_by: str = "lft desc", limit: int | None = None
) -> list[str]:
    ends = frappe.db.get_value(doctype, name, ["lft", "rgt"])
    if not ends or not ends[0]:
        return []
    filters = {"lft": ["<", ends[0]], "rgt": [">", ends[1]]}
    return list(
        frappe.get_all(
            doctype, filters=filters, order_by=order_by, limit_page_length=limit or 0, pluck="name"
        )
    )


def get_root_of(doctype: str) -> str | None:
    roots = frappe.get_all(doctype, {get_parent_field(doctype): ["is", "not set"]}, pluck="name", limit=1)
    return str(roots[0]) if roots else None
