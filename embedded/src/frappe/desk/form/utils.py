"""Comments and attachments from a form."""

from typing import Any

import frappe


@frappe.whitelist(methods=["DELETE", "POST"])
def remove_attach() -> None:
    """Removes the attachment that the form names."""
    frappe.get_doc("File", frappe.form_dict.get("fid")).delete()


@frappe.whitelist(methods=["POST", "PUT"])
def add_comment(
    reference_doctype: str, reference_name: str, content: str, comment_email: str, comment_by: str
) -> Any:
    """A comment on a document that the user may read."""
    reference = frappe.get_doc(reference_doctype, reference_name)
    reference.check_permission()
    comment = frappe.new_doc("Comment")
    comment.update(
        {
            "comment_type": "Comment",
            "reference_doctype": reference_doctype,
            "reference_name": reference_name,
            "comment_email": comment_email,
            "comment_by": comment_by,
            "content": frappe.utils.sanitize_html(content, always_sanitize=True),
        }
    )
    return comment.insert(ignore_permissions=True)  # who may read a document may comment on it


@frappe.whitelist()
def update_comment(name: str, content: str) -> None:
    """Only the author changes his comment."""
    comment = frappe.get_doc("Comment", name)
    if frappe.session.user not in ("Administrator", comment.owner):
        frappe.throw(frappe._("Comment can only be edited by the owner"), frappe.PermissionError)
    comment.content = frappe.utils.sanitize_html(content, always_sanitize=True)
    comment.save(ignore_permissions=True)
