"""The local context: which site, which user, which request. Opens and closes it; knows no documents."""

from __future__ import annotations

import importlib
import json
import os
from typing import Any

from werkzeug.local import Local, release_local

from frappe.exceptions import IncorrectSitePath
from frappe.types.frappedict import _dict

local = Local()

db: Any = local("db")
qb: Any = local("qb")
conf: Any = local("conf")
form_dict: Any = local("form_dict")
form = form_dict
request: Any = local("request")
job: Any = local("job")
response: Any = local("response")
session: Any = local("session")
user: Any = local("user")
flags: Any = local("flags")
error_log: Any = local("error_log")
debug_log: Any = local("debug_log")
message_log: Any = local("message_log")
lang: Any = local("lang")


def init(site: str, sites_path: str = ".", new_site: bool = False, force: bool = False) -> None:
    """Starts a fresh context for one site; does not open the database."""
    if getattr(local, "initialised", None) and not force:
        return
    release_local(local)
    site_path = os.path.join(sites_path, site)
    if site and not new_site and not os.path.isdir(site_path):
        raise IncorrectSitePath(f"{site} does not exist")
    local.flags = _dict(currently_saving=[], redirect_location="", new_site=new_site)
    local.site, local.sites_path, local.site_path = site, sites_path, site_path
    local.error_log, local.message_log, local.debug_log = [], [], []
    local.request_ip = None
    local.response = _dict(docs=[])
    local.conf = get_site_config(sites_path, site_path)
    local.lang = local.conf.lang or "en"
    local.module_app, local.app_modules = None, None
    local.db, local.request, local.job = None, None, None
    local.user, local.user_perms, local.session, local.role_permissions = None, None, None, {}
    local.form_dict, local.jenv = _dict(), None
    local.cache, local.request_cache, local.document_cache = {}, {}, {}
    local.new_doc_templates = {}
    local.cache_space = None
    local.initialised = True


def connect(site: str | None = None, db_name: str | None = None, set_admin_as_user: bool = True) -> None:
    """Opens the site's database (on first use) and works as Administrator."""
    from frappe.database import get_db
    from frappe.query_builder import get_query_builder

    if site:
        init(site)
    local.db = get_db()
    local.qb = get_query_builder(local.db.db_type)
    if set_admin_as_user:
        set_user("Administrator")


def destroy() -> None:
    """Closes the database and forgets the context."""
    if getattr(local, "db", None):
        local.db.close()
    release_local(local)


def set_user(username: str) -> None:
    """Acts as this user from now on."""
    if not isinstance(getattr(local, "session", None), dict):
        local.session = _dict()
    local.session.update(user=username, sid=username, data=_dict())
    local.user = None
    local.user_perms = None
    local.role_permissions, local.new_doc_templates, local.cache = {}, {}, {}
    local.form_dict = _dict()
    local.jenv = None


def get_common_site_config(sites_path: str | None = None) -> dict[str, Any]:
    return _read_config(
        os.path.join(sites_path or str(getattr(local, "sites_path", ".")), "common_site_config.json")
    )


def get_site_config(sites_path: str | None = None, site_path: str | None = None) -> dict[str, Any]:
    """common_site_config.json overlaid by the site's own site_config.json."""
    config = _dict(get_common_site_config(sites_path))
    site_path = site_path or str(getattr(local, "site_path", None) or "")
    if site_path:
        config.update(_read_config(os.path.join(site_path, "site_config.json")))
        config.setdefault("db_type", "sqlite")
        config.setdefault("db_name", os.path.basename(site_path).replace(".", "_"))
    return config


def get_conf(site: str | None = None) -> dict[str, Any]:
    init(site or "")
    return local.conf


def _read_config(path: str) -> dict[str, Any]:
    if not os.path.exists(path):
        return {}
    with open(path) as source:
        found: dict[str, Any] = json.load(source)
    return found


def get_site_path(*joins: str) -> str:
    return os.path.join(local.site_path, *joins)


def get_attr(method_string: str) -> Any:
    """The object behind a dotted path."""
    from frappe import _hooks

    module, name = method_string.rsplit(".", 1)
    app = module.split(".", 1)[0]
    if not local.flags.in_uninstall and not local.flags.in_install and app not in _hooks.get_installed_apps():
        from frappe import AppNotInstalledError, throw

        throw(f"App {app} is not installed", AppNotInstalledError)
    return getattr(importlib.import_module(module), name)


def get_request_header(key: str, default: Any = None) -> Any:
    return local.request.headers.get(key, default) if getattr(local, "request", None) else default
