"""A remark on a document."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import sanitize_html


class Comment(Document):
    def validate(self) -> None:
        self.comment_email = self.get("comment_email") or frappe.session.user
        self.content = sanitize_html(self.get("content"), always_sanitize=True)
