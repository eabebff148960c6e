"""What a document does besides living: comments, versions, notices, titles, comparisons.

Mixed into Document, where Frappe has these methods. Stores nothing of the document itself but `db_set`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import frappe
from frappe import whitelist
from frappe.utils.data import now

if TYPE_CHECKING:
    from frappe.model.base_document import BaseDocument as Base
else:
    Base = object


class DocumentExtras(Base):
    # -- single values ------------------------------------------------------

    def db_set(
        self,
        fieldname: Any,
        value: Any = None,
        update_modified: bool = True,
        notify: bool = False,
        commit: bool = False,
    ) -> None:
        """Writes values past all checks; `on_change` still runs."""
        values = fieldname if isinstance(fieldname, dict) else {fieldname: value}
        self.update(values)
        if update_modified and (self.doctype, self.name) not in frappe.flags.currently_saving:
            self.set("modified", now())
            self.set("modified_by", frappe.session.user)
        if not self.get_doc_before_save():
            self.load_doc_before_save()
        self.run_method("before_change")
        if not self.meta.issingle and self.name is None:
            return
        if self.meta.issingle:
            frappe.db.set_single_value(self.doctype, values, update_modified=update_modified)
        else:
            frappe.db.set_value(
                self.doctype,
                self.name,
                values,
                modified=self.modified,
                modified_by=self.modified_by,
                update_modified=update_modified,
            )
        self.run_method("on_change")
        if notify:
            self.notify_update()
        self.clear_cache()
        if commit:
            frappe.db.commit()

    def clear_cache(self) -> None:
        frappe.clear_document_cache(self.doctype, self.name)

    def notify_update(self) -> None:
        """Left out: nobody listens for live updates here."""

    # -- around the document ------------------------------------------------

    def save_version(self) -> None:
        """A Version row with what changed, where the DocType tracks changes."""
        if (
            not self._doc_before_save
            or self.flags.ignore_version
            or not self.meta.track_changes
            or self.doctype == "DocType"
            or (frappe.flags.in_install and not self.flags.force_version)
        ):
            return
        version = frappe.new_doc("Version")
        if version.update_version_info(self._doc_before_save, self):
            version.insert(ignore_permissions=True)

    @whitelist()
    def add_comment(
        self,
        comment_type: str = "Comment",
        text: str | None = None,
        comment_email: str | None = None,
        comment_by: str | None = None,
    ) -> Any:
        """Adds a comment to the document's time line and gives it back."""
        return frappe.get_doc(
            {
                "doctype": "Comment",
                "comment_type": comment_type,
                "comment_email": comment_email or frappe.session.user,
                "comment_by": comment_by,
                "reference_doctype": self.doctype,
                "reference_name": self.name,
                "content": text or comment_type,
            }
        ).insert(ignore_permissions=True)

    def copy_attachments_from_amended_from(self) -> None:
        """The amended document keeps the files of the one it replaces."""
        files = frappe.get_all(
            "File",
            {"attached_to_doctype": self.doctype, "attached_to_name": self.amended_from},
            ["file_name", "file_url", "is_private"],
        )
        for file in files:
            frappe.get_doc(
                {
                    "doctype": "File",
                    "attached_to_doctype": self.doctype,
                    "attached_to_name": self.name,
                    **file,
                }
            ).insert(ignore_permissions=True)

    # -- shown to people ----------------------------------------------------

    def get_title(self) -> Any:
        return self.get(self.meta.get_title_field())

    def set_title_field(self) -> None:
        """A field named "title" takes its template (`{customer} {date}`) or, when new, its default."""
        if self.meta.title_field != "title":
            return
        df = self.meta.get_field("title")
        if df is None:
            return
        if df.options:
            self.set("title", df.options.format(**self._title_values()))
        elif self.is_new() and not self.get("title") and df.default:
            self.set("title", df.default.format(**self._title_values()))

    def _title_values(self) -> dict[str, Any]:
        return {key: "" if value is None else value for key, value in self.as_dict().items()}

    # -- comparisons for controllers ----------------------------------------
