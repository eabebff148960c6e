"""The API as an OpenAPI document, made from the signatures of the methods and from the DocTypes. Reads, calls nothing."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterable, Sequence
from typing import Any

from proof.methods import Method

JSON = "application/json"
ANSWERS = {"default": {"description": "A result, or a refusal with words."}}
OF_TYPE = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    list: {"type": "array", "items": {}},
    dict: {"type": "object"},
}
LIST_ARGUMENTS = (
    "fields",
    "filters",
    "or_filters",
    "order_by",
    "group_by",
    "limit_start",
    "limit_page_length",
)


def document(methods: Iterable[Method], doctypes: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    """`names` of real records are tried where a text is asked for, beside texts of no meaning."""
    paths = {f"/api/method/{method.path}": _of_method(method, names) for method in methods}
    return {
        "openapi": "3.0.2",
        "info": {"title": "med_trace", "version": "1"},
        "paths": {**paths, **_of_records(doctypes, names)},
    }


def _of_method(method: Method, names: Sequence[str]) -> dict[str, Any]:
    values = {each.name: _schema(each.annotation, names) for each in method.arguments}
    verbs = [verb.lower() for verb in method.verbs if verb in ("GET", "POST")] or ["post"]
    return {verb: _operation(verb, values) for verb in verbs}


def _operation(verb: str, values: dict[str, Any]) -> dict[str, Any]:
    if verb == "get":
        asked = [{"name": name, "in": "query", "schema": schema} for name, schema in values.items()]
        return {"parameters": asked, "responses": ANSWERS}
    body = {"type": "object", "properties": values, "additionalProperties": False}
    return {"requestBody": {"content": {JSON: {"schema": body}}}, "responses": ANSWERS}


def _schema(annotation: Any, names: Sequence[str]) -> dict[str, Any]:
    """What an argument says it takes; anything where it says nothing."""
    if isinstance(annotation, str):
        annotation = _evaluated(annotation)
    kinds = typing.get_args(annotation) if _is_union(annotation) else (annotation,)
    choices = [OF_TYPE[kind] for kind in kinds if kind in OF_TYPE]
    if str in kinds:
        choices.append({"type": "string", "enum": list(names)})
    if not choices:
        return {"nullable": True}
    return {"anyOf": choices, "nullable": type(None) in kinds or annotation is inspect.Parameter.empty}


def _is_union(annotation: Any) -> bool:
    return isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union


def _evaluated(text: str) -> Any:
    try:
        return eval(text, {"Any": Any, "__builtins__": {kind.__name__: kind for kind in OF_TYPE}})
    except (NameError, TypeError):
        return Any


def _of_records(doctypes: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    text = {"type": "string"}
    doctype = {"name": "doctype", "in": "path", "required": True, "schema": {**text, "enum": list(doctypes)}}
    known = {"anyOf": [{**text, "enum": list(names)}, {**text, "minLength": 1}]}
    name = {"name": "name", "in": "path", "required": True, "schema": known}
    asked = [{"name": one, "in": "query", "schema": text} for one in LIST_ARGUMENTS]
    body = {"content": {JSON: {"schema": {"type": "object"}}}}
    return {
        "/api/resource/{doctype}": {
            "get": {"parameters": [doctype, *asked], "responses": ANSWERS},
            "post": {"parameters": [doctype], "requestBody": body, "responses": ANSWERS},
        },
        "/api/resource/{doctype}/{name}": {
            "get": {"parameters": [doctype, name], "responses": ANSWERS},
            "put": {"parameters": [doctype, name], "requestBody": body, "responses": ANSWERS},
            "delete": {"parameters": [doctype, name], "responses": ANSWERS},
        },
    }
