"""Which rows of a list the user may see, and which of their fields."""

from __future__ import annotations

from typing import Any

import frappe
import frappe.share
from frappe.utils import cint


class MatchConditions:
    """The permission half of DatabaseQuery."""

    doctype: str
    table: str
    user: str
    flags: Any
    reference_doctype: str | None
    permission_map: dict[str, str]
    conditions: list[str]
    shared: list[str]

    def check_read_permission(self, doctype: str, parent_doctype: str | None = None) -> None:
        """Raises PermissionError unless the user may read or select some rows of the DocType."""
        if doctype in self.permission_map:
            return
        right = "select" if frappe.only_has_select_perm(doctype, user=self.user) else "read"
        frappe.has_permission(doctype, right, user=self.user, parent_doctype=parent_doctype, throw=True)
        self.permission_map[doctype] = right

    def permitted_fields(self, doctype: str, parenttype: str | None) -> set[str]:
        known = self.flags.setdefault("permitted_fields", {})
        if doctype not in known:
            known[doctype] = set(
                frappe.model.get_permitted_fields(
                    doctype,
                    parenttype=parenttype,
                    user=self.user,
                    permission_type=self.permission_map.get(doctype),
                    ignore_virtual=True,
                )
            )
        return known[doctype]

    def build_match_conditions(self, as_condition: bool = True) -> Any:
        """SQL that only the user's own rows meet; with as_condition=False the lists of allowed links."""
        self.match_filters: list[dict[str, list[str]]] = []
        self.match_conditions: list[str] = []
        self.shared = [] if self._is_child() else frappe.share.get_shared(self.doctype, self.user)
        only_shared = not self._is_child() and not self._add_role_conditions()
        if not as_condition:
            return self.match_filters
        found = [f"(({') or ('.join(self.match_conditions)}))"] if self.match_conditions else []
        found.extend(self.hook_conditions())
        text = " and ".join(found)
        if text and self.shared and not only_shared:
            return f"(({text}) or ({self.get_share_condition()}))"
        return text

    def _is_child(self) -> bool:
        return bool(cint(frappe.get_meta(self.doctype).istable))

    def _add_role_conditions(self) -> bool:
        """False when no role lets the user in and only shared rows are left."""
        rights = frappe.permissions.get_role_permissions(frappe.get_meta(self.doctype), user=self.user)
        may = rights.get("select") or rights.get("read")
        if not may and not has_any_user_permission_for_doctype(
            self.doctype, self.user, self.reference_doctype
        ):
            if not self.shared:
                shown = frappe._("No permission to read {0}").format(frappe._(self.doctype))
                frappe.throw(shown, frappe.PermissionError)
            self.conditions.append(self.get_share_condition())
            return False
        if requires_owner_constraint(rights):
            owner = frappe.db.escape(self.user, percent=False)
            self.match_conditions.append(f"{self.table}.`owner` = {owner}")
        elif may:
            self.add_user_permissions(frappe.permissions.get_user_permissions(self.user))
        return True

    def add_user_permissions(self, user_permissions: dict[str, list[Any]]) -> None:
        """Every restricted link must hold an allowed value, or none."""
        meta = frappe.get_meta(self.doctype)
        strict = cint(frappe.get_system_settings("apply_strict_user_permissions"))
        conditions, allowed = [], {}
        links = [
            (df.fieldname, df.options) for df in meta.get_link_fields() if not df.ignore_user_permissions
        ]
        for fieldname, doctype in [*links, ("name", self.doctype)]:
            docs = self._allowed(fieldname, user_permissions.get(doctype) or [])
            if not docs:
                continue
            column = f"{self.table}.`{fieldname}`"
            listed = ", ".join(frappe.db.escape(doc, percent=False) for doc in docs)
            empty = "" if strict else f"ifnull({column}, '') = '' or "
            conditions.append(f"({empty}{column} in ({listed}))")
            allowed[doctype] = docs
        if conditions:
            self.match_conditions.append(" and ".join(conditions))
            self.match_filters.append(allowed)

    def _allowed(self, fieldname: str, permissions: list[Any]) -> list[str]:
        """Values allowed for a link of this DocType, or of the form that asks for its names."""
        place = self.doctype
        if fieldname == "name" and self.reference_doctype:
            place = self.reference_doctype
        return [each.doc for each in permissions if not each.applicable_for or each.applicable_for == place]

    def hook_conditions(self) -> list[str]:
        """What the apps' permission_query_conditions ask for."""
        methods = frappe.get_hooks("permission_query_conditions", {}).get(self.doctype, [])
        asked = (frappe.call(frappe.get_attr(method), self.user, doctype=self.doctype) for method in methods)
        return [f"({text})" for text in asked if text]

    def get_permission_query_conditions(self) -> str:
        return " and ".join(self.hook_conditions())

    def get_share_condition(self) -> str:
        listed = ", ".join(frappe.db.escape(name, percent=False) for name in self.shared)
        return f"{self.table}.`name` in ({listed})"


def requires_owner_constraint(role_permissions: Any) -> bool:
    """Whether the user reads only because he may read what he owns."""
    own = role_permissions.get("if_owner")
    if not role_permissions.get("has_if_owner_enabled") or not own:
        return False
    return all(right in own for right in ("select", "read") if role_permissions.get(right))


def has_any_user_permission_for_doctype(doctype: str, user: str, applicable_for: str | None) -> bool:
    found = frappe.permissions.get_user_permissions(user=user).get(doctype, [])
    return any(not each.applicable_for or each.applicable_for == applicable_for for each in found)
