"""What the pages need to start: who looks, in which language, and which records he may read. Thin."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.sessions import get_csrf_token
from frappe.utils import get_fullname
from med_trace.api.configure import CONFIGURED, is_administrator
from med_trace.api.edge import as_list, as_text, require_login, require_permission, shown
from med_trace.domain.errors import BadInput

LANGUAGES = {"en": "English", "zh": "中文"}
TRANSLATIONS = Path(__file__).parents[1] / "translations"
# What ERPNext has to say about material, in the order of its flow.
ERPNEXT_RECORDS = (
    "Item",
    "Supplier",
    "Customer",
    "Batch",
    "Serial No",
    "Warehouse",
    "Workstation",
    "Purchase Receipt",
    "Work Order",
    "Stock Entry",
    "Delivery Note",
    "Stock Ledger Entry",
)

MOST_PEOPLE = 500


@frappe.whitelist()
def boot() -> dict[str, Any]:
    """Who is logged in and what his pages start with.

    Returns user, full_name, roles, lang, languages {code: name}, csrf_token, words (as `words`), and records,
    the DocTypes he may read. Raises PermissionError (403) for a guest.
    """
    require_login()
    user = frappe.session.user
    lang = frappe.local.lang if frappe.local.lang in LANGUAGES else _base(frappe.local.lang)
    return {
        "user": user,
        "full_name": get_fullname(user),
        "roles": sorted(frappe.get_roles(user)),
        "lang": lang,
        "languages": LANGUAGES,
        "csrf_token": get_csrf_token(),
        "words": _words(lang),
        "records": _readable(),
    }


@frappe.whitelist()
@shown()
def words(lang: str | None = None, doctype: str | None = None) -> dict[str, str]:
    """Text to translation, for the pages or for one DocType's form; empty for English.

    Args: `lang` one of the languages of `boot`; `doctype` adds its labels, options and those of its tables.
    Raises PermissionError (403), BadInput (417) for another language.
    """
    require_login()
    code = _language(lang)
    if not doctype:
        return _words(code)
    name = as_text(doctype, "doctype", required=True)
    if not (name in CONFIGURED and is_administrator()):  # their forms are the configuration's
        require_permission(name)
    return _translated(_texts_of(doctype), code)


@frappe.whitelist()
@shown()
def people(users: list | str | None = None) -> dict[str, str]:
    """User id to full name, of those that are known: who did what is shown by name.

    Args: `users` a list of at most 500 ids. Raises PermissionError (403) without read permission on lots, BadInput.
    """
    require_permission("Material Lot")
    asked = [as_text(one, "users", required=True) for one in as_list(users, "users")]
    if len(asked) > MOST_PEOPLE:
        raise BadInput("users: at most {0} at once.", MOST_PEOPLE, field="users")
    rows = frappe.get_all("User", filters={"name": ["in", asked]}, fields=["name", "full_name"])
    return {row.name: row.full_name or row.name for row in rows}


@frappe.whitelist(methods=["POST"])
@shown()
def set_language(lang: str | None = None) -> str:
    """Remember the language of this user, for the pages and for what the server says; returns it."""
    require_login()
    code = _language(lang)
    frappe.db.set_value("User", frappe.session.user, "language", code)
    frappe.clear_cache(user=frappe.session.user)
    return code


def _language(lang: Any) -> str:
    code = as_text(lang, "lang", required=True)
    if code not in LANGUAGES:
        raise BadInput(
            "lang: {0} is not known; expected one of {1}.", code, ", ".join(LANGUAGES), field="lang"
        )
    return code


def _base(lang: str | None) -> str:
    """The language of a dialect ("zh-TW" reads "zh"); English where the pages do not speak it."""
    code = str(lang or "").split("-")[0]
    return code if code in LANGUAGES else "en"


def _words(lang: str) -> dict[str, str]:
    path = TRANSLATIONS / f"{lang}.csv"
    return _translated(_sources(path, path.stat().st_mtime), lang) if path.exists() else {}


def _translated(texts: tuple[str, ...], lang: str) -> dict[str, str]:
    """Through Frappe, so that what a site translates itself goes before the app's own words."""
    pairs = ((text, _(text, lang)) for text in texts)
    return {text: translated for text, translated in pairs if translated != text}


@lru_cache(maxsize=8)
def _sources(path: Path, changed: float) -> tuple[str, ...]:
    with path.open(encoding="utf-8", newline="") as source:
        return tuple(row[0] for row in csv.reader(source) if row)


def _texts_of(doctype: str) -> tuple[str, ...]:
    metas = [frappe.get_meta(doctype)]
    metas += [frappe.get_meta(field.options) for field in metas[0].get_table_fields()]
    texts = {doctype: None}
    for field in (field for meta in metas for field in meta.fields):
        texts[field.label or ""] = None
        if field.fieldtype == "Select":
            texts.update(dict.fromkeys((field.options or "").split("\n")))
    return tuple(text for text in texts if text)


def _readable() -> list[str]:
    modules = (Path(__file__).parents[1] / "modules.txt").read_text(encoding="utf-8").split("\n")
    filters = {"module": ["in", [name for name in modules if name]], "istable": 0, "issingle": 0}
    own = frappe.get_all("DocType", filters=filters, pluck="name", order_by="name asc")
    return [name for name in (*own, *ERPNEXT_RECORDS) if frappe.has_permission(name, "read")]
