"""The checks that a document's values go through before they are stored, field kind by field kind.

Mixed into BaseDocument, where Frappe has these methods. Refuses with Frappe's words; asks no permission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.model import LARGEST, table_fields, varchar_fieldtypes
from frappe.utils.data import cint, cstr, flt

STANDARD_USERS = ("Guest", "Administrator")
NOT_SANITISED = ("Attach", "Attach Image", "Barcode", "Code", "JSON")


class FieldChecks:
    if TYPE_CHECKING:  # fields are attributes

        def __getattr__(self, name: str) -> Any: ...

        def __setattr__(self, name: str, value: Any) -> None: ...

    # -- links --------------------------------------------------------------

    def get_invalid_links(self, is_submittable: bool = False) -> tuple[list[Any], list[Any]]:
        """Links to rows that are missing, and to cancelled documents; fetches values on the way."""
        invalid: list[Any] = []
        cancelled: list[Any] = []
        is_submittable = is_submittable or bool(self.meta.is_submittable)
        for df in self.meta.get_link_fields() + self.meta.get_dynamic_link_fields():
            docname = self.get(df.fieldname)
            if not docname:
                continue
            doctype = self._linked_doctype(df)
            name = self._fetch_through(df, doctype, docname)
            if name is _FETCHED_NOTHING:
                continue
            if not name:
                invalid.append((df.fieldname, docname, self._link_message(df, docname)))
            elif is_submittable and df.fieldname != "amended_from" and _is_cancelled(doctype, name):
                cancelled.append((df.fieldname, docname, self._link_message(df, docname)))
        return invalid, cancelled

    def _linked_doctype(self, df: Any) -> str:
        if df.fieldtype == "Link":
            if not df.options:
                frappe.throw(_("Options not set for link field {0}").format(df.fieldname))
            return df.options
        doctype = self.get(df.options)
        if not doctype:
            frappe.throw(_("{0} must be set first").format(self.meta.get_translated_label(df.options)))
        return doctype

    def _fetch_through(self, df: Any, doctype: str, docname: Any) -> Any:
        """The linked row's own name (its case counts), after taking over what fields fetch through it."""
        target = frappe.get_meta(doctype)
        if target.issingle:
            self.set(df.fieldname, doctype)
            return doctype
        fetching = [
            other
            for other in self.meta.get_fields_to_fetch(df.fieldname)
            if not (other.fetch_if_empty and self.get(other.fieldname))
        ]
        if not fetching:
            name = frappe.db.get_value(doctype, docname, "name", cache=True)
            self.set(df.fieldname, name) if name else None
            return name
        columns = ["name", *(other.fetch_from.split(".")[-1] for other in fetching)]
        values = frappe.db.get_value(doctype, docname, list(dict.fromkeys(columns)), as_dict=True)
        if not values:
            return _FETCHED_NOTHING
        self.set(df.fieldname, values["name"])
        for other in fetching:
            if self.is_new() or not self.docstatus.is_submitted() or other.allow_on_submit:
                self.set_fetch_from_value(doctype, other, values)
        return values["name"]

    def set_fetch_from_value(self, doctype: str, df: Any, values: dict[str, Any]) -> None:
        source = df.fetch_from.split(".")[-1]
        value = values[source]
        if value and df.fieldtype in ("Small Text", "Text", "Data"):
            source_df = frappe.get_meta(doctype).get_field(source)
            if source_df is not None and source_df.fieldtype == "Text Editor":
                from frappe.utils import strip_html, unescape_html

                value = unescape_html(strip_html(value))
        self.set(df.fieldname, value)

    def _link_message(self, df: Any, docname: Any) -> str:
        if self.get("parentfield"):
            return f"{_('Row')} #{self.idx}: {_(df.label)}: {docname}"
        return f"{_(df.label)}: {docname}"

    # -- required -----------------------------------------------------------

    def _get_missing_mandatory_fields(self) -> list[tuple[str, str]]:
        missing = [
            (df.fieldname, self._mandatory_message(df))
            for df in self.meta._reqd_fields
            if not self._has_content(df)
        ]
        if self.meta.istable:
            for fieldname in ("parent", "parenttype"):
                if not self.get(fieldname):
                    missing.append((fieldname, self._mandatory_message(frappe._dict(label=fieldname))))
        return missing

    def _has_content(self, df: Any) -> bool:
        value = self.get(df.fieldname)
        if value is None or value == []:
            return False
        text = cstr(value)
        if "<" not in text:
            return bool(text.strip())
        from frappe.utils import strip_html

        return bool(strip_html(text).strip()) or (df.fieldtype == "Text Editor" and "<img" in text)

    def _mandatory_message(self, df: Any) -> str:
        if df.fieldtype in table_fields:
            return f"{_('Error')}: {_('Data missing in table')}: {_(df.label)}"
        if self.get("parentfield"):
            where = f"{frappe.bold(_(self.doctype))} {_('Row')} #{self.idx}"
            return f"{_('Error')}: {where}: {_('Value missing for')}: {_(df.label)}"
        return _("Error: Value missing for {0}: {1}").format(_(df.parent), _(df.label))

    # -- kinds of values ----------------------------------------------------

    def _check_values(self) -> None:
        """All that is checked in the same way for a document and its rows."""
        self._validate_data_fields()
        self._validate_selects()
        self._validate_non_negative()
        self._validate_length()
        self._validate_json()
        self._sync_autoname_field()
        self._sanitize_content()
        self._save_passwords()

    def _validate_data_fields(self) -> None:
        from frappe import utils

        for df in self.meta.get_data_fields():
            value = self.get(df.fieldname)
            if not value or (df.oldfieldtype and df.oldfieldtype != "Data"):
                continue
            if df.options == "Email":
                if self.get("owner") in STANDARD_USERS and value in STANDARD_USERS:
                    continue
                for address in utils.split_emails(value):
                    utils.validate_email_address(address, throw=True)
            elif df.options == "Phone":
                utils.validate_phone_number(value, throw=True)
            elif df.options == "URL":
                utils.validate_url(value, throw=True)

    def _validate_selects(self) -> None:
        if frappe.flags.in_import:
            return
        for df in self.meta.get_select_fields():
            value = self.get(df.fieldname)
            if df.fieldname == "naming_series" or not value or not (df.options or "").strip("\n"):
                continue
            options = df.options.split("\n")
            value = cstr(value).strip()
            self.set(df.fieldname, value)
            if value not in options:
                prefix = _("Row #{0}:").format(self.idx) if self.get("parentfield") else ""
                shown = '", "'.join(_(option) for option in options)
                frappe.throw(
                    _('{0} {1} cannot be "{2}". It should be one of "{3}"').format(
                        prefix, _(df.label), value, shown
                    )
                )

    def _validate_non_negative(self) -> None:
        for df in self.meta._non_negative_fields:
            if flt(self.get(df.fieldname)) >= 0:
                continue
            if self.get("parentfield"):
                where = f"{frappe.bold(_(self.doctype))} {_('Row')} #{self.idx}"
                msg = f"{where}: {_('Value cannot be negative for')} {frappe.bold(_(df.label))}"
            else:
                msg = _("Value cannot be negative for {0}: {1}").format(
                    _(df.parent), frappe.bold(_(df.label))
                )
            frappe.throw(msg, frappe.NonNegativeError, title=_("Negative Value"))

    def _validate_length(self) -> None:
        if frappe.flags.in_install or self.meta.issingle:
            return
        values = self.__dict__
        for df, most in self.meta._sized_fields:
            value = values.get(df.fieldname)
            if value is None:
                continue
            size = abs(cint(value)) if df.fieldtype in LARGEST else len(cstr(value))
            if size > most:
                self.throw_length_exceeded_error(df, most, value)

    def throw_length_exceeded_error(self, df: Any, max_length: int, value: Any) -> None:
        if self.get("parentfield"):
            reference = _("{0}, Row {1}").format(_(self.doctype), self.idx)
        else:
            reference = f"{_(self.doctype)} {self.name}"
        frappe.throw(
            _("{0}: '{1}' ({3}) will get truncated, as max characters allowed is {2}").format(
                reference, frappe.bold(_(df.label)), max_length, value
            ),
            frappe.CharacterLengthExceededError,
            title=_("Value too big"),
        )

    def _validate_json(self) -> None:
        """The database refuses text that is no JSON (MariaDB does so with its JSON columns)."""
        import json

        for df in self.meta._of_type("JSON"):
            value = self.get(df.fieldname)
            if value and isinstance(value, str):
                try:
                    json.loads(value)
                except ValueError as error:
                    raise frappe.DataError(f"{df.fieldname}: {error}") from error

    def _sync_autoname_field(self) -> None:
        _empty, _specifier, fieldname = (self.meta.autoname or "").partition("field:")
        if fieldname and self.name and self.name != self.get(fieldname):
            self.set(fieldname, self.name)

    def _sanitize_content(self) -> None:
        """Makes HTML harmless, except where a field holds code or the document is settled."""
        if self.docstatus.is_cancelled() or self.flags.ignore_xss:
            return
        values = self.__dict__
        for fieldname in self.meta.get_valid_columns():
            value = values.get(fieldname)
            if not isinstance(value, str) or ("<" not in value and ">" not in value):
                continue
            df = self.meta.get_field(fieldname)
            if df is not None and self._holds_markup(df):
                continue
            from frappe.utils import sanitize_html

            self.set(fieldname, sanitize_html(value, linkify=bool(df and df.fieldtype == "Text Editor")))

    def _holds_markup(self, df: Any) -> bool:
        if df.ignore_xss_filter or df.fieldtype in NOT_SANITISED:
            return True
        if df.fieldtype in ("Data", "Small Text", "Text") and df.options == "Email":
            return True
        return self.docstatus.is_submitted() and not df.allow_on_submit

    def _save_passwords(self) -> None:
        """Password fields are kept encrypted in __Auth; the row holds stars."""
        ignored = self.flags.ignore_save_passwords
        if ignored is True or not self.meta._of_type("Password"):
            return
        from frappe.utils.password import remove_encrypted_password, set_encrypted_password

        for df in self.meta._of_type("Password"):
            value = self.get(df.fieldname)
            if ignored and df.fieldname in ignored:
                continue
            if not value:
                remove_encrypted_password(self.doctype, self.name, df.fieldname)
            elif not self.is_dummy_password(value):
                set_encrypted_password(self.doctype, self.name, value, df.fieldname)
                self.set(df.fieldname, "*" * len(value))

    # -- after submission ---------------------------------------------------

    def _validate_update_after_submit(self) -> None:
        """Only fields marked "allow on submit" may differ from what is stored."""
        stored = self._stored_document()
        if stored is None:
            return
        for df in self.meta.fields:
            if df.allow_on_submit or not (self.get(df.fieldname) or stored.get(df.fieldname)):
                continue
            if df.fieldtype in table_fields:
                now, before = len(self.get(df.fieldname) or ()), len(stored.get(df.fieldname) or ())
            elif df.fieldtype in ("Section Break", "Column Break", "Tab Break", "HTML", "Button"):
                continue
            else:
                now, before = _comparable(self, df), _comparable(stored, df)
            if now != before:
                self._refuse_change(df, before, now)

    def _stored_document(self) -> Any:
        before = self.__dict__.get("_doc_before_save")
        if before is not None:
            return before
        parent = self.__dict__.get("_parent_doc")
        before = parent.__dict__.get("_doc_before_save") if parent is not None else None
        if before is None:
            return frappe.get_doc(self.doctype, self.name)
        rows = before.get(self.get("parentfield")) or ()
        return next((row for row in rows if row.name == self.name), None)

    def _refuse_change(self, df: Any, before: Any, now: Any) -> None:
        row = f"Row #{self.idx}:" if self.get("parent") else ""
        frappe.throw(
            _("{0} Not allowed to change {1} after submission from {2} to {3}").format(
                row, frappe.bold(_(df.label)), frappe.bold(before), frappe.bold(now)
            ),
            frappe.UpdateAfterSubmitError,
            title=_("Cannot Update After Submit"),
        )


_FETCHED_NOTHING = object()


def _is_cancelled(doctype: str, name: str) -> bool:
    return bool(
        frappe.get_meta(doctype).is_submittable and cint(frappe.db.get_value(doctype, name, "docstatus")) == 2
    )


def _comparable(doc: Any, df: Any) -> Any:
    value = doc.get_value(df.fieldname)
    return "" if value is None and df.fieldtype in varchar_fieldtypes | {"Text", "Small Text"} else value
