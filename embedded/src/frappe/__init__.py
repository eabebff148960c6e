"""The embedded runtime's `frappe`: Frappe v15's names on SQLite.

Gathers the names; the work is done in the modules beside it. See embedded/README.md.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

from frappe import exceptions
from frappe._cache import cache
from frappe._context import (
    conf,
    connect,
    db,
    debug_log,
    destroy,
    error_log,
    flags,
    form,
    form_dict,
    get_attr,
    get_common_site_config,
    get_conf,
    get_request_header,
    get_site_config,
    get_site_path,
    init,
    init_site,
    job,
    lang,
    local,
    message_log,
    qb,
    request,
    response,
    session,
    set_user,
    user,
)
from frappe._documents import (
    can_cache_doc,
    clear_cache,
    clear_document_cache,
    copy_doc,
    delete_doc,
    delete_doc_if_exists,
    get_all,
    get_cached_doc,
    get_cached_value,
    get_doc,
    get_document_cache_key,
    get_last_doc,
    get_list,
    get_meta,
    get_precision,
    get_roles,
    get_single,
    get_system_settings,
    get_value,
    get_version,
    has_permission,
    is_table,
    make_property_setter,
    new_doc,
    only_has_select_perm,
    reload_doc,
    reload_doctype,
    rename_doc,
    safe_eval,
    set_value,
)
from frappe._hooks import (
    append_hook,
    get_all_apps,
    get_app_path,
    get_app_source_path,
    get_doc_hooks,
    get_doctype_app,
    get_hooks,
    get_installed_apps,
    get_module,
    get_module_list,
    get_module_path,
    get_pymodule_path,
    setup_module_map,
)
from frappe._messages import (
    _,
    bold,
    clear_last_message,
    clear_messages,
    errprint,
    get_message_log,
    log,
    msgprint,
    publish_progress,
    publish_realtime,
    respond_as_web_page,
    throw,
)
from frappe._tools import (
    as_json,
    as_unicode,
    generate_hash,
    get_file_items,
    get_file_json,
    get_traceback,
    parse_json,
    read_file,
    safe_decode,
    safe_encode,
    scrub,
)
from frappe._whitelist import (
    allowed_http_methods_for_whitelisted_func,
    call,
    get_newargs,
    guest_methods,
    is_whitelisted,
    only_for,
    whitelist,
    whitelisted,
    xss_safe_methods,
)
from frappe.exceptions import *  # noqa: F403
from frappe.types.frappedict import _dict

if TYPE_CHECKING:
    from frappe.query_builder import get_query, get_query_builder
    from frappe.utils.background_jobs import enqueue, enqueue_doc
    from frappe.utils.caching import request_cache
    from frappe.utils.data import cint, cstr, sbool
    from frappe.utils.error import log_error
    from frappe.utils.jinja import get_jenv, get_template, render_template

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
    "get_jenv": "frappe.utils.jinja",
    "get_template": "frappe.utils.jinja",
    "render_template": "frappe.utils.jinja",
    "get_query": "frappe.query_builder.utils",
    "get_query_builder": "frappe.query_builder.utils",
    "format_value": "frappe.utils.formatters",
    "logger": "frappe.utils.logger",
    "get_print": "frappe.utils.print_utils",
    "attach_print": "frappe.utils.print_utils",
    "build_match_conditions": "frappe.desk.reportview",
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
