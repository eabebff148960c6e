"""What administrators change in the browser: each change with its reason, each in the audit trail. Thin.

Frappe lets only its System Manager write Workflows and Custom Fields. Here the Trace Administrator may too, through
this door: the DocTypes of `CONFIGURED` and nothing else, never without a reason.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from med_trace.api.edge import as_dict, as_list, as_text, shown
from med_trace.api.records import levels_of
from med_trace.configuration import fields, notices, prints, revising, rights, texts, workflows
from med_trace.domain.errors import BadInput, NotFound
from med_trace.ledger.shown import translated

ROLES = ("Trace Administrator", "System Manager")
# What is configured, and the fields that its list shows.
CONFIGURED: dict[str, tuple[str, ...]] = {
    "Custom Field": ("dt", "label", "fieldname", "fieldtype", "options", "reqd"),
    "Workflow": ("document_type", "is_active"),
    "Workflow State": ("style",),
    "Workflow Action Master": (),
    "Signature Rule": ("document_type", "meaning", "role", "count"),
    "Regulated Field": ("document_type", "fieldname", "reason_needed"),
    "Registered Device": ("device_name", "kind", "status", "workstation", "user"),
    "Label Layout": ("kind", "active", "width"),
    "Notification": ("document_type", "event", "channel", "enabled"),
    "Print Format": ("doc_type", "default_print_language", "disabled"),
    "Process Routing": ("item_code", "revision", "workflow_state", "effective_from"),
    "Inspection Plan": ("item_code", "stage", "revision", "workflow_state", "effective_from"),
    "Trace Settings": (),
}
REVISED = ("Process Routing", "Inspection Plan")
SUGGESTED = (
    *("Role", "DocType", "User", "Workstation", "Tool", "Item", "UOM"),
    *(name for name in CONFIGURED if name != "Trace Settings"),
)
TEXTS = ("Notification", "Print Format")
LIST_LIMIT = 500
LONGEST_REASON = 500


@frappe.whitelist()
@shown()
def entries(doctype: str | None = None) -> list[dict[str, Any]]:
    """The records of one configured DocType, at most 500, the last changed first.

    Raises PermissionError (403) for who is no administrator, NotFound (404) for what is not configured here.
    """
    _require_administrator()
    name = _configured(doctype)
    if name == "Trace Settings":
        return [{"name": name}]  # there is one, and it has no table
    shown_fields = [one for one in CONFIGURED[name] if frappe.get_meta(name).has_field(one)]
    return frappe.get_all(
        name,
        filters=_own(name),
        fields=["name", *shown_fields, "modified"],
        order_by="modified desc",
        limit=LIST_LIMIT,
    )


@frappe.whitelist()
@shown()
def record(doctype: str | None = None, name: str | None = None) -> dict[str, Any]:
    """One record with what its form needs: doc, and about as `api.records.about` gives it. No name: a new one."""
    _require_administrator()
    kind = _configured(doctype)
    wanted = as_text(name, "name")
    if wanted and kind != "Trace Settings" and not frappe.db.exists(kind, wanted):
        raise NotFound("There is no {0} {1}.", kind, wanted)
    doc = frappe.get_doc(kind, wanted) if wanted else frappe.new_doc(kind)
    levels = levels_of(frappe.get_meta(kind), "write", all_levels=True)
    everything = ("read", "write", "create", "delete")
    return {
        "doc": doc.as_dict(),
        "about": {
            "may": dict.fromkeys(everything, True),
            "levels": {"read": levels, "write": levels},
            "workflow": None,
            "regulated": [],  # the reason is asked for in any case
        },
    }


@frappe.whitelist(methods=["POST"])
@shown()
def save(doc: dict | str | None = None, reason: str | None = None) -> dict[str, Any]:
    """Save a record of the configuration, new or changed, with the reason of the change; returns it.

    Raises PermissionError (403), BadInput (417) without a reason, TimestampMismatchError (417) when somebody else
    saved it meanwhile, and what the record's own rules refuse.
    """
    _require_administrator()
    values = as_dict(doc or {}, "doc")
    kind = _configured(values.get("doctype"))
    document = frappe.get_doc(_required_form(values, kind))
    if values.get("__islocal"):
        document.name = as_text(values.get("__newname"), "__newname")
    elif not frappe.db.exists(kind, document.name):
        raise NotFound("There is no {0} {1}.", kind, document.name)
    document.change_reason = _reason(reason)
    _require_sound(document)
    # The administrator's role was checked; Frappe's own rules know the System Manager only.
    document.save(ignore_permissions=True)
    return document.as_dict()


@frappe.whitelist(methods=["POST"])
@shown()
def remove(doctype: str | None = None, name: str | None = None, reason: str | None = None) -> None:
    """Remove a record of the configuration, with the reason. Revisions and settings are never removed here."""
    _require_administrator()
    kind, wanted = _configured(doctype), as_text(name, "name", required=True)
    if kind in (*REVISED, "Trace Settings"):
        raise BadInput("{0} is not removed here.", kind, field="doctype")
    if not frappe.db.exists(kind, wanted):
        raise NotFound("There is no {0} {1}.", kind, wanted)
    why = _reason(reason)
    if kind == "Custom Field":
        fields.require_own(wanted)
    if kind == "Workflow":
        workflows.require_not_shipped(wanted)
    if kind in TEXTS and not frappe.db.exists(kind, {"name": wanted, **_own(kind)}):
        raise BadInput("{0} belongs to another app and cannot be removed.", wanted, field="name")
    frappe.form_dict["change_reason"] = why
    frappe.delete_doc(kind, wanted, ignore_permissions=True)  # the administrator's role was checked


@frappe.whitelist(methods=["POST"])
@shown()
def revise(
    doctype: str | None = None,
    name: str | None = None,
    reason: str | None = None,
    rows: list | str | None = None,
) -> str:
    """A new draft revision of a routing or plan, with changed limits; returns its name. It counts once it is signed.

    Args: `rows` [{table, idx, field: value, ...}]: what changes in which row (idx from 1).
    """
    _require_administrator()
    kind = _configured(doctype)
    if kind not in REVISED:
        raise BadInput("{0} has no revisions.", kind, field="doctype")
    changes = [as_dict(row, "rows") for row in as_list(rows or [], "rows")]
    return revising.revise(kind, as_text(name, "name", required=True), _reason(reason), changes)


@frappe.whitelist()
@shown()
def texts_of(doctype: str | None = None, document_type: str | None = None) -> dict[str, Any]:
    """What a Notification or a Print Format (`doctype`) may be about, and with `document_type` what it may name.

    Returns doctypes; of a notice also fields [{fieldname, label, fieldtype}], receivers, roles, events; of a print
    layout `starter`, a layout to begin with. Raises PermissionError (403), BadInput (417).
    """
    _require_administrator()
    kind, about = _text_kind(doctype), as_text(document_type, "document_type")
    if kind == "Notification":
        return {"doctypes": notices.noticed(), **(notices.about(about) if about else {})}
    return {"doctypes": prints.printed(), **({"starter": prints.starter(about)} if about else {})}


@frappe.whitelist(methods=["POST"])
@shown()
def preview(doc: dict | str | None = None) -> dict[str, Any]:
    """A notice or print layout that need not be saved, as the newest record that this user may read would give it.

    Returns {record (null: there is none), subject, html, applies (whether the condition holds for it), problem (what
    saving would refuse, with the line, or null)}. Raises PermissionError (403), BadInput (417).
    """
    _require_administrator()
    values = as_dict(doc or {}, "doc")
    kind = _text_kind(values.get("doctype"))
    document = frappe.get_doc(_required_form(values, kind))
    try:
        _require_sound(document)
    except BadInput as error:
        return {**texts.NOTHING, "problem": translated(error.message)}
    return {**texts.preview(document), "problem": None}


@frappe.whitelist()
@shown()
def fields_of(doctype: str | None = None) -> list[dict[str, Any]]:
    """The fields of a DocType, in the order of its form: fieldname, label, fieldtype, options, is_custom, is_own."""
    _require_administrator()
    return fields.fields_of(as_text(doctype, "doctype", required=True))


@frappe.whitelist()
def doctypes() -> list[str]:
    """The DocTypes that may get custom fields."""
    _require_administrator()
    return fields.extensible()


@frappe.whitelist()
def roles() -> dict[str, Any]:
    """Which role may do what, from the rules as they are now: {roles, fixed, rows [{doctype, rights {role: "rwcdsx"},
    offered, changed}]}.
    """
    _require_administrator()
    return rights.overview()


@frappe.whitelist(methods=["POST"])
@shown()
def give(
    doctype: str | None = None, role: str | None = None, letters: str | None = None, reason: str | None = None
) -> None:
    """Give a role these rights on a DocType and no others; without `role`, back to the rules that came with the app.

    Args: `letters` of read r, write w, create c, delete d, submit s, cancel x; none: no right.
    Raises PermissionError (403), NotFound (404), BadInput (417) for what the duties of the roles do not allow.
    """
    _require_administrator()
    name, to = as_text(doctype, "doctype", required=True), as_text(role, "role")
    why = _reason(reason)
    if to:
        rights.change(name, to, as_text(letters, "letters") or "", why)
    else:
        rights.reset(name, why)


@frappe.whitelist()
@shown()
def search(doctype: str | None = None, txt: str | None = None) -> list[dict[str, str]]:
    """Names for the links of these forms: [{value, description}], at most 12."""
    _require_administrator()
    kind = as_text(doctype, "doctype", required=True)
    if kind not in SUGGESTED:
        raise NotFound("{0} is not looked up here.", kind)
    found = frappe.get_all(
        kind,
        filters={"name": ["like", f"%{as_text(txt, 'txt') or ''}%"]},
        pluck="name",
        order_by="name asc",
        limit=12,
    )
    return [{"value": name, "description": ""} for name in found]


def is_administrator() -> bool:
    return bool(set(ROLES) & set(frappe.get_roles()))


def _require_administrator() -> None:
    if not is_administrator():
        frappe.throw(_("Only a Trace Administrator configures the site."), frappe.PermissionError)


def _configured(doctype: Any) -> str:
    name = as_text(doctype, "doctype", required=True)
    if name not in CONFIGURED or not frappe.db.exists("DocType", name):
        raise NotFound("{0} is not configured here.", name)
    return name


def _required_form(values: dict[str, Any], doctype: str) -> dict[str, Any]:
    """The fields of a form: rows where a table stands, plain values elsewhere. Raises BadInput."""
    form: dict[str, Any] = {"doctype": doctype, "name": as_text(values.get("name"), "name")}
    form |= {key: values[key] for key in ("modified", "creation", "owner", "__islocal") if values.get(key)}
    for field in frappe.get_meta(doctype).fields:
        value = values.get(field.fieldname)
        if field.fieldtype == "Table":
            rows = [as_dict(row, field.fieldname) for row in as_list(value or [], field.fieldname)]
            form[field.fieldname] = [_plain_values(row) for row in rows]
        elif field.fieldname in values:
            form |= _plain_values({field.fieldname: value})
    return form


def _plain_values(values: dict[str, Any]) -> dict[str, Any]:
    for field, value in values.items():
        if isinstance(value, (dict, list)):
            raise BadInput("{0}: {1!r} is not a text.", field, value, field=field)
    return values


def _reason(reason: Any) -> str:
    why = as_text(reason, "reason")
    if not why:
        raise BadInput("Say why the configuration is changed.", field="reason")
    if len(why) > LONGEST_REASON:
        raise BadInput(
            "reason: {0} characters; expected at most {1}.", len(why), LONGEST_REASON, field="reason"
        )
    return why


def _text_kind(doctype: Any) -> str:
    name = _configured(doctype)
    if name not in TEXTS:
        raise BadInput("{0} has no text.", name, field="doctype")
    return name


def _own(doctype: str) -> dict[str, Any]:
    """Which records of a DocType are configured here: the texts of other apps, and about other records, are theirs."""
    if doctype == "Notification":
        return {"is_standard": 0, "document_type": ["in", notices.noticed()]}
    return {"standard": "No", "doc_type": ["in", prints.printed()]} if doctype == "Print Format" else {}


JUDGES = {
    "Custom Field": fields.require_sound,
    "Workflow": workflows.require_sound,
    "Notification": notices.require_sound,
    "Print Format": prints.require_sound,
}


def _require_sound(document: Any) -> None:
    if document.doctype in JUDGES:
        JUDGES[document.doctype](document)
