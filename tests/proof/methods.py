"""Every function that the network may call, with its arguments: read from the code, so none is forgotten."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import frappe
import med_trace

APP = Path(med_trace.__file__).parent
# What Frappe itself offers to every user: lists, forms, search, files.
OF_FRAPPE = (
    *("frappe.client", "frappe.handler", "frappe.model.workflow", "frappe.utils.print_format"),
    *("frappe.desk.search", "frappe.desk.reportview", "frappe.desk.form.load", "frappe.desk.form.save"),
    *("frappe.desk.form.utils", "frappe.core.doctype.file.file", "frappe.core.doctype.user.user"),
)


class Method(NamedTuple):
    path: str
    function: Any
    verbs: tuple[str, ...]

    @property
    def arguments(self) -> list[inspect.Parameter]:
        hidden = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
        found = inspect.signature(self.function).parameters.values()
        return [each for each in found if each.kind not in hidden and each.name != "self"]


def ours() -> list[Method]:
    """The whitelisted functions of the app."""
    found = (path for path in APP.rglob("*.py") if "\n@frappe.whitelist" in path.read_text(encoding="utf-8"))
    names = (".".join(("med_trace", *path.relative_to(APP).with_suffix("").parts)) for path in sorted(found))
    return list(_of(names))


def of_frappe() -> list[Method]:
    """Those of Frappe that any user of a form or a list calls."""
    return list(_of(OF_FRAPPE))


def _of(modules: Any) -> Iterator[Method]:
    for name in modules:
        module = importlib.import_module(name)
        for function in vars(module).values():
            if _is_whitelisted(function) and inspect.unwrap(function).__module__ == name:
                verbs = tuple(frappe.allowed_http_methods_for_whitelisted_func[function])
                yield Method(f"{name}.{function.__name__}", function, verbs)


def _is_whitelisted(thing: Any) -> bool:
    return inspect.isfunction(thing) and thing in frappe.whitelisted
