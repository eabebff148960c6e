"""What a document does besides living: comments, tags, versions, notices, titles, comparisons.

Mixed into Document, where Frappe has these methods. Stores nothing of the document itself but `db_set`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _, whitelist
from frappe.model import float_like_fields
from frappe.types.frappedict import _dict
from frappe.utils.data import compare, flt, now

if TYPE_CHECKING:
    from frappe.model.base_document import BaseDocument as Base
else:
    Base = object


class DocumentExtras(Base):
    if TYPE_CHECKING:

        def load_from_db(self) -> Any: ...
        def load_doc_before_save(self, *, raise_exception: bool = False) -> None: ...
        def run_method(self, method: str, *args: Any, **kwargs: Any) -> Any: ...
        def lock(self, timeout: int | None = None) -> None: ...

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

    def db_get(self, fieldname: str) -> Any:
        return frappe.db.get_value(self.doctype, self.name, fieldname)

    def clear_cache(self) -> None:
        frappe.clear_document_cache(self.doctype, self.name)

    def notify_update(self) -> None:
        """Left out: nobody listens for live updates here."""

    def get_latest(self) -> Any:
        if not getattr(self, "_latest", None):
            self._latest = frappe.get_doc(self.doctype, self.name)
        return self._latest

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

    def add_tag(self, tag: str) -> None:
        from frappe.desk.doctype.tag.tag import DocTags

        DocTags(self.doctype).add(self.name, tag)

    def remove_tag(self, tag: str) -> None:
        from frappe.desk.doctype.tag.tag import DocTags

        DocTags(self.doctype).remove(self.name, tag)

    def get_tags(self) -> list[str]:
        from frappe.desk.doctype.tag.tag import DocTags

        return DocTags(self.doctype).get_tags(self.name).split(",")[1:]

    def add_seen(self, user: str | None = None) -> None:
        """Left out: `_seen` is not kept."""

    def reset_seen(self) -> None:
        """Left out: `_seen` is not kept."""

    def add_viewed(self, user: str | None = None, force: bool = False, unique_views: bool = False) -> None:
        """Left out: there is no View Log."""

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

    def get_assigned_users(self) -> set[str]:
        return set(
            frappe.get_all(
                "ToDo",
                {"reference_type": self.doctype, "reference_name": self.name, "status": ("!=", "Cancelled")},
                pluck="allocated_to",
            )
        )

    def get_liked_by(self) -> list[str]:
        return frappe.parse_json(self.get("_liked_by") or "[]")  # type: ignore[no-any-return]

    def run_notifications(self, method: str) -> None:
        """Left out: no Notification documents."""

    def queue_action(self, action: str, **kwargs: Any) -> None:
        """Runs a method of the document in the worker, the document locked until then."""
        self.lock()
        frappe.enqueue(
            "frappe.model.document.execute_action",
            __doctype=self.doctype,
            __name=self.name,
            __action=action,
            enqueue_after_commit=True,
            **kwargs,
        )

    def log_error(self, title: str | None = None, message: str | None = None) -> Any:
        return frappe.log_error(
            message=message, title=title, reference_doctype=self.doctype, reference_name=self.name
        )

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

    def get_url(self) -> str:
        from frappe.utils import get_absolute_url

        return get_absolute_url(self.doctype, self.name)

    def set_onload(self, key: str, value: Any) -> None:
        """A value for the form that is not stored."""
        if not self.get("__onload"):
            self.set("__onload", _dict())
        self.get("__onload")[key] = value

    def get_onload(self, key: str | None = None) -> Any:
        values = self.get("__onload", _dict())
        return values.get(key) if key else values

    # -- comparisons for controllers ----------------------------------------

    def validate_value(
        self, fieldname: str, condition: str, val2: Any, doc: Any = None, raise_exception: Any = None
    ) -> None:
        """Throws unless `value condition val2` holds."""
        doc = doc or self
        df = doc.meta.get_field(fieldname)
        if compare(doc.get_value(fieldname), condition, doc.cast(val2, df)):
            return
        label = doc.meta.get_label(fieldname)
        shown = {"=": "equal to", "!=": "not equal to", "^": "starting with", "in": "one of"}
        word = _(shown.get(condition, condition))
        row = _("Row") + f" # {doc.idx}: " if doc.get("parentfield") else ""
        msg = row + _("Incorrect value: {0} must be {1} {2}").format(_(label), word, val2)
        frappe.msgprint(msg, raise_exception=raise_exception or True)

    def validate_table_has_rows(self, parentfield: str, raise_exception: Any = None) -> None:
        rows = self.get(parentfield)
        if not (isinstance(rows, list) and rows):
            label = self.meta.get_label(parentfield)
            frappe.throw(
                _("Table {0} cannot be empty").format(label), raise_exception or frappe.EmptyTableError
            )

    def validate_from_to_dates(self, from_date_field: str, to_date_field: str) -> None:
        from frappe.utils import date_diff

        start, end = self.get(from_date_field), self.get(to_date_field)
        if start and end and date_diff(end, start) < 0:
            frappe.throw(
                _("{0} must be after {1}").format(
                    frappe.bold(_(self.meta.get_label(to_date_field))),
                    frappe.bold(_(self.meta.get_label(from_date_field))),
                ),
                frappe.exceptions.InvalidDates,
            )

    def round_floats_in(self, doc: Any, fieldnames: Any = None) -> None:
        if not fieldnames:
            fieldnames = [df.fieldname for df in doc.meta.fields if df.fieldtype in float_like_fields]
        for fieldname in fieldnames:
            doc.set(fieldname, flt(doc.get(fieldname), self.precision(fieldname, doc.get("parentfield"))))


