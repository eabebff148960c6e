"""What is known of a DocType: its fields with customisations, its permissions, its columns.

Loaded once per process and cache version; shared by all documents, so treat it as read only.
"""

from __future__ import annotations

import json
import os
from functools import cache, cached_property
from typing import Any

import frappe
from frappe import _
from frappe._cache import space
from frappe.model import (
    LARGEST,
    VARCHAR_LENGTH,
    child_table_fields,
    data_fieldtypes,
    default_fields,
    no_value_fields,
    table_fields,
    varchar_fieldtypes,
)
from frappe.model.base_document import DOCTYPE_TABLE_FIELDS, DOCTYPES_FOR_DOCTYPE, BaseDocument
from frappe.model.document import Document
from frappe.types.frappedict import _dict
from frappe.utils.data import cast, cint, cstr

TABLE_DOCTYPES_FOR_DOCTYPE = {df.fieldname: df.options for df in DOCTYPE_TABLE_FIELDS}
DEFAULT_FIELD_LABELS = {
    "name": lambda: _("ID"),
    "creation": lambda: _("Created On"),
    "docstatus": lambda: _("Document Status"),
    "idx": lambda: _("Index"),
    "modified": lambda: _("Last Updated On"),
    "modified_by": lambda: _("Last Updated By"),
    "owner": lambda: _("Created By"),
    "_user_tags": lambda: _("Tags"),
    "_liked_by": lambda: _("Liked By"),
    "_comments": lambda: _("Comments"),
    "_assign": lambda: _("Assigned To"),
}
WITHOUT_CUSTOM_PERMISSIONS = ("DocType", "DocField", "DocPerm", "Custom DocPerm")
SET_ONLY_ONCE = (
    _dict(fieldname="creation", fieldtype="Datetime", label="Created On"),
    _dict(fieldname="owner", fieldtype="Data", label="Created By"),
)


def get_meta(doctype: str, cached: bool = True) -> Meta:
    """The DocType's meta; DoesNotExistError for an unknown name."""
    metas: dict[str, Meta] = space().setdefault("meta", {})
    if not cached or doctype not in metas:
        metas[doctype] = Meta(doctype)
    return metas[doctype]


@cache
def load_doctype_from_file(doctype: str) -> dict[str, Any]:
    """JSON of one of the DocTypes that describe DocTypes."""
    name = frappe.scrub(doctype)
    path = os.path.join(os.path.dirname(frappe.__file__), "core", "doctype", name, f"{name}.json")
    with open(path) as source:
        found: dict[str, Any] = json.load(source)
    return found


@cache
def _columns_from_file(doctype: str) -> list[str]:
    loaded = load_doctype_from_file(doctype)
    fields = [df["fieldname"] for df in loaded["fields"] if df["fieldtype"] in data_fieldtypes]
    return [*default_fields[1:], *fields, *(child_table_fields if loaded.get("istable") else ())]


def get_table_columns(doctype: str) -> list[str]:
    """Columns of the DocType's table."""
    if doctype in DOCTYPES_FOR_DOCTYPE:
        return list(_columns_from_file(doctype))
    return frappe.db.get_table_columns(doctype)


class Meta(Document):
    def __init__(self, doctype: Any) -> None:
        if isinstance(doctype, BaseDocument):
            values: dict[str, Any] = doctype.as_dict()
        elif isinstance(doctype, dict):
            values = doctype
        else:
            values = self._definition(doctype)
        self.__dict__["doctype"] = "DocType"
        self.__dict__["_table_fieldnames"] = set()
        self.flags = _dict()
        for column in get_table_columns("DocType"):
            self.__dict__[column] = values.get(column)
        self.__dict__["_table_fieldnames"] = {"fields", "permissions"}
        self.fields = [self._row("DocField", row, idx) for idx, row in enumerate(values["fields"], start=1)]
        self.permissions = [
            self._row("DocPerm", row, idx) for idx, row in enumerate(values.get("permissions") or (), start=1)
        ]
        self.links = [_dict(row) for row in values.get("links") or ()]
        self.actions = [_dict(row) for row in values.get("actions") or ()]
        self.process()

    def _definition(self, doctype: str) -> dict[str, Any]:
        if doctype in DOCTYPES_FOR_DOCTYPE:
            return load_doctype_from_file(doctype)
        row = frappe.db.get_value("DocType", doctype, "*", as_dict=True)
        if not row:
            frappe.throw(_("{0} {1} not found").format(_("DocType"), doctype), frappe.DoesNotExistError)
        for key, child in (("fields", "DocField"), ("permissions", "DocPerm"), ("links", "DocType Link")):
            row[key] = frappe.db.get_values(child, {"parent": doctype}, "*", as_dict=True, order_by="idx asc")
        return row

    def _row(self, doctype: str, values: dict[str, Any], idx: int) -> Any:
        row = MetaRow(doctype, values)
        row.parent, row.parenttype = self.name, "DocType"
        row.idx = row.idx or idx
        return row

    @property
    def meta(self) -> Meta:
        return get_meta("DocType")

    def load_from_db(self) -> Any:
        return self

    def as_dict(self, no_nulls: bool = False) -> Any:  # type: ignore[override]  # as Frappe's: no other choice
        """The DocType itself, with its fields and permissions; not a document of it."""
        values = {column: self.__dict__[column] for column in get_table_columns("DocType")}
        kept = _dict({key: value for key, value in values.items() if value is not None or not no_nulls})
        for key in ("fields", "permissions"):
            kept[key] = [row.as_dict(no_nulls) for row in self.__dict__[key]]
        return kept | {"doctype": "DocType"}

    # -- putting it together ------------------------------------------------

    def process(self) -> None:
        if self.name not in DOCTYPES_FOR_DOCTYPE and not frappe.flags.in_install_db:
            self.add_custom_fields()
            self.apply_property_setters()
        self.init_field_caches()
        if self.name not in DOCTYPES_FOR_DOCTYPE and not frappe.flags.in_install_db:
            self.sort_fields()
            self.set_custom_permissions()

    def init_field_caches(self) -> None:
        self.__dict__["_fields"] = {df.fieldname: df for df in self.fields}

    def add_custom_fields(self) -> None:
        if not frappe.db.table_exists("Custom Field"):
            return
        for values in frappe.db.get_values(
            "Custom Field", {"dt": self.name}, "*", as_dict=True, order_by="idx asc, creation asc"
        ):
            row = self._row("DocField", values, 0)
            row.is_custom_field = 1
            row.insert_after = values.get("insert_after")
            self.fields.append(row)

    def apply_property_setters(self) -> None:
        if not frappe.db.table_exists("Property Setter"):
            return
        fields = {df.fieldname: df for df in self.fields}
        for setter in frappe.db.get_values("Property Setter", {"doc_type": self.name}, "*", as_dict=True):
            value = cast(setter.property_type, setter.value)
            if setter.doctype_or_field == "DocType":
                self.__dict__[setter.property] = value
            elif setter.doctype_or_field == "DocField" and setter.field_name in fields:
                fields[setter.field_name].set(setter.property, value)

    def sort_fields(self) -> None:
        """Custom fields stand after the field they name; a `field_order` property decides over all."""
        order = [df.fieldname for df in self.fields if not df.is_custom_field]
        waiting = [df for df in self.fields if df.is_custom_field]
        while waiting:
            placed = [df for df in waiting if df.insert_after in order]
            for df in placed or waiting:
                after = df.insert_after
                order.insert(order.index(after) + 1 if after in order else len(order), df.fieldname)
            waiting = [df for df in waiting if df not in placed] if placed else []
        own = self.__dict__.get("field_order")
        if own and isinstance(own, str):
            wanted = [name for name in json.loads(own) if name in self._fields]
            order = [*wanted, *(name for name in order if name not in wanted)]
        self.fields = [self._fields[name] for name in order]
        for idx, df in enumerate(self.fields, start=1):
            df.idx = idx

    def set_custom_permissions(self) -> None:
        if self.istable or self.name in WITHOUT_CUSTOM_PERMISSIONS or frappe.flags.in_install:
            return
        if not frappe.db.table_exists("Custom DocPerm"):
            return
        rows = frappe.db.get_values(
            "Custom DocPerm", {"parent": self.name}, "*", as_dict=True, order_by="creation"
        )
        if rows:
            self.permissions = [MetaRow("Custom DocPerm", row) for row in rows]

    # -- fields -------------------------------------------------------------

    def get_field(self, fieldname: str) -> Any:
        return self._fields.get(fieldname)

    def has_field(self, fieldname: str) -> bool:
        return fieldname in self._fields

    def get_label(self, fieldname: str) -> str:
        df = self.get_field(fieldname)
        if df is not None:
            return df.get("label")
        label = DEFAULT_FIELD_LABELS.get(fieldname)
        return label() if label else _("No Label")

    def get_translated_label(self, fieldname: str) -> str:
        return _(self.get_label(fieldname))

    def get_options(self, fieldname: str) -> str | None:
        return self.get_field(fieldname).options

    @cached_property
    def _by_type(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for df in self.fields:
            found.setdefault(df.fieldtype, []).append(df)
        return found

    def _of_type(self, *fieldtypes: str) -> list[Any]:
        return [df for kind in fieldtypes for df in self._by_type.get(kind, ())]

    @cached_property
    def _tables(self) -> list[Any]:
        return [df for df in self.fields if df.fieldtype in table_fields]

    @cached_property
    def _data_fields(self) -> list[Any]:
        return [df for df in self._of_type("Data") if df.options]

    @cached_property
    def _reqd_fields(self) -> list[Any]:
        return [df for df in self.fields if df.reqd]

    @cached_property
    def _non_negative_fields(self) -> list[Any]:
        return [df for df in self._of_type("Int", "Float", "Currency") if df.non_negative]

    @cached_property
    def _sized_fields(self) -> list[tuple[Any, int]]:
        """Fields that hold so many characters, or numbers up to so much."""
        texts = [(df, cint(df.length) or VARCHAR_LENGTH) for df in self._of_type(*varchar_fieldtypes)]
        return texts + [(df, LARGEST[df.fieldtype]) for df in self._of_type(*LARGEST)]

    @cached_property
    def _dynamic_defaults(self) -> list[Any]:
        """Fields whose default depends on the moment or on another record."""
        return [
            df for df in self.fields if df.fieldtype in ("Datetime", "Time") or cstr(df.default)[:1] == ":"
        ]

    @cached_property
    def _set_only_once(self) -> list[Any]:
        return [*(df for df in self.fields if df.set_only_once), *SET_ONLY_ONCE]

    @cached_property
    def _fetching(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for df in self.fields:
            if df.fetch_from and "." in df.fetch_from:
                found.setdefault(df.fetch_from.split(".")[0], []).append(df)
        return found

    @cached_property
    def _valid_columns(self) -> list[str]:
        fields = [df.fieldname for df in self.fields if df.fieldtype in data_fieldtypes]
        return [*default_fields[1:], *fields, *(child_table_fields if self.istable else ())]

    def get_link_fields(self) -> list[Any]:
        return self._of_type("Link")

    def get_dynamic_link_fields(self) -> list[Any]:
        return self._of_type("Dynamic Link")

    def get_table_fields(self) -> list[Any]:
        return self._tables

    def get_select_fields(self) -> list[Any]:
        return self._of_type("Select")

    def get_data_fields(self) -> list[Any]:
        return self._data_fields

    def get_set_only_once_fields(self) -> list[Any]:
        return self._set_only_once

    def get_valid_columns(self) -> list[str]:
        if self.name in DOCTYPES_FOR_DOCTYPE:
            return get_table_columns(self.name)
        return self._valid_columns

    def get_table_field_doctype(self, fieldname: str) -> str | None:
        return TABLE_DOCTYPES_FOR_DOCTYPE.get(fieldname)

    def get_fields_to_fetch(self, link_fieldname: str | None = None) -> list[Any]:
        """Fields that take their value through this link."""
        if link_fieldname:
            return self._fetching.get(link_fieldname, [])
        return [df for fields in self._fetching.values() for df in fields]

    def get_fieldnames_with_value(
        self, with_field_meta: bool = False, with_virtual_fields: bool = False
    ) -> list[Any]:
        fields = [df for df in self.fields if df.fieldtype not in no_value_fields]
        return fields if with_field_meta else [df.fieldname for df in fields]

    def get_search_fields(self) -> list[str]:
        found = [field.strip() for field in (self.search_fields or "name").split(",")]
        return found if "name" in found else [*found, "name"]

    def get_title_field(self) -> str:
        return self.title_field or ("title" if self.has_field("title") else "name")

    def get_naming_series_options(self) -> list[str]:
        df = self.get_field("naming_series")
        return (df.options or "").split("\n") if df is not None else []

    def get_workflow(self) -> str | None:
        from frappe.model.workflow import get_workflow_name

        return get_workflow_name(self.name)

    # -- permission levels --------------------------------------------------

    @cached_property
    def _high_permlevel(self) -> list[Any]:
        return [df for df in self.fields if cint(df.permlevel) > 0]

    def get_high_permlevel_fields(self) -> list[Any]:
        return self._high_permlevel

    def get_permissions(self, parenttype: str | None = None) -> list[Any]:
        """Permission rules; a child table's are its parent's."""
        if self.istable and parenttype:
            return get_meta(parenttype).permissions
        return self.permissions

    def get_permlevel_access(
        self, permission_type: str = "read", parenttype: str | None = None, *, user: str | None = None
    ) -> list[int]:
        """Levels at which one of the user's roles has this right."""
        roles = set(frappe.get_roles(user))
        levels = [
            cint(rule.permlevel)
            for rule in self.get_permissions(parenttype)
            if rule.role in roles and rule.get(permission_type)
        ]
        return list(dict.fromkeys(levels))

    def get_permitted_fieldnames(
        self,
        parenttype: str | None = None,
        *,
        user: str | None = None,
        permission_type: str = "read",
        with_virtual_fields: bool = True,
    ) -> list[str]:
        """Fields with a value that the user may read (or write)."""
        if self.istable and not parenttype:
            return []
        if permission_type == "select":
            return self.get_search_fields()
        if not self.get_permissions(parenttype):
            return self.get_fieldnames_with_value()
        levels = set(self.get_permlevel_access(permission_type, parenttype, user=user))
        if 0 not in levels and permission_type == "read":
            from frappe.share import get_shared

            if get_shared(self.name, user, rights=["read"], limit=1):
                levels.add(0)
        fields = self.get_fieldnames_with_value(with_field_meta=True)
        return [df.fieldname for df in fields if cint(df.permlevel) in levels]


class MetaRow(BaseDocument):
    """A field or permission rule of a Meta: every column reads, absent ones as None."""

    def __init__(self, doctype: str, values: dict[str, Any]) -> None:
        row = self.__dict__
        row.update(_blank(doctype))
        row.update(values)
        row["doctype"] = doctype
        row["_table_fieldnames"] = ()
        row["docstatus"] = 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None


@cache
def _blank(doctype: str) -> dict[str, Any]:
    """Every column of the row with its empty value."""
    source = "DocPerm" if doctype == "Custom DocPerm" else doctype
    blank: dict[str, Any] = dict.fromkeys(_columns_from_file(source))
    for df in load_doctype_from_file(source)["fields"]:
        if df["fieldtype"] in ("Check", "Int"):
            blank[df["fieldname"]] = 0
    return blank
