"""Apps, modules and hooks: what is installed, where it lies, what it asks for."""

from __future__ import annotations

import importlib
import inspect
import json
import os
from types import ModuleType
from typing import Any

from frappe import _cache
from frappe._context import local
from frappe._tools import get_file_items, scrub
from frappe.types.frappedict import _dict

KEEP_DEFAULT_LIST = "_KEEP_DEFAULT_LIST"


def get_installed_apps(*, _ensure_on_bench: bool = False) -> list[str]:
    """Apps of the site in the order of their installation."""
    if local.flags.in_install_db or not getattr(local, "db", None):
        return []
    space = _cache.space()
    if "installed_apps" not in space:
        space["installed_apps"] = json.loads(local.db.get_global("installed_apps") or "[]")
    apps = list(space["installed_apps"])
    return [app for app in apps if app in get_all_apps()] if _ensure_on_bench else apps


def get_all_apps(with_internal_apps: bool = True, sites_path: str | None = None) -> list[str]:
    """Apps of the bench, read from sites/apps.txt."""
    path = os.path.join(sites_path or local.sites_path, "apps.txt")
    apps = get_file_items(path, raise_not_found=False)
    return apps if "frappe" in apps else ["frappe", *apps]


def get_hooks(hook: str | None = None, default: Any = KEEP_DEFAULT_LIST, app_name: str | None = None) -> Any:
    """The hooks of all installed apps (or one), values of the same key joined in order of installation."""
    if app_name:
        hooks = _dict(_load_hooks([app_name]))
    else:
        space = _cache.space()
        if "app_hooks" not in space:
            space["app_hooks"] = _load_hooks(get_installed_apps() or ["frappe"])
        hooks = space["app_hooks"]
    if hook:
        return hooks.get(hook, [] if default == KEEP_DEFAULT_LIST else default)
    return _dict(hooks)


def _load_hooks(apps: list[str]) -> dict[str, Any]:
    hooks: dict[str, Any] = {}
    for app in apps:
        module = importlib.import_module(f"{app}.hooks")
        for key, value in vars(module).items():
            if not key.startswith("_") and not isinstance(value, ModuleType) and not inspect.isroutine(value):
                append_hook(hooks, key, value)
    return hooks


def append_hook(target: dict[str, Any], key: str, value: Any) -> None:
    """Joins one hook value into `target`: dicts by key, everything else into one list."""
    if isinstance(value, dict):
        inner = target.setdefault(key, {})
        for name, entry in value.items():
            append_hook(inner, name, entry)
        return
    entries = target.setdefault(key, [])
    entries.extend(value if isinstance(value, list | tuple) else [value])


def get_doc_hooks() -> dict[str, dict[str, list[str]]]:
    """`doc_events` of all apps, a key of several DocTypes taken apart."""
    space = _cache.space()
    if "doc_hooks" not in space:
        found: dict[str, dict[str, list[str]]] = {}
        for key, events in get_hooks("doc_events", {}).items():
            for doctype in key if isinstance(key, tuple) else (key,):
                for event, handlers in events.items():
                    append_hook(found.setdefault(doctype, {}), event, handlers)
        space["doc_hooks"] = found
    return space["doc_hooks"]


def get_module(modulename: str) -> ModuleType:
    return importlib.import_module(modulename)


def get_pymodule_path(modulename: str, *joins: str) -> str:
    """Folder of a module, with further parts joined (scrubbed when they name no file)."""
    parts = joins if joins and "public" in joins else tuple(scrub(part) for part in joins)
    return os.path.abspath(
        os.path.join(os.path.dirname(get_module(scrub(modulename)).__file__ or ""), *parts)
    )


def get_app_path(app_name: str, *joins: str) -> str:
    return os.path.join(get_pymodule_path(app_name), *joins)


def get_module_list(app_name: str) -> list[str]:
    """The module names in the app's modules.txt."""
    return get_file_items(get_app_path(app_name, "modules.txt"))


def get_module_path(module: str, *joins: str) -> str:
    from frappe.modules import get_module_app

    return get_pymodule_path(f"{get_module_app(module)}.{scrub(module)}", *joins)


def setup_module_map(include_all_apps: bool = True) -> None:
    """Fills local.module_app (module -> app) and local.app_modules (app -> modules)."""
    apps = get_installed_apps() or ["frappe"]
    if include_all_apps:
        apps = [*apps, *(app for app in get_all_apps() if app not in apps)]
    local.module_app, local.app_modules = {}, {}
    for app in apps:
        modules = local.app_modules.setdefault(app, [])
        for module in get_module_list(app):
            name = scrub(module)
            local.module_app.setdefault(name, app)
            modules.append(name)
