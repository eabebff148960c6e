"""Tags of documents, kept in their `_user_tags` and as Tag Links."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class Tag(Document):
    pass


class DocTags:
    """The tags of one DocType's documents."""

    def __init__(self, dt: str) -> None:
        self.dt = dt

    def get_tags(self, dn: str) -> str:
        return frappe.db.get_value(self.dt, dn, "_user_tags") or ""

    def add(self, dn: str, tag: str) -> None:
        tags = self.get_tags(dn).split(",")
        if tag in tags:
            return
        if not frappe.db.exists("Tag", tag):
            frappe.get_doc({"doctype": "Tag", "name": tag}).insert(ignore_permissions=True)
        self.update(dn, [*tags, tag])

    def remove(self, dn: str, tag: str) -> None:
        self.update(dn, [known for known in self.get_tags(dn).split(",") if known != tag])

    def update(self, dn: str, tags: list[str]) -> None:
        kept = list(dict.fromkeys(filter(None, tags)))
        text = "," + ",".join(kept) if kept else ""
        frappe.db.set_value(self.dt, dn, "_user_tags", text, update_modified=False)
        frappe.db.delete("Tag Link", {"document_type": self.dt, "document_name": dn})
        for tag in kept:
            frappe.get_doc(
                {
                    "doctype": "Tag Link",
                    "document_type": self.dt,
                    "document_name": dn,
                    "title": dn,
                    "tag": tag,
                }
            ).insert(ignore_permissions=True)
