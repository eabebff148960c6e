"""Who may do what: roles, levels, ownership, user permissions, apps' own refusals, shares."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import frappe
import frappe.share
from frappe import _, bold, msgprint
from frappe.utils import cint, cstr

rights = tuple(
    "select read write create delete submit cancel amend print email report import export share".split()
)
GUEST_ROLE, ALL_USER_ROLE, SYSTEM_USER_ROLE, ADMIN_ROLE = "Guest", "All", "Desk User", "Administrator"
AUTOMATIC_ROLES = (GUEST_ROLE, ALL_USER_ROLE, SYSTEM_USER_ROLE, ADMIN_ROLE)
SHAREABLE = ("read", "write", "share", "submit", "email", "print")


def print_has_permission_check_logs(func: Callable[..., bool]) -> Callable[..., bool]:
    """Shows the user why he was refused."""

    @wraps(func)
    def inner(*args: Any, **kwargs: Any) -> bool:
        shown = kwargs.get("raise_exception", True)
        if shown:
            frappe.flags.has_permission_check_logs = []
        allowed = func(*args, **kwargs)
        if not allowed and shown and kwargs.get("user") in (None, frappe.session.user):
            msgprint("<br>".join(frappe.flags.get("has_permission_check_logs") or []))
        frappe.flags.pop("has_permission_check_logs", None)
        return allowed

    return inner


def push_perm_check_log(log: str, debug: bool = False) -> None:
    known = frappe.flags.get("has_permission_check_logs")
    if known is not None:
        known.append(log)


@print_has_permission_check_logs
def has_permission(
    doctype: Any,
    ptype: str = "read",
    doc: Any = None,
    user: str | None = None,
    raise_exception: bool = True,
    *,
    parent_doctype: str | None = None,
    debug: bool = False,
) -> bool:
    """Whether the user may do `ptype` to the DocType, or to one document. Does not raise."""
    user = user or frappe.session.user
    if user == "Administrator":
        return True
    if not doc and hasattr(doctype, "doctype"):
        doctype, doc = doctype.doctype, doctype
    if frappe.is_table(doctype):
        return has_child_permission(doctype, ptype, doc, user, raise_exception, parent_doctype)
    meta = frappe.get_meta(doctype)
    if doc:
        doc = frappe.get_doc(meta.name, doc) if isinstance(doc, (str, int)) else doc
        allowed = get_doc_permissions(doc, user=user, ptype=ptype).get(ptype)
        if not allowed:
            text = _("User {0} does not have access to this document").format(bold(user))
            may_read_others = _has_role_permission(meta, "read", user)  # says itself when he may not
            push_perm_check_log(f"{text}: {_(doc.doctype)} - {doc.name}" if may_read_others else text)
    else:
        allowed = _has_role_permission(meta, ptype, user)
    return bool(allowed) or _is_shared(doctype, ptype, doc, user)


def _has_role_permission(meta: Any, ptype: str, user: str) -> bool:
    if ptype == "submit" and not cint(meta.is_submittable):
        push_perm_check_log(_("Document Type is not submittable"))
        return False
    if ptype == "import" and not cint(meta.allow_import):
        push_perm_check_log(_("Document Type is not importable"))
        return False
    allowed = get_role_permissions(meta, user=user).get(ptype)
    if not allowed:
        text = _("User {0} does not have doctype access via role permission for document {1}")
        push_perm_check_log(text.format(bold(user), bold(_(meta.name))))
    return bool(allowed)


def _is_shared(doctype: str, ptype: str, doc: Any, user: str) -> bool:
    if ptype not in SHAREABLE:
        return False
    filters = [["share_name", "=", get_doc_name(doc)]] if doc else None
    asked = ["read" if ptype in ("email", "print") else ptype]
    return bool(frappe.share.get_shared(doctype, user, rights=asked, filters=filters, limit=1))


def get_doc_name(doc: Any) -> str | None:
    return doc if isinstance(doc, str) else doc.name if doc else None


def has_child_permission(
    child_doctype: str,
    ptype: str = "read",
    child_doc: Any = None,
    user: str | None = None,
    raise_exception: bool = True,
    parent_doctype: str | None = None,
    *,
    debug: bool = False,
) -> bool:
    """A child row is judged by its parent, and by the level of the table field."""
    if isinstance(child_doc, str):
        columns = ["parent", "parenttype", "parentfield"]
        child_doc = frappe.db.get_value(child_doctype, child_doc, columns, as_dict=True)
    if child_doc:
        parent_doctype = child_doc.parenttype
    if not parent_doctype:
        text = _("Please specify a valid parent DocType for {0}")
        push_perm_check_log(text.format(bold(child_doctype)))
        return False
    meta = frappe.get_meta(parent_doctype)
    tables = {df.fieldname: df for df in meta.get_table_fields() if df.options == child_doctype}
    if child_doc:
        tables = {name: df for name, df in tables.items() if name == child_doc.parentfield}
    if not tables:
        text = _("{0} is not a valid parent DocType for {1}")
        push_perm_check_log(text.format(bold(parent_doctype), bold(child_doctype)))
        return False
    level = min(cint(df.permlevel) for df in tables.values())
    if level and level not in meta.get_permlevel_access(ptype, user=user):
        push_perm_check_log(_("Insufficient Permission Level for {0}").format(bold(parent_doctype)))
        return False
    parent = child_doc and (getattr(child_doc, "parent_doc", None) or child_doc.parent)
    return has_permission(parent_doctype, ptype=ptype, doc=parent, user=user, raise_exception=raise_exception)


def get_doc_permissions(
    doc: Any, user: str | None = None, ptype: str | None = None, debug: bool = False
) -> dict[str, Any]:
    """{right: 1 or 0} of the user for this document, shares left aside."""
    user = user or frappe.session.user
    meta = frappe.get_meta(doc.doctype)
    is_owner = cstr(doc.get("owner")).lower() == cstr(user).lower()
    if not has_controller_permissions(doc, ptype, user=user):
        push_perm_check_log(_("Not allowed via controller permission check"))
        return {ptype or "read": 0}
    found = dict(get_role_permissions(meta, user=user, is_owner=is_owner))
    if not cint(meta.is_submittable):
        found["submit"] = 0
    if not cint(meta.allow_import):
        found["import"] = 0
    if found.get("has_if_owner_enabled"):
        found.update(found.get("if_owner") or {})
    if has_user_permission(doc, user):
        return found
    return {**(found.get("if_owner") or {}), "create": 0} if is_owner else {}


def get_role_permissions(
    doctype_meta: Any, user: str | None = None, is_owner: bool | None = None, debug: bool = False
) -> dict[str, Any]:
    """{right: 1 or 0} by roles. A right held only as owner counts in `if_owner`; to look at the list it suffices."""
    user = user or frappe.session.user
    meta = frappe.get_meta(doctype_meta) if isinstance(doctype_meta, str) else doctype_meta
    if user == "Administrator":
        return allow_everything()
    key = (meta.name, user, bool(is_owner))
    known = frappe.local.role_permissions
    if key not in known:
        known[key] = _role_permissions(meta, user, bool(is_owner))
    return known[key]


def _role_permissions(meta: Any, user: str, is_owner: bool) -> dict[str, Any]:
    roles = set(get_roles(user))
    rules = [rule for rule in meta.permissions or [] if rule.role in roles and not cint(rule.permlevel)]
    restricted = any(rule.get("if_owner") for rule in rules)
    found = frappe._dict(if_owner={}, has_if_owner_enabled=restricted)
    for right in rights:
        held = any(rule.get(right) for rule in rules)
        freely = any(rule.get(right) and not rule.get("if_owner") for rule in rules)
        found[right] = cint(held)
        if held and restricted and not freely and right != "create":
            found["if_owner"][right] = cint(is_owner)
            found[right] = 1 if right in ("select", "read") else 0
    return found


def has_user_permission(doc: Any, user: str | None = None, debug: bool = False) -> bool:
    """Whether the document and its links stay within the user's User Permissions."""
    allowed = get_user_permissions(user)
    if not allowed or get_role_permissions("User Permission", user=user).get("write"):
        return True
    doctype = doc.get("doctype")
    own = get_allowed_docs_for_doctype(allowed.get(doctype, []), doctype)
    if own and cstr(doc.get("name")) not in own:
        push_perm_check_log(_("Not allowed for {0}: {1}").format(_(doctype), doc.get("name")))
        return False
    strict = cint(frappe.get_system_settings("apply_strict_user_permissions"))
    return all(_links_allowed(row, doctype, allowed, strict) for row in [doc, *doc.get_all_children()])


def _links_allowed(row: Any, doctype: str, allowed: dict[str, Any], strict: int) -> bool:
    for df in frappe.get_meta(row.get("doctype")).get_link_fields():
        value = row.get(df.fieldname)
        if df.ignore_user_permissions or df.options not in allowed or not (value or strict):
            continue
        docs = get_allowed_docs_for_doctype(allowed[df.options], doctype)
        if docs and cstr(value) not in docs:
            text = _("Not allowed for {0}: {1}. Restricted field: {2}")
            push_perm_check_log(text.format(_(df.options), value or _("Empty"), df.label or df.fieldname))
            return False
    return True


def has_controller_permissions(
    doc: Any, ptype: str | None, user: str | None = None, debug: bool = False
) -> bool:
    """Apps' has_permission hooks: each may refuse, none can grant."""
    hooks = frappe.get_hooks("has_permission", {})
    for method in reversed([*hooks.get(doc.doctype, []), *hooks.get("*", [])]):
        answer = frappe.call(frappe.get_attr(method), doc=doc, ptype=ptype, user=user)
        if answer is not None:
            return bool(answer)
    return True


# -- roles ----------------------------------------------------------------------


def get_roles(user: str | None = None, with_standard: bool = True) -> list[str]:
    """The user's roles; All and Guest, and Desk User for who may use the desk, come by themselves."""
    user = user or frappe.session.user
    if user == "Guest" or not user:
        return [GUEST_ROLE]
    roles = frappe.cache.hget("roles", user, lambda: _roles_of(user))
    return list(roles) if with_standard else [role for role in roles if role not in AUTOMATIC_ROLES]


def _roles_of(user: str) -> list[str]:
    if user == "Administrator":
        return frappe.db.get_values("Role", {}, "name", pluck=True)
    filters = {"parent": user, "parenttype": "User", "role": ["not in", AUTOMATIC_ROLES]}
    roles: list[str] = frappe.db.get_values("Has Role", filters, "role", order_by="idx asc", pluck=True)
    return [*roles, ALL_USER_ROLE, GUEST_ROLE, *([SYSTEM_USER_ROLE] if is_system_user(user) else [])]


def is_system_user(user: str | None = None) -> bool:
    return frappe.db.get_value("User", user or frappe.session.user, "user_type", cache=True) == "System User"


def get_doctypes_with_read() -> list[str]:
    """DocTypes that some role of the user reads."""
    allowed = {"role": ["in", get_roles()], "permlevel": 0, "read": 1}
    custom = frappe.db.get_values("Custom DocPerm", {}, ["parent", "role", "read"], as_dict=True)
    replaced, roles = {rule.parent for rule in custom}, set(get_roles())
    own = set(frappe.db.get_values("DocPerm", allowed, "parent", pluck=True)) - replaced
    return list(own | {rule.parent for rule in custom if rule.read and rule.role in roles})


def allow_everything() -> dict[str, Any]:
    return frappe._dict(dict.fromkeys(rights, 1))


# -- rules changed by the administrator ---------------------------------------------


# -- user permissions ---------------------------------------------------------------


def get_user_permissions(user: str | None) -> dict[str, list[Any]]:
    """{DocType: [{doc, applicable_for, is_default}]}"""
    from frappe.core.doctype.user_permission.user_permission import get_user_permissions

    return get_user_permissions(user)


def add_user_permission(
    doctype: str,
    name: str,
    user: str,
    ignore_permissions: bool = False,
    applicable_for: str | None = None,
    is_default: int = 0,
    hide_descendants: int = 0,
) -> None:
    """Restricts the user to this document where its DocType is linked to."""
    from frappe.core.doctype.user_permission.user_permission import user_permission_exists

    if user_permission_exists(user, doctype, name, applicable_for):
        return
    if not frappe.db.exists(doctype, name):
        frappe.throw(_("{0} {1} not found").format(_(doctype), name), frappe.DoesNotExistError)
    frappe.get_doc(
        {
            "doctype": "User Permission",
            "user": user,
            "allow": doctype,
            "for_value": name,
            "is_default": is_default,
            "applicable_for": applicable_for,
            "apply_to_all_doctypes": 0 if applicable_for else 1,
            "hide_descendants": hide_descendants,
        }
    ).insert(ignore_permissions=ignore_permissions)


def get_allowed_docs_for_doctype(user_permissions: list[Any], doctype: str) -> list[str]:
    """Values that hold in documents of this DocType."""
    found = [each for each in user_permissions if each.get("applicable_for") in (None, "", doctype)]
    return [cstr(each.get("doc")) for each in found]
