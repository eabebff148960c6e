"""The public page of a label: /01/GTIN/10/LOT/21/SERIAL, the address that its QR code holds.

One answer without a login: no script, no font, no picture. Who may read the record gets a link to its history.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import frappe
from frappe import _
from frappe.utils import now_datetime
from med_trace.trace.public_page import PublicFacts, public_facts
from med_trace.trace.public_seal import seal_of
from med_trace.trace.public_words import page_of

no_cache = 1
sitemap = 0
LANGUAGES = {"en": "English", "zh": "中文"}


def get_context(context: Any) -> Any:
    path, query = _asked()
    lang = _language()
    facts = public_facts(path)
    context.no_cache = 1
    context.page_lang = lang
    context.label = {
        "languages": [(code, name, _address(path, query, code)) for code, name in LANGUAGES.items()],
        "words": _words(lang),
        "page": page_of(facts, lang, _seal(facts)) if facts else None,
        "history": _history(facts) if facts else None,
    }
    if not facts:
        context.http_status_code = 404
    return context


def _asked() -> tuple[str, str]:
    """Path and query as they were sent: a lot number may hold an encoded slash."""
    environ = frappe.request.environ
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    if "://" in raw[:8]:
        raw = "/" + raw.split("://", 1)[1].partition("/")[2]
    path, _mark, query = raw.partition("?")
    return path or quote(frappe.request.path), query or frappe.request.query_string.decode("ascii", "replace")


def _language() -> str:
    """As the address asks, else as the user does, else as the browser."""
    browser = (
        frappe.request.accept_languages.best_match(LANGUAGES) if frappe.session.user == "Guest" else None
    )
    wanted = str(frappe.form_dict.get("lang") or browser or frappe.local.lang or "en").split("-")[0].lower()
    return wanted if wanted in LANGUAGES else "en"


def _address(path: str, query: str, lang: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "lang"]
    return f"{path}?{urlencode([*kept, ('lang', lang)])}"


def _words(lang: str) -> dict[str, str]:
    moment = now_datetime().strftime("%Y-%m-%d %H:%M")
    return {
        "history": _("Open the full history", lang),
        "asked": _("As known on {0}. Open this page again to learn of changes.", lang).format(moment),
        "unknown": _("This code is not known here", lang),
        "unknown_advice": _(
            "Check that the whole code was read. If it was, ask the manufacturer: the label may not be genuine.",
            lang,
        ),
    }


def _seal(facts: PublicFacts) -> str | None:
    return seal_of(facts.released.event) if facts.released else None


def _history(facts: PublicFacts) -> str | None:
    """The page of the record, for who is logged in and may read it."""
    if frappe.session.user == "Guest" or not frappe.has_permission(facts.doctype, "read", doc=facts.name):
        return None
    if facts.doctype == "Material Lot":
        return f"/med-trace/lot/{quote(facts.name, safe='')}"
    return f"/med-trace/records/Serial%20Unit/{quote(facts.name, safe='')}"
