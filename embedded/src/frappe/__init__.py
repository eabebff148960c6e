"""The embedded runtime's `frappe`: Frappe v15's names on SQLite.

Gathers the names; the work is done in the modules beside it. See embedded/README.md.
"""

# ruff: noqa: F403, F405
from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

from frappe import exceptions
from frappe._cache import cache
from frappe._context import *
from frappe._documents import *
from frappe._hooks import *
from frappe._messages import *
from frappe._messages import _
from frappe._tools import *
from frappe._whitelist import *
from frappe.exceptions import *
from frappe.types.frappedict import _dict

if TYPE_CHECKING:
    from frappe.model.create_new import copy_doc
    from frappe.model.delete_doc import delete_doc
    from frappe.model.rename_doc import rename_doc
    from frappe.modules.utils import reload_doc
    from frappe.query_builder import get_query_builder
    from frappe.utils import get_traceback
    from frappe.utils.background_jobs import enqueue, enqueue_doc
    from frappe.utils.caching import request_cache
    from frappe.utils.data import cint, cstr, sbool
    from frappe.utils.error import log_error
    from frappe.utils.jinja import get_jenv, get_template, render_template
    from frappe.utils.safe_exec import safe_eval

__version__ = "15.55.1"
__title__ = "Frappe Framework (embedded)"

STANDARD_USERS = ("Guest", "Administrator")

# Names that Frappe re-exports from modules which themselves import frappe.
_ELSEWHERE = {
    "cint": "frappe.utils.data",
    "cstr": "frappe.utils.data",
    "sbool": "frappe.utils.data",
    "enqueue": "frappe.utils.background_jobs",
    "enqueue_doc": "frappe.utils.background_jobs",
    "log_error": "frappe.utils.error",
    "request_cache": "frappe.utils.caching",
    "get_traceback": "frappe.utils",
    "get_jenv": "frappe.utils.jinja",
    "get_template": "frappe.utils.jinja",
    "render_template": "frappe.utils.jinja",
    "get_query_builder": "frappe.query_builder.utils",
    "format_value": "frappe.utils.formatters",
    "logger": "frappe.utils.logger",
    "get_print": "frappe.utils.print_utils",
    "copy_doc": "frappe.model.create_new",
    "delete_doc": "frappe.model.delete_doc",
    "rename_doc": "frappe.model.rename_doc",
    "reload_doc": "frappe.modules.utils",
    "safe_eval": "frappe.utils.safe_exec",
    "are_emails_muted": "frappe.email.queue",
    "sendmail": "frappe.email.queue",
    "client": "frappe.client",
}


def __getattr__(name: str) -> Any:
    """Re-exported names and submodules, opened on first use."""
    if name in _ELSEWHERE:
        module = importlib.import_module(_ELSEWHERE[name])
        value = module if module.__name__ == f"frappe.{name}" else getattr(module, name)
        globals()[name] = value
        return value
    if not name.startswith("_") and importlib.util.find_spec(f"frappe.{name}"):
        return importlib.import_module(f"frappe.{name}")
    raise AttributeError(f"module 'frappe' has no attribute '{name}'")


@whitelist(allow_guest=True)
def ping() -> str:
    return "pong"
