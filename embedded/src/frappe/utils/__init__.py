"""What every module reaches for: users' names, addresses, checks of texts, paths, batches. Values live in data.py."""

import contextlib
import json
import os
import re
import traceback
from collections.abc import Callable, Generator, Iterable, Mapping
from email.header import decode_header, make_header
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlparse

import frappe
from frappe._context import get_site_path
from frappe._tools import parse_json
from frappe._whitelist import call
from frappe.utils.data import *  # noqa: F403
from frappe.utils.data import cstr, get_datetime, has_common, unique
from frappe.utils.data import strip_html as strip_html_tags
from frappe.utils.html_utils import sanitize_html

EMAIL_PATTERN = re.compile(r"^[\w.!#$%&'*+/=?^`{|}~-]+@[\w](?:[\w-]*[\w])?(?:\.[\w](?:[\w-]*[\w])?)+$")
PHONE_NUMBER_PATTERN = re.compile(r"([0-9 +_\-,.*#()]){1,20}$")


# -- people -----------------------------------------------------------------


def get_fullname(user: str | None = None) -> str:
    user = user or frappe.session.user
    names = getattr(frappe.local, "fullnames", None)
    if names is None:
        names = frappe.local.fullnames = {}
    if user not in names:
        row = frappe.db.get_value("User", user, ["first_name", "last_name"], as_dict=True)
        parts = [row.first_name, row.last_name] if row else []
        names[user] = " ".join(part for part in parts if part) or user
    return str(names[user])


def add_user_info(user: str | Iterable[str], user_info: dict[str, Any]) -> None:
    """Adds name, image and address of the users not known yet."""
    wanted = [user] if isinstance(user, str) else list(user)
    missing = [name for name in dict.fromkeys(wanted) if name not in user_info]
    if not missing:
        return
    fields = ["full_name as fullname", "user_image as image", "name", "email", "time_zone"]
    for row in frappe.get_all("User", {"name": ["in", missing]}, fields):
        user_info[row.name] = frappe._dict(row)


# -- checks of texts --------------------------------------------------------


def validate_email_address(email_str: Any, throw: bool = False) -> str:
    """The valid addresses of a comma list; "" (or InvalidEmailAddressError) when there is none."""
    found = []
    for part in cstr(email_str or "").split(","):
        part = part.strip()
        if not part:
            continue
        address = extract_email_id(part) or part
        if EMAIL_PATTERN.match(address) and "@" in address:
            found.append(address)
        elif throw:
            message = frappe._("{0} is not a valid Email Address").format(frappe.utils.escape_html(part))
            frappe.throw(message, frappe.InvalidEmailAddressError, title=frappe._("Invalid Email Address"))
    return ", ".join(found)


def extract_email_id(email: str) -> str:
    return parse_addr(email)[1]


def parse_addr(email_string: str) -> tuple[str, str]:
    name, address = parseaddr(email_string)
    return (name, address) if "@" in address else ("", "")


def split_emails(txt: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,\n](?=(?:[^\"]|\"[^\"]*\")*$)", cstr(txt)) if part.strip()]


def validate_phone_number(phone_number: Any, throw: bool = False) -> bool:
    text = cstr(phone_number).strip()
    if not text:
        return False
    valid = bool(PHONE_NUMBER_PATTERN.match(text))
    if throw and not valid:
        message = frappe._("{0} is not a valid Phone Number").format(frappe.bold(text))
        frappe.throw(message, frappe.InvalidPhoneNumberError)
    return valid


def validate_url(txt: Any, throw: bool = False, valid_schemes: Any = None) -> bool:
    url = urlparse(cstr(txt).strip())
    valid = bool(url.netloc or (txt and cstr(txt).startswith("/") and not url.scheme))
    if valid and valid_schemes:
        valid = url.scheme in ([valid_schemes] if isinstance(valid_schemes, str) else valid_schemes)
    if throw and not valid:
        frappe.throw(frappe._("'{0}' is not a valid URL").format(frappe.bold(txt)))
    return valid


# -- JSON, batches, calls ---------------------------------------------------


def get_safe_filters(filters: Any) -> Any:
    """Filters given as JSON or as a plain name."""
    try:
        parsed = json.loads(filters)
    except (TypeError, ValueError):
        return filters
    return cstr(filters) if isinstance(parsed, int | float) else parsed


def create_batch(iterable: Any, size: int) -> Generator[Any, None, None]:
    for start in range(0, len(iterable), size):
        yield iterable[start : start + size]


def dictify(arg: Any) -> Any:
    if isinstance(arg, Mapping):
        return frappe._dict({key: dictify(value) for key, value in arg.items()})
    return [dictify(value) for value in arg] if isinstance(arg, list) else arg


class CallbackManager:
    """Functions to run once, in order, after an event such as a commit."""

    def __init__(self) -> None:
        self._functions: list[Callable[[], Any]] = []

    def add(self, func: Callable[[], Any]) -> None:
        self._functions.append(func)

    def __call__(self, func: Callable[[], Any]) -> None:
        self.add(func)

    def run(self) -> None:
        while self._functions:
            self._functions.pop(0)()

    def reset(self) -> None:
        self._functions.clear()


def get_traceback(with_context: bool = False) -> str:
    """The current error's trace, without the path of the bench."""
    import sys

    kind, value, trace = sys.exc_info()
    if kind is None:
        return ""
    return "".join(traceback.format_exception(kind, value, trace)).replace(get_bench_path() + "/", "")


# -- paths ------------------------------------------------------------------


def get_bench_path() -> str:
    """The folder that holds `sites` and `apps`."""
    return os.environ.get("FRAPPE_BENCH_ROOT") or os.path.dirname(
        os.path.abspath(frappe.local.sites_path or ".")
    )


def get_site_name(hostname: str) -> str:
    return hostname.split(":", 1)[0]


def get_sites(sites_path: str | None = None) -> list[str]:
    sites_path = sites_path or getattr(frappe.local, "sites_path", None) or "."
    return sorted(
        name
        for name in os.listdir(sites_path)
        if os.path.exists(os.path.join(sites_path, name, "site_config.json"))
    )


def get_files_path(*path: str, **kwargs: Any) -> str:
    return get_site_path("private" if kwargs.get("is_private") else "public", "files", *path)


def get_defaults(key: str | None = None) -> Any:
    return frappe.db.get_defaults(key)
