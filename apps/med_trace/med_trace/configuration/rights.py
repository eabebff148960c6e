"""What a role may do with a record type: an administrator changes it, within what the duties of the roles allow.

A site's own rules are Frappe's Custom DocPerms: the first change copies the rules that came with the app, and from then
on the copies count. Fields of their own permission level, and rules for owners alone, stay as they came.
"""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.configuration.fields import ERPNEXT, TRACE_ROLES, appended, modules
from med_trace.domain.errors import BadInput, NotFound
from med_trace.ledger.events.permission_manager import told

RIGHTS = {"r": "read", "w": "write", "c": "create", "d": "delete", "s": "submit", "x": "cancel"}
# A right rests on the one that stands here.
RESTS_ON = {"w": "r", "c": "r", "d": "w", "s": "w", "x": "s"}
# Who checks, configures or only posts readings has no other duty: what they may do does not change.
FIXED_ROLES = ("Trace Auditor", "Trace Administrator", "Trace Machine", "System Manager")
# What the ledger and the devices write is changed in few ways, and never removed.
LIMITED = {"Material Lot": "rwc", "Serial Unit": "rwc", "Device Entry": "r"}


def overview() -> dict[str, Any]:
    """The rules as they are now: roles, fixed (roles whose rights do not change), rows [{doctype, rights
    {role: "rwcdsx"}, offered (the rights that can be given), changed (the site's own rules)}].
    """
    own = set(frappe.get_all("Custom DocPerm", pluck="parent"))
    rows = [
        {
            "doctype": meta.name,
            "rights": _letters(meta),
            "offered": _offered(meta),
            "changed": meta.name in own,
        }
        for meta in map(frappe.get_meta, governed())
    ]
    return {"roles": list(TRACE_ROLES), "fixed": list(FIXED_ROLES), "rows": rows}


def governed() -> list[str]:
    filters = {"module": ["in", modules()], "istable": 0}
    own = frappe.get_all("DocType", filters=filters, pluck="name", order_by="name asc")
    present = [name for name in ERPNEXT if frappe.db.exists("DocType", name)]
    return [*own, *(name for name in present if not frappe.get_meta(name).istable)]


def change(doctype: str, role: str, letters: str, reason: str) -> None:
    """Give a role these rights and no others. Raises NotFound, BadInput."""
    _require_governed(doctype)
    _require_possible(doctype, role, letters)
    frappe.form_dict["change_reason"] = reason
    with told(doctype):
        _copy_rules(doctype)
        rule = {"parent": doctype, "role": role, "permlevel": 0, "if_owner": 0}
        names = frappe.get_all("Custom DocPerm", filters=rule, pluck="name")
        for name in names[1:] if letters else names:
            frappe.delete_doc(
                "Custom DocPerm", name, ignore_permissions=True
            )  # the administrator was checked
        if letters:
            doc = frappe.get_doc("Custom DocPerm", names[0]) if names else _new_rule(rule)
            doc.update({right: int(letter in letters) for letter, right in RIGHTS.items()})
            doc.save(ignore_permissions=True)  # the administrator was checked
        frappe.clear_cache(doctype=doctype)


def reset(doctype: str, reason: str) -> None:
    """Back to the rules that came with the app. Raises NotFound."""
    _require_governed(doctype)
    frappe.form_dict["change_reason"] = reason
    with told(doctype):
        for name in frappe.get_all("Custom DocPerm", filters={"parent": doctype}, pluck="name"):
            frappe.delete_doc(
                "Custom DocPerm", name, ignore_permissions=True
            )  # the administrator was checked
        frappe.clear_cache(doctype=doctype)


def _require_governed(doctype: str) -> None:
    if doctype not in governed():
        raise NotFound("The rights on {0} are not changed here.", doctype)


def _require_possible(doctype: str, role: str, letters: str) -> None:
    if role not in TRACE_ROLES or role in FIXED_ROLES:
        raise BadInput("The rights of {0} do not change: its duty is kept apart.", role, field="role")
    offered = _offered(frappe.get_meta(doctype))
    for letter in letters:
        if letter not in offered:
            raise BadInput(
                "{0}: {1} is not given to any role.", doctype, RIGHTS.get(letter, letter), field="rights"
            )
        if letter in RESTS_ON and RESTS_ON[letter] not in letters:
            raise BadInput("{0} needs {1}, too.", RIGHTS[letter], RIGHTS[RESTS_ON[letter]], field="rights")


def _offered(meta: Any) -> str:
    if meta.name in appended():
        return "r"
    if meta.name in LIMITED:
        return LIMITED[meta.name]
    if meta.issingle:
        return "rw"
    return "rwcdsx" if meta.is_submittable else "rwcd"


def _copy_rules(doctype: str) -> None:
    if frappe.db.exists("Custom DocPerm", {"parent": doctype}):
        return
    for row in frappe.get_all("DocPerm", filters={"parent": doctype}, fields=["*"], order_by="idx asc"):
        rule = {
            key: value for key, value in row.items() if key not in ("name", "creation", "modified", "idx")
        }
        _new_rule(rule).insert(ignore_permissions=True)  # the administrator was checked


def _new_rule(values: dict[str, Any]) -> Any:
    of_doctype = {"parenttype": "DocType", "parentfield": "permissions"}
    return frappe.get_doc({**values, "doctype": "Custom DocPerm", **of_doctype})


def _letters(meta: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in meta.permissions:
        if row.role in TRACE_ROLES and not int(row.permlevel or 0):
            given = {letter for letter, right in RIGHTS.items() if row.get(right)}
            found[row.role] = "".join(
                letter for letter in RIGHTS if letter in given or letter in found.get(row.role, "")
            )
    return found
