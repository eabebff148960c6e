"""Which functions may be called from outside, and with which arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from frappe._context import local
from frappe._messages import _, bold, throw
from frappe.exceptions import PermissionError
from frappe.types.frappedict import _dict

Function = TypeVar("Function", bound=Callable[..., Any])

whitelisted: set[Callable[..., Any]] = set()
guest_methods: set[Callable[..., Any]] = set()
xss_safe_methods: set[Callable[..., Any]] = set()
allowed_http_methods_for_whitelisted_func: dict[Callable[..., Any], list[str]] = {}

HTTP_METHODS = ("GET", "POST", "PUT", "DELETE")


def _called_from_outside() -> bool:
    return bool(getattr(local, "request", None) or local.flags.in_test)


def whitelist(
    allow_guest: bool = False, xss_safe: bool = False, methods: Iterable[str] | None = None
) -> Callable[[Function], Function]:
    """Decorator: the function may be called over HTTP; its annotated arguments are checked then."""
    from frappe.utils.typing_validations import validate_argument_types

    def decorate(func: Function) -> Function:
        checked = validate_argument_types(func, apply_condition=_called_from_outside)
        whitelisted.add(checked)
        allowed_http_methods_for_whitelisted_func[checked] = list(methods or HTTP_METHODS)
        if allow_guest:
            guest_methods.add(checked)
            if xss_safe:
                xss_safe_methods.add(checked)
        return checked

    return decorate


def is_whitelisted(method: Callable[..., Any]) -> None:
    """Raises PermissionError when this user may not call the function."""
    is_guest = local.session.user == "Guest"
    if method not in whitelisted or (is_guest and method not in guest_methods):
        summary = _("You are not permitted to access this resource.")
        detail = _("Function {0} is not whitelisted.").format(bold(f"{method.__module__}.{method.__name__}"))
        throw(
            f"<details><summary>{summary}</summary>{detail}</details>",
            PermissionError,
            title=_("Method Not Allowed"),
        )
    if is_guest and method not in xss_safe_methods:
        _clean_form()


def _clean_form() -> None:
    from frappe.utils import sanitize_html

    for key, value in local.form_dict.items():
        if isinstance(value, str):
            local.form_dict[key] = sanitize_html(value)


def call(fn: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Calls a function (or dotted path) with those of the keywords that it takes."""
    if isinstance(fn, str):
        from frappe._context import get_attr

        return call(get_attr(fn), *args, **kwargs)
    return fn(*args, **get_newargs(fn, kwargs))


def get_newargs(fn: Callable[..., Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    parameters = inspect.signature(fn).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        found = dict(kwargs)
    else:
        names = {parameter.name for parameter in parameters}
        found = {key: value for key, value in kwargs.items() if key in names}
    found.pop("ignore_permissions", None)
    found.pop("flags", None)
    return _dict(found)


def only_for(roles: list[str] | tuple[str, ...] | str, message: bool = False) -> None:
    """Raises PermissionError unless the user has one of the roles."""
    from frappe._documents import get_roles

    if local.flags.in_test or local.session.user == "Administrator":
        return
    wanted = {roles} if isinstance(roles, str) else set(roles)
    if wanted.isdisjoint(get_roles()):
        if not message:
            raise PermissionError
        throw(
            _("This action is only allowed for {}").format(
                ", ".join(bold(_(role)) for role in sorted(wanted))
            ),
            PermissionError,
            _("Not Permitted"),
        )
