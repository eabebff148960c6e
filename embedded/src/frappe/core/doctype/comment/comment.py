"""A remark on a document; its short form also stands in the document's `_comments`."""

from __future__ import annotations

import json
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import sanitize_html

LENGTH = 100


class Comment(Document):
    def validate(self) -> None:
        self.comment_email = self.get("comment_email") or frappe.session.user
        self.content = sanitize_html(self.get("content"), always_sanitize=True)

    def on_update(self) -> None:
        self._update_parent(_shortened(self.content))

    def on_trash(self) -> None:
        self._update_parent(None)

    def _update_parent(self, text: str | None) -> None:
        doctype, name = self.reference_doctype, self.reference_name
        if self.comment_type != "Comment" or not (doctype and name):
            return
        if frappe.get_meta(doctype).issingle or not frappe.db.has_column(doctype, "_comments"):
            return
        kept: list[Any] = json.loads(frappe.db.get_value(doctype, name, "_comments") or "[]")
        if text:
            kept = _with(kept, {"comment": text, "by": self.comment_email or self.owner, "name": self.name})
        else:
            kept = [entry for entry in kept if entry.get("name") != self.name]
        frappe.db.set_value(doctype, name, "_comments", json.dumps(kept), update_modified=False)


def _with(entries: list[Any], entry: dict[str, Any]) -> list[Any]:
    """The entries with this one in the place of its former self, or at the end."""
    if any(known.get("name") == entry["name"] for known in entries):
        return [entry if known.get("name") == entry["name"] else known for known in entries]
    return [*entries, entry]


def _shortened(content: str | None) -> str:
    content = content or ""
    return content[: LENGTH - 3] + "..." if len(content) > LENGTH else content
