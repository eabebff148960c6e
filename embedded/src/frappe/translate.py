"""Translations: the CSV files of the apps, then the site's own Translation rows."""

import csv
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from types import MappingProxyType

import frappe

LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")
NOTHING: Mapping[str, str] = MappingProxyType({})


def get_language(lang_list: list[str] | None = None) -> str:
    """The language of this request: chosen by the user, by cookie, by the browser, by the site."""
    request = getattr(frappe.local, "request", None)
    chosen = frappe.form_dict.get("_lang")
    if not chosen and request and frappe.session.user == "Guest":
        chosen = request.cookies.get("preferred_language") or request.accept_languages.best_match(
            get_languages()
        )
    if chosen and not LANGUAGE.match(str(chosen)):
        chosen = None
    return chosen or frappe.db.get_default("lang") or frappe.local.lang


def get_languages() -> list[str]:
    """Codes of the languages that some app brings words for, and English."""
    found = {"en"}
    for app in frappe.get_installed_apps():
        folder = frappe.get_app_path(app, "translations")
        if os.path.isdir(folder):
            found.update(name[:-4] for name in os.listdir(folder) if name.endswith(".csv"))
    return sorted(found)


def get_user_lang(user: str | None = None) -> str:
    user = user or frappe.session.user
    return frappe.db.get_value("User", user, "language") or frappe.db.get_default("lang") or "en"


@contextmanager
def print_language(language: str | None) -> Iterator[None]:
    """Speak another language for a while, as a print does."""
    before = frappe.local.lang
    frappe.local.lang = language or before
    try:
        yield
    finally:
        frappe.local.lang = before


def get_all_translations(lang: str) -> Mapping[str, str]:
    """Text (or "text:context") to translation, for a language."""
    if not lang or not getattr(frappe.local, "db", None):
        return NOTHING
    known: dict[str, Mapping[str, str]] | None = getattr(frappe.local, "translations", None)
    if known is None:
        known = frappe.local.translations = {}
    if lang not in known:
        known[lang] = frappe.cache.hget("merged_translations", lang, lambda: _merged(lang))
    return known[lang]


def _merged(lang: str) -> dict[str, str]:
    return get_translations_from_apps(lang) | get_user_translations(lang)


def get_translations_from_apps(lang: str, apps: list[str] | None = None) -> dict[str, str]:
    """The words of every app; a dialect ("pt-BR") on top of its language."""
    words = get_translations_from_apps(lang.split("-")[0], apps) if "-" in lang else {}
    for app in apps or frappe.get_installed_apps():
        path = frappe.get_app_path(app, "translations", lang + ".csv")
        if os.path.exists(path):
            words.update(_read(path, os.path.getmtime(path)))
    return words


@lru_cache(maxsize=64)
def _read(path: str, changed: float) -> Mapping[str, str]:
    words = {}
    with open(path, encoding="utf-8", newline="") as source:
        for row in csv.reader(source):
            if len(row) >= 2:
                key = f"{row[0]}:{row[2]}" if len(row) > 2 and row[2] else row[0]
                words[key.strip()] = row[1].strip()
    return words


def get_user_translations(lang: str) -> dict[str, str]:
    """What the site itself translates."""
    if not frappe.db.table_exists("Translation"):
        return {}
    words = {}
    fields = ["source_text", "translated_text", "context"]
    for row in frappe.get_all("Translation", {"language": lang}, fields, order_by="creation"):
        text = frappe.utils.strip_html_tags(row.source_text)
        words[f"{text}:{row.context}" if row.context else text] = row.translated_text
    return words


def clear_cache() -> None:
    frappe.local.translations = None
    frappe.clear_cache()
