"""Remembers the answers of a function within one request or job."""

import json
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
