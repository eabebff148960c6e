"""How a document gets its name: series, field, format, prompt, hash, amendment."""

from __future__ import annotations

import datetime
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils.data import cint, cstr, now_datetime

NAMING_SERIES_PATTERN = re.compile(r"^[\w\- \/.#{}]+$", re.UNICODE)
BRACED_PARAMS_WORD_PATTERN = re.compile(r"(\{[\w|-]+\})")
BRACED_PARAMS_HASH_PATTERN = re.compile(r"(\{[#]+\})")
NAMING_SERIES_PART_TYPES = (int, str, datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
HASH_ALPHABET = "0123456789abcdefghijklmnopqrstuv"


class InvalidNamingSeriesError(frappe.ValidationError):
    """A pattern that no name can be made of."""


class NamingSeries:
    """A pattern such as PRE-.YYYY.-.#####."""

    def __init__(self, series: str) -> None:
        self.series = series

    def validate(self) -> None:
        shown = frappe.bold(self.series)
        if "." not in self.series:
            frappe.throw(
                _("Invalid naming series {0}: dot (.) missing").format(shown), exc=InvalidNamingSeriesError
            )
        if not NAMING_SERIES_PATTERN.match(self.series):
            frappe.throw(
                _(
                    "Special Characters except '-', '#', '.', '/', '{{' and '}}' not allowed in naming series {0}"
                ).format(shown),
                exc=InvalidNamingSeriesError,
            )

    def generate_next_name(self, doc: Any, *, ignore_validate: bool = False) -> str:
        if not ignore_validate:
            self.validate()
        return parse_naming_series(self.series.split("."), doc=doc)


def set_new_name(doc: Any) -> None:
    """Gives the document the name that its DocType asks for."""
    doc.run_method("before_naming") if hasattr(doc, "run_method") else None
    meta = frappe.get_meta(doc.doctype)
    autoname = meta.autoname or ""
    if autoname.lower() not in ("prompt", "uuid") and not frappe.flags.in_import:
        doc.name = None
    if doc.get("amended_from"):
        _set_amended_name(doc)
    elif meta.issingle:
        doc.name = doc.doctype
    elif meta.istable:
        doc.name = make_autoname("hash", doc.doctype)
    if not doc.name and hasattr(doc, "run_method"):
        doc.run_method("autoname")
    if not doc.name and autoname:
        set_name_from_naming_options(autoname, doc)
    if not doc.name:
        doc.name = make_autoname("hash", doc.doctype)
    doc.name = validate_name(doc.doctype, doc.name)


def set_name_from_naming_options(autoname: str, doc: Any) -> None:
    option = autoname.lower()
    if option.startswith("field:"):
        fieldname = autoname[6:]
        doc.name = cstr(doc.get(fieldname)).strip()
        if not doc.name:
            frappe.throw(_("{0} is required").format(doc.meta.get_label(fieldname)))
    elif option.startswith("naming_series:"):
        set_name_by_naming_series(doc)
    elif option.startswith("prompt"):
        if not doc.name:
            frappe.throw(_("Please set the document name"))
    elif option.startswith("format:"):
        doc.name = _format_autoname(autoname, doc)
    elif "#" in autoname or option == "hash":
        doc.name = make_autoname(autoname, doc=doc)


def set_name_by_naming_series(doc: Any) -> None:
    if not doc.get("naming_series"):
        doc.naming_series = get_default_naming_series(doc.doctype)
    if not doc.naming_series:
        frappe.throw(_("Naming Series mandatory"))
    doc.name = make_autoname(doc.naming_series + ".#####", "", doc)


def get_default_naming_series(doctype: str) -> str | None:
    field = frappe.get_meta(doctype).get_field("naming_series")
    if field is None:
        return None
    first = next((option for option in (field.options or "").split("\n") if option), None)
    return field.default or first


def _format_autoname(autoname: str, doc: Any) -> str:
    """`format:A-{field}-{YYYY}-{####}`: the number counts under what stands around it."""
    pattern = autoname[autoname.find(":") + 1 :]
    name = BRACED_PARAMS_WORD_PATTERN.sub(
        lambda found: parse_naming_series([found.group()[1:-1]], doc=doc), pattern
    )
    key = BRACED_PARAMS_HASH_PATTERN.sub("", name)
    return BRACED_PARAMS_HASH_PATTERN.sub(
        lambda found: parse_naming_series([found.group()[1:-1]], doc=doc, key=key), name
    )


def make_autoname(key: str = "", doctype: str = "", doc: Any = "", *, ignore_validate: bool = False) -> str:
    """The next name of a series, or a random one for the key "hash"."""
    if key == "hash":
        return _stamp_digits() + "".join(HASH_ALPHABET[byte & 31] for byte in secrets.token_bytes(7))
    return NamingSeries(key).generate_next_name(doc, ignore_validate=ignore_validate)


def _stamp_digits() -> str:
    """Three digits that grow with time, so that new rows lie together in the index."""
    ticks = int(time.time() * 10) % 32**3
    return HASH_ALPHABET[ticks // 1024] + HASH_ALPHABET[ticks // 32 % 32] + HASH_ALPHABET[ticks % 32]


def parse_naming_series(
    parts: list[str] | str,
    doctype: str | None = None,
    doc: Any = None,
    number_generator: Callable[[str, int], str] | None = None,
    key: str | None = None,
) -> str:
    """Puts a name together; the first part of # is the number counted under what stands before it."""
    number_generator = number_generator or getseries
    name, numbered = "", False
    today = now_datetime()
    for part in parts.split(".") if isinstance(parts, str) else parts:
        if not part:
            continue
        value: Any = ""
        if part.startswith("#"):
            if not numbered:
                value = number_generator(name if key is None else key, len(part))
                numbered = True
        else:
            value = _part_value(part, today, doc)
        if isinstance(value, NAMING_SERIES_PART_TYPES):
            name += value if isinstance(value, str) else cstr(value).strip()
    return name


def _part_value(part: str, today: datetime.datetime, doc: Any) -> Any:
    stamp = _STAMPS.get(part)
    if stamp:
        return stamp(today)
    if part.startswith("{") and doc:
        return doc.get(part.strip("{}"))
    if doc and doc.get(part, _ABSENT) is not _ABSENT:
        return doc.get(part)
    return part


_ABSENT = object()
_STAMPS: dict[str, Callable[[datetime.datetime], str]] = {
    "YY": lambda today: today.strftime("%y"),
    "MM": lambda today: today.strftime("%m"),
    "DD": lambda today: today.strftime("%d"),
    "YYYY": lambda today: today.strftime("%Y"),
    "JJJ": lambda today: today.strftime("%j"),
    "timestamp": str,
}


def getseries(key: str, digits: int) -> str:
    """The next number under this key, zero-padded. Holds the row until the transaction ends."""
    frappe.db.sql("update `tabSeries` set `current` = `current` + 1 where `name`=%s", (key,))
    rows = frappe.db.sql("select `current` from `tabSeries` where `name`=%s", (key,))
    if not rows:
        frappe.db.sql("insert into `tabSeries` (`name`, `current`) values (%s, 1)", (key,))
    current = cint(rows[0][0]) if rows else 1
    return str(current).zfill(digits)


def revert_series_if_last(key: str, name: str, doc: Any = None) -> None:
    """Gives the number back when the deleted document had the last one."""
    if ".#" in key:
        prefix, hashes = key.rsplit(".", 1)
        if "#" not in hashes:
            found = re.search("#+", key)
            if not found:
                return
            name = name.replace(hashes, "")
            prefix = prefix.replace(found.group(), "")
    else:
        prefix = key
    if "." in prefix:
        prefix = parse_naming_series(prefix.split("."), doc=doc)
    frappe.db.sql(
        "update `tabSeries` set `current` = `current` - 1 where `name`=%s and `current`=%s",
        (prefix, cint(name.replace(prefix, ""))),
    )


def validate_name(doctype: str, name: Any) -> str:
    """The trimmed name; NameError for one that must not be."""
    if not name:
        frappe.throw(_("No Name Specified for {0}").format(doctype))
    if isinstance(name, int):
        frappe.throw(_("Invalid name type (integer) for varchar name column"), frappe.NameError)
    if name.startswith("New " + doctype):
        frappe.throw(
            _("There were some errors setting the name, please contact the administrator"), frappe.NameError
        )
    name = name.strip()
    if name == doctype != "DocType" and not frappe.get_meta(doctype).issingle:
        frappe.throw(_("Name of {0} cannot be {1}").format(doctype, name), frappe.NameError)
    if "<" in name or ">" in name:
        frappe.throw(
            _("Name cannot contain special characters like {0}").format("'<', '>'"), frappe.NameError
        )
    return name


def _set_amended_name(doc: Any) -> str:
    """OLD-1, and OLD-2 for the amendment of OLD-1."""
    number, prefix = 1, doc.amended_from
    if frappe.db.get_value(doc.doctype, doc.amended_from, "amended_from"):
        prefix, _dash, last = doc.amended_from.rpartition("-")
        number = cint(last) + 1
    doc.name = f"{prefix}-{number}"
    return doc.name
