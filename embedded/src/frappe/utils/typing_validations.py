"""Checks the annotated arguments of whitelisted functions, as pydantic does it for Frappe."""

from __future__ import annotations

import collections.abc
import datetime
import functools
import inspect
import types
import typing
from collections.abc import Callable
from typing import Any, TypeVar, Union

from frappe.exceptions import FrappeTypeError

Function = TypeVar("Function", bound=Callable[..., Any])

_TRUE, _FALSE = {"1", "true", "t", "yes", "y", "on"}, {"0", "false", "f", "no", "n", "off"}
_UNIONS = (Union, types.UnionType)
_SEQUENCES = (list, tuple, set, frozenset, collections.abc.Sequence, collections.abc.Iterable)


class Mismatch(Exception):
    """The value cannot be read as the wanted type."""


def validate_argument_types(func: Function, apply_condition: Callable[[], bool] = lambda: True) -> Function:
    """Wraps `func` so that its annotated arguments are converted or refused while the condition holds."""

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if apply_condition():
            args, kwargs = transform_parameter_types(func, args, kwargs)
            _require_all(func, args, kwargs)
        return func(*args, **kwargs)

    return wrapper  # type: ignore[return-value]


def _require_all(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """An argument that is missing is the caller's mistake, not ours."""
    try:
        _signature(func)[0].bind(*args, **kwargs)
    except TypeError as error:
        raise FrappeTypeError(f"{func.__name__}: {error}") from None


@functools.cache
def _signature(func: Callable[..., Any]) -> tuple[inspect.Signature, dict[str, Any]]:
    try:
        hints = typing.get_type_hints(func)
    except Exception:  # a name known only to type checkers: nothing to check
        hints = {}
    hints.pop("return", None)
    return inspect.signature(func), hints


def transform_parameter_types(
    func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments, converted to their annotations; FrappeTypeError names the one that does not fit."""
    signature, hints = _signature(func)
    if not hints or not (args or kwargs):
        return args, kwargs
    names = list(signature.parameters)
    given = [_checked(func, signature, hints, name, value) for name, value in zip(names, args, strict=False)]
    given.extend(args[len(given) :])
    named = {key: _checked(func, signature, hints, key, value) for key, value in kwargs.items()}
    return tuple(given), named


def _checked(
    func: Callable[..., Any], signature: inspect.Signature, hints: dict[str, Any], name: str, value: Any
) -> Any:
    parameter = signature.parameters.get(name)
    if (
        name not in hints
        or parameter is None
        or parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    ):
        return value
    if value is parameter.default or (value is None and parameter.default is None):
        return value
    try:
        return convert(value, hints[name])
    except Mismatch:
        raise_type_error(func, name, value, hints[name])


def convert(value: Any, wanted: Any) -> Any:
    """`value` as `wanted`; raises Mismatch."""
    if wanted is Any or isinstance(wanted, (str, TypeVar)):
        return value
    if wanted is None or wanted is type(None):
        return _exactly(value, type(None))
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in _UNIONS:
        return _one_of(value, inner)
    if origin is typing.Literal:
        return _literal(value, inner)
    if origin in _SEQUENCES:
        return _sequence(value, origin, inner)
    if origin in (dict, collections.abc.Mapping):
        return _exactly(value, dict)
    if origin is not None or not isinstance(wanted, type):
        return value
    return _CONVERTERS.get(wanted, lambda given: _exactly(given, wanted))(value)


def _one_of(value: Any, options: tuple[Any, ...]) -> Any:
    """An option that fits as it is comes first."""
    for option in options:
        plain = typing.get_origin(option) or option
        if isinstance(plain, type) and type(value) is plain:
            return convert(value, option)
    for option in options:
        try:
            return convert(value, option)
        except Mismatch:
            continue
    raise Mismatch


def _literal(value: Any, options: tuple[Any, ...]) -> Any:
    if value not in options:
        raise Mismatch
    return value


def _sequence(value: Any, origin: Any, inner: tuple[Any, ...]) -> Any:
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise Mismatch
    kind = inner[0] if inner and inner[0] is not Ellipsis else Any
    items = [convert(item, kind) for item in value] if origin is not tuple else list(value)
    return origin(items) if origin in (list, tuple, set, frozenset) else items


def _exactly(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise Mismatch
    return value


def _int(value: Any) -> int:
    if isinstance(value, float) and not value.is_integer():
        raise Mismatch
    return int(_number(value, int))


def _float(value: Any) -> float:
    return float(_number(value, float))


def _number(value: Any, kind: Callable[[Any], Any]) -> Any:
    if not isinstance(value, (int, float, str)):
        raise Mismatch
    try:
        return kind(value)
    except ValueError:
        raise Mismatch from None


def _bool(value: Any) -> bool:
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    if word not in _TRUE | _FALSE:
        raise Mismatch
    return word in _TRUE


def _stamp(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        try:
            return kind.fromisoformat(value)  # type: ignore[attr-defined]
        except (TypeError, ValueError):
            raise Mismatch from None

    return read


_CONVERTERS: dict[type, Callable[[Any], Any]] = {
    int: _int,
    float: _float,
    bool: _bool,
    object: lambda value: value,
    datetime.datetime: _stamp(datetime.datetime),
    datetime.date: _stamp(datetime.date),
}


def qualified_name(obj: Any) -> str:
    kind = obj if isinstance(obj, type) else type(obj)
    if typing.get_origin(obj) is not None:
        return str(obj)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def raise_type_error(func: Callable[..., Any], name: str, value: Any, wanted: Any) -> typing.NoReturn:
    from frappe._messages import _

    text = _("Argument '{0}' should be of type '{1}' but got '{2}' instead.")
    raise FrappeTypeError(text.format(name, qualified_name(wanted), qualified_name(value)))
