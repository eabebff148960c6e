"""Small functions on text and files that Frappe keeps at its top level."""

from __future__ import annotations

import json
import os
import secrets
from typing import Any


def scrub(txt: str) -> str:
    """A title as an identifier: 'Material Lot' -> 'material_lot'."""
    return str(txt).replace(" ", "_").replace("-", "_").lower()


def generate_hash(txt: str | None = None, length: int = 56) -> str:
    """Random hexadecimal text of the given length."""
    return secrets.token_hex(length // 2 + 1)[:length]


def as_json(obj: Any, indent: int | None = 1, separators: Any = None, ensure_ascii: bool = True) -> str:
    """Frappe's JSON: sorted keys, dates as text."""
    from frappe.utils.response import json_handler

    separators = separators or (",", ": ")
    try:
        return json.dumps(
            obj,
            indent=indent,
            sort_keys=True,
            default=json_handler,
            separators=separators,
            ensure_ascii=ensure_ascii,
        )
    except TypeError:  # keys of several types cannot be sorted
        return json.dumps(
            obj, indent=indent, default=json_handler, separators=separators, ensure_ascii=ensure_ascii
        )


def parse_json(val: Any) -> Any:
    """JSON text as a value (a dict reads as _dict); anything else as it is."""
    from frappe.exceptions import InvalidArgument
    from frappe.types.frappedict import _dict

    if isinstance(val, str):
        try:
            val = json.loads(val)
        except ValueError as error:
            raise InvalidArgument(str(error)) from None
    return _dict(val) if isinstance(val, dict) else val


def as_unicode(text: Any, encoding: str = "utf-8") -> str:
    if isinstance(text, str):
        return text
    if text is None:
        return ""
    return text.decode(encoding) if isinstance(text, bytes) else str(text)


def safe_decode(param: Any, encoding: str = "utf-8", fallback_map: dict[str, str] | None = None) -> Any:
    return param.decode(encoding, "replace") if isinstance(param, bytes) else param


def safe_encode(param: Any, encoding: str = "utf-8") -> Any:
    return param.encode(encoding) if isinstance(param, str) else param


def read_file(path: str, raise_not_found: bool = False) -> str | None:
    if os.path.exists(path):
        with open(path, encoding="utf-8") as source:
            return source.read()
    if raise_not_found:
        raise OSError(f"{path} Not Found")
    return None


def get_file_items(path: str, raise_not_found: bool = False, ignore_empty_lines: bool = True) -> list[str]:
    """Lines of a file without comments."""
    content = read_file(path, raise_not_found=raise_not_found) or ""
    lines = [line.strip() for line in content.splitlines()]
    return [line for line in lines if not line.startswith("#") and (line or not ignore_empty_lines)]
