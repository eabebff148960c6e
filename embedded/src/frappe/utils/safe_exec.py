"""Evaluates one harmless expression, as workflow conditions need it. Statements are left out."""

from __future__ import annotations

import ast
from typing import Any

import frappe

_FORBIDDEN_NODES = (ast.Lambda, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
_FORBIDDEN_NAMES = ("format", "format_map", "mro")
_BUILTINS = {
    "int": int,
    "float": float,
    "long": int,
    "round": round,
    "abs": abs,
    "len": len,
    "min": min,
    "max": max,
    "sum": sum,
    "str": str,
    "bool": bool,
    "any": any,
    "all": all,
    "set": set,
    "list": list,
    "dict": dict,
    "True": True,
    "False": False,
    "None": None,
}


def safe_eval(code: str, eval_globals: dict[str, Any] | None = None, eval_locals: Any = None) -> Any:
    """The expression's value. Attributes that begin with an underscore and calls of `format` are refused."""
    expression = code.strip()
    tree = ast.parse(expression, "<safe_eval>", mode="eval")
    for node in ast.walk(tree):
        _refuse_unless_harmless(node)
    names = {"__builtins__": {}, **_BUILTINS, **(eval_globals or {})}
    return eval(compile(tree, "<safe_eval>", "eval"), names, eval_locals)


def _refuse_unless_harmless(node: ast.AST) -> None:
    name = getattr(node, "attr", None) or getattr(node, "id", None) or ""
    if isinstance(node, _FORBIDDEN_NODES) or name.startswith("_") or name in _FORBIDDEN_NAMES:
        raise frappe.PermissionError(f"{type(node).__name__} {name} is not allowed here")


def get_safe_globals() -> dict[str, Any]:
    """Names that conditions may use."""
    from frappe.utils import data

    helpers = frappe._dict(
        {
            name: getattr(data, name)
            for name in (
                "cint",
                "flt",
                "cstr",
                "getdate",
                "get_datetime",
                "now_datetime",
                "nowdate",
                "today",
                "add_days",
                "add_to_date",
                "date_diff",
            )
        }
    )
    return {
        "frappe": frappe._dict(
            utils=helpers,
            session=frappe._dict(user=frappe.session.user if frappe.session else "Guest"),
            db=frappe._dict(get_value=frappe.db.get_value, get_list=frappe.db.get_list),
            get_roles=frappe.get_roles,
            _dict=frappe._dict,
        ),
    }
