"""Documents, lists and permissions under their short names; each opens the module that does the work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from frappe import _cache
from frappe._context import local
from frappe._messages import _, throw
from frappe.exceptions import DoesNotExistError, PermissionError
from frappe.types.frappedict import _dict

if TYPE_CHECKING:
    from frappe.model.document import Document
    from frappe.model.meta import Meta


def get_doc(*args: Any, **kwargs: Any) -> Document:
    """A document from the database (doctype, name), or a new one from a dict or keywords."""
    from frappe.model.document import get_doc

    return get_doc(*args, **kwargs)


def new_doc(
    doctype: str,
    *,
    parent_doc: Document | None = None,
    parentfield: str | None = None,
    as_dict: bool = False,
    **kwargs: Any,
) -> Any:
    """A new document with its defaults, not yet in the database."""
    from frappe.model.create_new import get_new_doc

    return get_new_doc(doctype, parent_doc, parentfield, as_dict=as_dict).update(kwargs)


def get_single(doctype: str) -> Document:
    return get_doc(doctype, doctype)


def get_last_doc(
    doctype: str, filters: Any = None, order_by: str = "creation desc", *, for_update: bool = False
) -> Document:
    """The newest document that passes the filters; DoesNotExistError when there is none."""
    names = get_all(doctype, filters=filters, limit_page_length=1, order_by=order_by, pluck="name")
    if not names:
        raise DoesNotExistError(doctype=doctype)
    return get_doc(doctype, names[0], for_update=for_update)


def can_cache_doc(args: Any) -> str | None:
    """The cache key when the arguments are (doctype, name) or a lone single, else None."""
    if not args:
        return None
    if len(args) == 1:
        args = (args[0], args[0])
    if all(isinstance(arg, str) for arg in args[:2]):
        return get_document_cache_key(*args[:2])
    return None


def get_document_cache_key(doctype: str, name: str) -> str:
    return f"document_cache::{doctype}::{name}"


def get_cached_doc(*args: Any, **kwargs: Any) -> Document:
    """As get_doc, remembered until the document is saved or the request ends."""
    key = can_cache_doc(args)
    if key and key in local.document_cache:
        return local.document_cache[key]
    doc = get_doc(*args, **kwargs)
    key = can_cache_doc((doc.doctype, doc.name))
    if key:
        local.document_cache[key] = doc
    return doc


def get_cached_value(doctype: str, name: str, fieldname: Any = "name", as_dict: bool = False) -> Any:
    """One value (or a list of them) of a cached document; None when it does not exist."""
    try:
        doc = get_cached_doc(doctype, name)
    except DoesNotExistError:
        from frappe._messages import clear_last_message

        clear_last_message()
        return None
    if isinstance(fieldname, str):
        if as_dict:
            throw("Cannot make dict for single fieldname")
        return doc.get(fieldname)
    values = [doc.get(field) for field in fieldname]
    return _dict(zip(fieldname, values, strict=True)) if as_dict else values


def clear_document_cache(doctype: str, name: str | None = None) -> None:
    """Forgets one cached document, or all of a DocType."""
    if name:
        local.document_cache.pop(get_document_cache_key(doctype, str(name)), None)
        values = getattr(local.db, "value_cache", None)
        if values:
            values.pop(doctype, None)
        return
    start = f"document_cache::{doctype}::"
    for key in [key for key in local.document_cache if key.startswith(start)]:
        del local.document_cache[key]


def clear_cache(user: str | None = None, doctype: str | None = None) -> None:
    """Makes every process read metadata, hooks, roles and settings again."""
    _cache.forget()
    local.cache, local.request_cache = {}, {}
    local.role_permissions, local.user_perms = {}, None
    local.new_doc_templates, local.jenv = {}, None
    if getattr(local, "db", None) and hasattr(local.db, "value_cache"):
        local.db.value_cache.clear()
    if not (user or doctype):
        local.module_app = local.app_modules = None
        for hook in _clear_hooks():
            hook()


def _clear_hooks() -> Iterable[Callable[[], Any]]:
    from frappe._context import get_attr
    from frappe._hooks import get_hooks

    if not getattr(local, "db", None):
        return []
    return [get_attr(path) for path in get_hooks("clear_cache")]


def get_meta(doctype: str, cached: bool = True) -> Meta:
    from frappe.model.meta import get_meta

    return get_meta(doctype, cached=cached)


def is_table(doctype: str) -> bool:
    """True for child tables."""
    try:
        return bool(get_meta(doctype).istable)
    except DoesNotExistError:
        return False


def delete_doc_if_exists(doctype: str, name: str, force: int = 0) -> None:
    from frappe.model.delete_doc import delete_doc

    delete_doc(doctype, name, force=bool(force), ignore_missing=True)


def make_property_setter(
    args: Any,
    ignore_validate: bool = False,
    validate_fields_for_doctype: bool = True,
    is_system_generated: bool = True,
) -> Document:
    """Sets one property of a field or DocType: {doctype, fieldname, property, value, property_type}."""
    args = _dict(args)
    doc = get_doc(
        {
            "doctype": "Property Setter",
            "doctype_or_field": args.doctype_or_field or ("DocField" if args.fieldname else "DocType"),
            "doc_type": args.doctype,
            "field_name": args.fieldname,
            "row_name": args.row_name,
            "property": args.property,
            "value": args.value,
            "property_type": args.property_type or "Data",
            "is_system_generated": int(is_system_generated),
        }
    )
    doc.flags.ignore_validate = ignore_validate
    doc.flags.validate_fields_for_doctype = validate_fields_for_doctype
    return doc.insert(ignore_permissions=True)


def get_list(doctype: str, *args: Any, **kwargs: Any) -> Any:
    """Rows that the user may read."""
    from frappe.model.db_query import DatabaseQuery

    return DatabaseQuery(doctype).execute(*args, **kwargs)


def get_all(doctype: str, *args: Any, **kwargs: Any) -> Any:
    """Rows whatever the user may read, all of them unless limited."""
    kwargs["ignore_permissions"] = True
    kwargs.setdefault("limit_page_length", 0)
    return get_list(doctype, *args, **kwargs)


def get_value(*args: Any, **kwargs: Any) -> Any:
    return local.db.get_value(*args, **kwargs)


def get_roles(username: str | None = None) -> list[str]:
    """Roles of a user (default: the present one), All and Guest among them."""
    from frappe.permissions import get_roles

    if not getattr(local, "session", None) or not local.session.user:
        return ["Guest"]
    return list(get_roles(username or local.session.user))


def has_permission(
    doctype: str | None = None,
    ptype: str = "read",
    doc: Any = None,
    user: str | None = None,
    throw: bool = False,
    *,
    parent_doctype: str | None = None,
    debug: bool = False,
) -> bool:
    """Whether the user may do `ptype` to the DocType or document; raises PermissionError when `throw`."""
    from frappe.permissions import has_permission

    if not doctype and doc:
        doctype = doc.doctype
    where = {"parent_doctype": parent_doctype, "debug": debug}
    allowed = bool(has_permission(doctype, ptype, doc=doc, user=user, raise_exception=throw, **where))
    if throw and not allowed:
        _refuse(doctype, doc)
    return allowed


def _refuse(doctype: str | None, doc: Any) -> None:
    name = doc if isinstance(doc, str) else getattr(doc, "name", None)
    document = f"{_(doctype or '')} {name}" if name else _(doctype or "")
    local.flags.error_message = _("No permission for {0}").format(document)
    raise PermissionError


def get_system_settings(key: str) -> Any:
    """One value of System Settings; None while the runtime itself is being installed."""
    if local.flags.in_install_db or local.flags.in_install == "frappe":
        return None
    return local.db.get_single_value("System Settings", key)


def only_has_select_perm(doctype: str, user: str | None = None, ignore_permissions: bool = False) -> bool:
    from frappe.permissions import get_role_permissions

    if ignore_permissions:
        return False
    rights = get_role_permissions(get_meta(doctype), user=user or local.session.user)
    return bool(rights.get("select") and not rights.get("read"))
