"""Comments from a form."""

from typing import Any

import frappe


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
