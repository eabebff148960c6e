"""Caches of function answers: per request, per process and site, or in frappe.cache."""

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import frappe


def _key(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    key = (args, tuple(sorted(kwargs.items())))
    try:
        hash(key)
    except TypeError:
        return json.dumps(key, sort_keys=True, default=str)
    return key


def request_cache(func: Callable[..., Any]) -> Callable[..., Any]:
    """Remembers the answers until the request or job ends."""

    @wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        answers = getattr(frappe.local, "request_cache", None)
        if answers is None:
            return func(*args, **kwargs)
        known = answers.setdefault(func, {})
        key = _key(args, kwargs)
        if key not in known:
            known[key] = func(*args, **kwargs)
        return known[key]

    return wrapper


def site_cache(ttl: Any = None, maxsize: int | None = None) -> Callable[..., Any]:
    """Remembers the answers in this process, apart for each site, for `ttl` seconds or for good."""

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        known: dict[Any, tuple[float, Any]] = {}

        @wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            key = (getattr(frappe.local, "site", None), _key(args, kwargs))
            moment = time.monotonic()
            if key in known and (not seconds or moment - known[key][0] < seconds):
                return known[key][1]
            if maxsize and len(known) >= maxsize:
                known.pop(next(iter(known)))
            known[key] = (moment, func(*args, **kwargs))
            return known[key][1]

        wrapper.clear_cache = known.clear  # type: ignore[attr-defined]
        return wrapper

    seconds = None if callable(ttl) else ttl
    return decorate(ttl) if callable(ttl) else decorate


def redis_cache(ttl: Any = 3600, user: Any = None, shared: bool = False) -> Callable[..., Any]:
    """Remembers the answers in frappe.cache, across processes."""

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        name = f"{func.__module__}.{func.__qualname__}"

        @wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            key = f"{name}:{json.dumps([args, kwargs], sort_keys=True, default=str)}"
            found = frappe.cache.get_value(key, user=user, shared=shared)
            if found is None:
                found = func(*args, **kwargs)
                frappe.cache.set_value(key, found, user=user, expires_in_sec=seconds, shared=shared)
            return found

        wrapper.clear_cache = lambda: frappe.cache.delete_keys(name)  # type: ignore[attr-defined]
        return wrapper

    seconds = 3600 if callable(ttl) else ttl
    return decorate(ttl) if callable(ttl) else decorate
