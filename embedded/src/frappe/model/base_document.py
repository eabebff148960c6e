"""A row in memory: values by field name, child rows, and their way into and out of the database.

Knows fields and tables; permissions, hooks and life cycle are Document's.
"""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe._cache import space
from frappe.model import (
    child_table_fields,
    datetime_fields,
    default_fields,
    float_like_fields,
    table_fields,
)
from frappe.model.docstatus import DocStatus
from frappe.model.field_checks import FieldChecks
from frappe.types.frappedict import _dict
from frappe.utils.data import cast, cint, cstr, flt, now

if TYPE_CHECKING:
    from frappe.model.meta import Meta

DOCTYPES_FOR_DOCTYPE = {"DocType", "DocField", "DocPerm", "DocType Action", "DocType Link", "DocType State"}
DOCTYPE_TABLE_FIELDS = [
    _dict(fieldname="fields", options="DocField", fieldtype="Table"),
    _dict(fieldname="permissions", options="DocPerm", fieldtype="Table"),
]
DATE_LIKE = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
_KEPT_IN_DICT = ("_user_tags", "__islocal", "__onload", "_liked_by", "__run_link_triggers", "__unsaved")
_OF_THE_OBJECT = ("_meta", "_parent_doc", "_doc_before_save", "_table_fieldnames", "flags", "_return_value")
_RESERVED = {"doctype", "meta", "flags", "parent_doc", "permitted_fieldnames", *_OF_THE_OBJECT}


def get_controller(doctype: str) -> type[BaseDocument]:
    """The class of a DocType's documents."""
    controllers: dict[str, type[BaseDocument]] = space().setdefault("controllers", {})
    if doctype not in controllers:
        controllers[doctype] = import_controller(doctype)
    return controllers[doctype]


def import_controller(doctype: str) -> type[BaseDocument]:
    """Finds the class in the DocType's own module, or in the override that an app's hooks name."""
    from frappe.model.document import Document
    from frappe.modules.utils import load_doctype_module

    module_name, custom, row = "Core", False, None
    if doctype not in DOCTYPES_FOR_DOCTYPE:
        row = frappe.db.get_value("DocType", doctype, ("module", "custom"))
        module_name, custom = row or (module_name, custom)
    if custom:
        return Document
    overrides = frappe.get_hooks("override_doctype_class", {}).get(doctype)
    if overrides:
        path, classname = overrides[-1].rsplit(".", 1)
        module = frappe.get_module(path)
    else:
        try:
            module = load_doctype_module(doctype, module_name)
        except ImportError as error:
            if (row or doctype in DOCTYPES_FOR_DOCTYPE) and _is_plain(error, doctype, module_name):
                return Document
            if not row:
                raise frappe.UnknownDocType(str(error)) from error
            raise
        classname = doctype.replace(" ", "").replace("-", "")
    found = getattr(module, classname, None)
    if found is None:
        raise ImportError(doctype)
    if not issubclass(found, BaseDocument):
        raise ImportError(f"{doctype}: {classname} is not a subclass of BaseDocument")
    return found


def _is_plain(error: ImportError, doctype: str, module: str) -> bool:
    """DocTypes of the runtime that have no logic of their own have no Python file either."""
    from frappe.modules.utils import get_module_app

    missing = getattr(error.__cause__, "name", None) or ""
    return missing.endswith(f".{frappe.scrub(doctype)}") and get_module_app(module) in ("frappe", "erpnext")


class BaseDocument(FieldChecks):
    if TYPE_CHECKING:
        # the fields of its DocType
        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...

    def __init__(self, d: dict[str, Any]) -> None:
        if d.get("doctype"):
            self.__dict__["doctype"] = d["doctype"]
        self.__dict__["_table_fieldnames"] = {df.fieldname for df in self._get_table_fields()}
        self.update(d)
        self.flags = _dict()
        setup = getattr(self, "__setup__", None)
        if setup:
            setup()

    def _get_table_fields(self) -> list[Any]:
        if self.doctype == "DocType":
            return DOCTYPE_TABLE_FIELDS
        return [] if self.doctype in DOCTYPES_FOR_DOCTYPE else self.meta.get_table_fields()

    # -- what it is ---------------------------------------------------------

    @property
    def meta(self) -> Meta:
        found = self.__dict__.get("_meta")
        if found is None:
            found = self.__dict__["_meta"] = frappe.get_meta(self.doctype)
        return found

    @property
    def docstatus(self) -> DocStatus:
        value = self.__dict__.get("docstatus")
        return value if isinstance(value, DocStatus) else DocStatus(cint(value))

    @docstatus.setter
    def docstatus(self, value: Any) -> None:
        self.__dict__["docstatus"] = DocStatus(cint(value))

    @property
    def parent_doc(self) -> Any:
        return self.__dict__.get("_parent_doc")

    @parent_doc.setter
    def parent_doc(self, value: Any) -> None:
        self.__dict__["_parent_doc"] = value

    # -- values -------------------------------------------------------------

    def get(self, key: Any, filters: Any = None, limit: int | None = None, default: Any = None) -> Any:
        """A value; with filters, those child rows of the table `key` that pass them."""
        if isinstance(key, dict):
            return _filter(self.get_all_children(), key, limit)
        if isinstance(filters, dict):
            return _filter(self.__dict__.get(key) or [], filters, limit)
        value = self.__dict__.get(key, filters if filters else default)
        return value[:limit] if limit and isinstance(value, list | tuple) else value

    def getone(self, key: Any, filters: Any = None) -> Any:
        rows = self.get(key, filters=filters, limit=1)
        return rows[0] if rows else None

    def set(self, key: str, value: Any, as_value: bool = False) -> None:
        if key in _RESERVED:
            return
        if not as_value and key in self.__dict__["_table_fieldnames"]:
            self.__dict__[key] = []
            if value:
                self.extend(key, value)
        elif key == "docstatus" and value is not None:
            self.docstatus = value
        else:
            self.__dict__[key] = value

    def update(self, d: Any) -> BaseDocument:
        if "name" in d:
            self.name = d["name"]
        without_children = self.__dict__.get("flags") and self.flags.ignore_children
        for key, value in d.items():
            if not (without_children and isinstance(value, list)):
                self.set(key, value)
        return self

    def update_if_missing(self, d: Any) -> None:
        """Takes those values that this document does not have."""
        values = d.get_valid_dict() if isinstance(d, BaseDocument) else d
        for key, value in values.items():
            if value is not None and self.get(key) is None and key not in self.__dict__["_table_fieldnames"]:
                self.set(key, value)

    def get_db_value(self, key: str) -> Any:
        return frappe.db.get_value(self.doctype, self.name, key)

    # -- child rows ---------------------------------------------------------

    def append(self, key: str, value: Any = None) -> Any:
        """Adds a row to the table `key` and gives it back."""
        row = self._init_child({} if value is None else value, key)
        if self.__dict__.get(key) is None:
            self.__dict__[key] = []
        self.__dict__[key].append(row)
        return row

    def extend(self, key: str, value: Any) -> None:
        if not isinstance(value, list | tuple):
            raise ValueError
        for row in value:
            self.append(key, row)

    def remove(self, doc: BaseDocument) -> None:
        """Takes a row out of its table; the rest is numbered anew."""
        if doc.get("parentfield"):
            table = self.get(doc.parentfield)
            table.remove(doc)
            for idx, row in enumerate(table, start=1):
                row.idx = idx

    def _init_child(self, value: Any, key: str) -> Any:
        if not isinstance(value, BaseDocument):
            doctype = self.get_table_field_doctype(key)
            if not doctype:
                raise AttributeError(key)
            row = get_controller(doctype)({**value, "doctype": doctype})
            row.init_valid_columns()
        else:
            row = value
        values = row.__dict__
        values.update(parent=self.get("name"), parenttype=self.doctype, parentfield=key, _parent_doc=self)
        if values.get("docstatus") is None:
            values["docstatus"] = DocStatus(0)
        if not values.get("idx"):
            values["idx"] = len(self.__dict__.get(key) or ()) + 1
        if not values.get("name"):
            values["__islocal"] = 1
        return row

    def get_table_field_doctype(self, fieldname: str) -> str | None:
        for df in self._get_table_fields():
            if df.fieldname == fieldname:
                return df.options
        return None

    def get_all_children(self, parenttype: str | None = None) -> list[Any]:
        """Rows of all tables, in the order of the fields."""
        children: list[Any] = []
        for df in self._get_table_fields():
            if parenttype is None or df.options == parenttype:
                children.extend(self.__dict__.get(df.fieldname) or ())
        return children

    def init_child_tables(self) -> None:
        for fieldname in self.__dict__["_table_fieldnames"]:
            if self.__dict__.get(fieldname) is None:
                self.__dict__[fieldname] = []

    def init_valid_columns(self) -> None:
        """Every column is there as an attribute, None when nothing was given."""
        values = self.__dict__
        for key in self.get_valid_columns():
            values.setdefault(key, None)
        if values.get("docstatus") is None:
            values["docstatus"] = DocStatus(0)
        elif not isinstance(values["docstatus"], DocStatus):
            values["docstatus"] = DocStatus(cint(values["docstatus"]))
        if values.get("idx") is None:
            values["idx"] = 0

    def get_valid_columns(self) -> list[str]:
        if self.doctype in DOCTYPES_FOR_DOCTYPE:
            from frappe.model.meta import get_table_columns

            return get_table_columns(self.doctype)
        return self.meta.get_valid_columns()

    def is_new(self) -> bool:
        return bool(self.__dict__.get("__islocal"))

    # -- as values for others -----------------------------------------------

    def get_valid_dict(
        self,
        sanitize: bool = True,
        convert_dates_to_str: bool = False,
        ignore_nulls: bool = False,
        ignore_virtual: bool = False,
    ) -> _dict:
        """Values of the columns as they are stored: numbers as numbers, empty dates as None."""
        values, found = self.__dict__, _dict()
        fields = self.meta._fields
        for fieldname in self.get_valid_columns():
            value = values.get(fieldname)
            df = fields.get(fieldname)
            if df is not None:
                value = _stored(value, df)
            if value is None and ignore_nulls:
                continue
            if convert_dates_to_str and isinstance(value, DATE_LIKE):
                value = str(value)
            found[fieldname] = value
        if found.get("docstatus") is not None:
            found["docstatus"] = int(found["docstatus"])
        return found

    def as_dict(
        self,
        no_nulls: bool = False,
        no_default_fields: bool = False,
        convert_dates_to_str: bool = False,
        no_child_table_fields: bool = False,
    ) -> _dict:
        """The document with its child rows as plain dicts."""
        doc = self.get_valid_dict(convert_dates_to_str=convert_dates_to_str, ignore_nulls=no_nulls)
        doc["doctype"] = self.doctype
        for df in self._get_table_fields():
            doc[df.fieldname] = [
                row.as_dict(no_nulls, no_default_fields, convert_dates_to_str, no_child_table_fields)
                for row in self.__dict__.get(df.fieldname) or ()
            ]
        dropped = (default_fields if no_default_fields else ()) + (
            child_table_fields if no_child_table_fields else ()
        )
        for key in dropped:
            doc.pop(key, None)
        for key in _KEPT_IN_DICT:
            value = self.__dict__.get(key)
            if value:
                doc[key] = value
        return doc

    def as_json(self) -> str:
        return frappe.as_json(self.as_dict())

    def get_label_from_fieldname(self, fieldname: str) -> str | None:
        df = self.meta.get_field(fieldname)
        return df.label if df else None

    def get_value(self, fieldname: str) -> Any:
        """The value in the type of its field."""
        return self.cast(self.get(fieldname), self.meta.get_field(fieldname))

    def cast(self, value: Any, df: Any) -> Any:
        if value is None and df.fieldtype not in float_like_fields | {"Int", "Check"}:
            return None
        return cast(df.fieldtype, value)

    def get_formatted(
        self,
        fieldname: str,
        doc: Any = None,
        currency: str | None = None,
        absolute_value: bool = False,
        translated: bool = False,
        format: str | None = None,
    ) -> Any:
        """The value as text for people."""
        from frappe.utils.formatters import format_value

        df = self.meta.get_field(fieldname)
        value = self.get(fieldname)
        if translated:
            value = _(value)
        if absolute_value and isinstance(value, int | float):
            value = abs(value)
        return format_value(value, df=df, doc=doc or self, currency=currency, format=format)

    def get_password(self, fieldname: str = "password", raise_exception: bool = True) -> str | None:
        from frappe.utils.password import get_decrypted_password

        value = self.get(fieldname)
        if value and not self.is_dummy_password(value):
            return value
        return get_decrypted_password(self.doctype, self.name, fieldname, raise_exception=raise_exception)

    def is_dummy_password(self, pwd: str) -> bool:
        return "".join(set(pwd)) == "*"

    # -- database -----------------------------------------------------------

    def db_insert(self, ignore_if_duplicate: bool = False) -> None:
        """Writes a new row. DuplicateEntryError for a taken name, UniqueValidationError for a unique field."""
        from frappe.model.naming import set_new_name

        if not self.get("name"):
            set_new_name(self)
        if not self.get("creation"):
            self.creation = self.modified = now()
            self.owner = self.modified_by = frappe.session.user
        values = self.get_valid_dict(ignore_nulls=self.doctype in DOCTYPES_FOR_DOCTYPE)
        try:
            frappe.db.insert_row(self.doctype, values)
        except Exception as error:
            if not self._name_is_taken(error):
                self._raise_unless_unique(error)
            elif not ignore_if_duplicate:
                frappe.msgprint(
                    _("{0} {1} already exists").format(_(self.doctype), frappe.bold(self.name)),
                    title=_("Duplicate Name"),
                    indicator="red",
                )
                raise frappe.DuplicateEntryError(self.doctype, self.name, error) from error
        self.set("__islocal", False)

    def db_update(self) -> None:
        if self.get("__islocal") or not self.name:
            return self.db_insert()
        values = self.get_valid_dict(ignore_nulls=self.doctype in DOCTYPES_FOR_DOCTYPE)
        name = cstr(values.pop("name"))
        try:
            frappe.db.update_row(self.doctype, name, values)
        except Exception as error:
            self._raise_unless_unique(error)

    def _name_is_taken(self, error: Exception) -> bool:
        """SQLite may name another unique column of the same row first; MariaDB names the primary key."""
        if frappe.db.is_primary_key_violation(error):
            return True
        return bool(frappe.db.is_unique_key_violation(error) and frappe.db.exists(self.doctype, self.name))

    def _raise_unless_unique(self, error: Exception) -> None:
        if frappe.db.is_unique_key_violation(error):
            self.show_unique_validation_message(error)
        raise error

    def show_unique_validation_message(self, e: Exception) -> None:
        fieldname = str(e).split(": ")[-1].split(".")[-1].split(",")[0].strip("`' ")
        label = self.get_label_from_fieldname(fieldname)
        frappe.msgprint(_("{0} must be unique").format(label or fieldname))
        raise frappe.UniqueValidationError(self.doctype, self.name, e)

    def _fix_numeric_types(self) -> None:
        for df in self.meta.get("fields"):
            value = self.get(df.fieldname)
            if df.fieldtype == "Check" or (value is not None and df.fieldtype == "Int"):
                self.set(df.fieldname, cint(value))
            elif value is not None and df.fieldtype in float_like_fields:
                self.set(df.fieldname, flt(value))

    def reset_values_if_no_permlevel_access(
        self, has_access_to: list[int], high_permlevel_fields: list[Any]
    ) -> None:
        """Puts back the stored values of fields above the user's permission level."""
        closed = [df.fieldname for df in high_permlevel_fields if df.permlevel not in has_access_to]
        if not closed:
            return
        if self.is_new():
            stored = frappe.new_doc(self.doctype, as_dict=True)
        else:
            stored = frappe.get_doc(self.doctype, self.name)
        for fieldname in closed:
            self.set(fieldname, stored.get(fieldname))

    def __repr__(self) -> str:
        name = self.get("name") or "unsaved"
        return f"<{self.__class__.__name__}: {name}{self._of_parent()}>"

    def __str__(self) -> str:
        return f"{self.__class__.__name__}({self.get('name') or 'unsaved'})"

    def _of_parent(self) -> str:
        parent = self.get("parent")
        return f" parent={parent}" if parent else ""


def _stored(value: Any, df: Any) -> Any:
    """A value as its column holds it."""
    kind = df.fieldtype
    if kind == "Check":
        return 1 if cint(value) else 0
    if isinstance(value, list) and kind not in table_fields:
        frappe.throw(_("Value for {0} cannot be a list").format(_(df.label)))
    if kind in ("Int", "Long Int"):
        return value if type(value) is int else cint(value)
    if kind in float_like_fields:
        return value if type(value) is float else flt(value)
    if kind == "JSON" and isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"))
    if value == "" and (kind in datetime_fields or df.unique):
        return None
    if df.unique and isinstance(value, str) and not value.strip():
        return None
    return value


def _filter(rows: Any, filters: dict[str, Any], limit: int | None = None) -> list[Any]:
    """Rows that pass all filters; a filter is a value, True/"not None", or [operator, value]."""
    from frappe.utils.data import compare

    tests: list[tuple[str, str, Any]] = []
    for key, wanted in filters.items():
        if isinstance(wanted, list | tuple):
            tests.append((key, wanted[0], wanted[1]))
        elif wanted is True:
            tests.append((key, "not None", None))
        elif wanted is False:
            tests.append((key, "None", None))
        else:
            tests.append((key, "=", wanted))
    found = []
    for row in rows:
        if all(compare(getattr(row, key, None), operator, wanted) for key, operator, wanted in tests):
            found.append(row)
            if limit and len(found) == limit:
                break
    return found
