"""New documents: empty ones with their defaults, and copies."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import frappe
from frappe.model import data_fieldtypes
from frappe.model.base_document import BaseDocument, _stored, get_controller
from frappe.types.frappedict import _dict
from frappe.utils.data import cstr, now_datetime, nowdate, nowtime

if TYPE_CHECKING:
    from frappe.model.document import Document

CLEARED_IN_COPY = ("name", "owner", "creation", "modified", "modified_by", "docstatus")


def get_new_doc(
    doctype: str, parent_doc: Any = None, parentfield: str | None = None, as_dict: bool = False
) -> Any:
    """A new document with defaults; those of a kind that never changes are remembered for the request."""
    templates = frappe.local.new_doc_templates
    if doctype not in templates:
        templates[doctype] = make_new_doc(doctype)
    values = copy.copy(templates[doctype])
    set_dynamic_default_values(values, parent_doc, parentfield)
    return values if as_dict else frappe.get_doc(values)


def make_new_doc(doctype: str) -> _dict:
    """Column values of a new document, numbers as numbers."""
    get_controller(doctype)
    meta = frappe.get_meta(doctype)
    values = _dict(dict.fromkeys(meta.get_valid_columns()))
    values.update(doctype=doctype, owner=frappe.session.user, docstatus=0, idx=0)
    set_user_and_static_default_values(values, meta)
    values["__islocal"] = 1
    if not meta.issingle:
        values["__unsaved"] = 1
    return values


def set_user_and_static_default_values(values: _dict, meta: Any) -> None:
    from frappe.core.doctype.user_permission.user_permission import get_user_permissions

    permitted = get_user_permissions(frappe.session.user)
    defaults = frappe.defaults.get_defaults()
    for df in meta.fields:
        if df.fieldtype not in data_fieldtypes or df.fieldname == meta.title_field:
            continue
        rules = permitted.get(df.options, []) if df.fieldtype == "Link" else []
        value = _user_default(df, meta.name, defaults, rules)
        if value is None:
            value = _static_default(df, rules)
        if value is not None:
            values[df.fieldname] = _stored(value, df)


def _user_default(df: Any, doctype: str, defaults: dict[str, Any], rules: list[Any]) -> Any:
    """What the user's permissions or defaults say of a link field."""
    if df.fieldtype != "Link" or df.options == "User":
        return None
    if not df.ignore_user_permissions:
        applicable = [rule for rule in rules if rule.get("applicable_for") in (None, "", doctype)]
        chosen = [rule for rule in applicable if rule.get("is_default")] or applicable
        if len(chosen) == 1:
            return chosen[0].get("doc")
    return defaults.get(df.fieldname) if not df.get("ignore_user_defaults") and not rules else None


def _static_default(df: Any, rules: list[Any]) -> Any:
    default = cstr(df.default)
    if default:
        if default == "__user":
            return frappe.session.user
        if default == "Today":
            return nowdate()
        if not default.startswith(":"):
            allowed = not rules or default in [rule.get("doc") for rule in rules]
            return df.default if df.fieldtype != "Link" or df.options == "User" or allowed else None
    elif df.fieldtype == "Select" and df.options and df.options not in ("[Select]", "Loading..."):
        return df.options.split("\n", 1)[0]
    return None


def set_dynamic_default_values(values: _dict, parent_doc: Any, parentfield: str | None) -> None:
    """Defaults that depend on the moment or on another record (`:DocType`)."""
    for df in frappe.get_meta(values["doctype"])._dynamic_defaults:
        default = cstr(df.default)
        if default.startswith(":"):
            found = _from_record(df, parent_doc)
            if found is not None:
                values[df.fieldname] = found
        elif df.fieldtype == "Datetime" and default.lower() == "now":
            values[df.fieldname] = now_datetime()
        elif df.fieldtype == "Time":
            values[df.fieldname] = nowtime() if not default or default.lower() == "now" else df.default
    if parent_doc:
        values["parent"], values["parenttype"] = parent_doc.name, parent_doc.doctype
    if parentfield:
        values["parentfield"] = parentfield


def _from_record(df: Any, parent_doc: Any) -> Any:
    """`:Company`: the field of the same name in that record, which the parent or the defaults name."""
    doctype = df.default[1:]
    key = frappe.scrub(doctype)
    name = parent_doc.get(key) if parent_doc else None
    name = name or frappe.defaults.get_user_default(key)
    return frappe.get_cached_value(doctype, name, df.fieldname) if name else None


def copy_doc(doc: Any, ignore_no_copy: bool = True) -> Document:
    values = doc.as_dict() if hasattr(doc, "as_dict") else doc
    new = frappe.get_doc(copy.deepcopy(values))
    for row in (new, *new.get_all_children()):
        _clear_copy(row, ignore_no_copy)
    for fieldname in ("amended_from", "amendment_date"):
        new.set(fieldname, None)
    return new


def _clear_copy(row: BaseDocument, ignore_no_copy: bool) -> None:
    row.set("__islocal", 1)
    for fieldname in CLEARED_IN_COPY:
        row.set(fieldname, None)
    if not ignore_no_copy:
        for df in row.meta.get("fields", {"no_copy": 1}):
            if hasattr(row, df.fieldname):
                row.set(df.fieldname, None)
