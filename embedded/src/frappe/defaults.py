"""Default values: of the site (__default, __global) and of its users. Rows of DefaultValue."""

from __future__ import annotations

from typing import Any

import frappe
from frappe._cache import space
from frappe.types.frappedict import _dict

COMMON_PARENTS = ("__default", "__global")


def set_user_default(key: str, value: Any, user: str | None = None, parenttype: str | None = None) -> None:
    set_default(key, value, user or frappe.session.user, parenttype)


def get_user_default(key: str, user: str | None = None) -> Any:
    """The user's value, else the site's; a list has its first entry taken."""
    value = get_defaults(user).get(key)
    if value is None:
        value = get_defaults(user).get(frappe.scrub(key))
    return value[0] if isinstance(value, list | tuple) and value else value


def get_user_permissions(user: str | None = None) -> Any:
    from frappe.core.doctype.user_permission.user_permission import get_user_permissions

    return get_user_permissions(user)


def get_defaults(user: str | None = None) -> _dict:
    """The site's defaults overlaid by the user's."""
    user = user or (frappe.session.user if frappe.session else "Guest")
    values = _dict(get_defaults_for())
    if user:
        values.update(get_defaults_for(user))
        values["user"] = values["owner"] = user
    return values


def set_global_default(key: str, value: Any) -> None:
    set_default(key, value, "__default")


def get_global_default(key: str) -> Any:
    value = get_defaults_for().get(key)
    return value[0] if isinstance(value, list) and value else value


def set_default(key: str, value: Any, parent: str, parenttype: str | None = "__default") -> None:
    """Replaces the default of that owner; None or an empty text removes it."""
    stored = frappe.db.sql(
        "select `defvalue` from `tabDefaultValue` where `defkey`=%s and `parent`=%s", (key, parent)
    )
    if stored and len(stored) == 1 and stored[0][0] == value:
        return
    if stored:
        frappe.db.delete("DefaultValue", {"defkey": key, "parent": parent})
    if value is not None:
        add_default(key, value, parent, parenttype)
    else:
        _clear_cache(parent)


def add_default(key: str, value: Any, parent: str, parenttype: str | None = None) -> None:
    frappe.get_doc(
        {
            "doctype": "DefaultValue",
            "parent": parent,
            "parenttype": parenttype or "__default",
            "parentfield": "system_defaults",
            "defkey": key,
            "defvalue": value,
        }
    ).db_insert()
    _clear_cache(parent)


def get_defaults_for(parent: str = "__default") -> _dict:
    """All defaults of one owner; a key that occurs several times has a list."""
    known: dict[str, _dict] = space().setdefault("defaults", {})
    if parent not in known:
        known[parent] = _read(parent)
    return known[parent]


def _read(parent: str) -> _dict:
    values = _dict()
    for key, value in frappe.db.sql(
        "select `defkey`, `defvalue` from `tabDefaultValue` where `parent`=%s order by `creation`", (parent,)
    ):
        if key in values:
            values[key] = [*values[key], value] if isinstance(values[key], list) else [values[key], value]
        elif value is not None:
            values[key] = value
    return values


def _clear_cache(parent: str | None) -> None:
    frappe.clear_cache(user=None if parent in COMMON_PARENTS else parent, doctype="DefaultValue")
