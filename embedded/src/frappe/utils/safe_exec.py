"""Expressions of documents (workflow conditions, templates): what they may name, and their safe evaluation."""

import ast
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

import frappe

ALLOWED_NODES = (
    ast.Expression, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call, ast.keyword,
    ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.List, ast.Tuple, ast.Set, ast.Dict,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension, ast.Load, ast.Store, ast.Starred,
    ast.JoinedStr, ast.FormattedValue, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip
UNSAFE_ATTRIBUTES = frozenset(
    "format format_map mro tb_frame tb_next f_back f_builtins f_code f_globals f_locals func_globals func_code "
    "gi_frame gi_code cr_frame cr_code co_code".split()
)
BUILTINS = (
    abs,
    all,
    any,
    bool,
    dict,
    enumerate,
    float,
    int,
    len,
    list,
    max,
    min,
    range,
    round,
    set,
    sorted,
    str,
)
SAFE_BUILTINS: dict[str, Any] = {function.__name__: function for function in (*BUILTINS, sum, tuple, zip)}


class UnsafeExpression(SyntaxError):
    """The expression uses a construct that a document's expression may not use."""


def safe_eval(
    code: str, eval_globals: dict[str, Any] | None = None, eval_locals: Mapping[str, Any] | None = None
) -> Any:
    """The value of one Python expression without access to private attributes, imports or statements."""
    allowed = {
        "__builtins__": {},
        **SAFE_BUILTINS,
        **get_eval_globals(),
        **(eval_globals or {}),
        **(eval_locals or {}),
    }
    allowed["__builtins__"] = {}
    return eval(_compiled(code), allowed)


@lru_cache(maxsize=512)
def _compiled(code: str) -> CodeType:
    tree = ast.parse(code.strip(), mode="eval")
    for node in ast.walk(tree):
        _check(node)
    return compile(tree, "<safe_eval>", "eval")


def _check(node: ast.AST) -> None:
    if not isinstance(node, ALLOWED_NODES):
        raise UnsafeExpression(f"{type(node).__name__} is not allowed in an expression")
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    if (name.startswith("_") and name != "_") or (
        isinstance(node, ast.Attribute) and name in UNSAFE_ATTRIBUTES
    ):
        raise UnsafeExpression(f"{name} is an invalid name in an expression")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        raise UnsafeExpression("** is not allowed in an expression")


def get_eval_globals() -> dict[str, Any]:
    """What every expression may call besides its own values."""
    from frappe.utils import data

    return {
        "_": frappe._,
        "flt": data.flt,
        "cint": data.cint,
        "getdate": data.getdate,
        "get_datetime": data.get_datetime,
    }


UTIL_NAMES = (
    "add_days add_months add_to_date add_years cint cstr comma_and comma_or date_diff escape_html flt fmt_money "
    "format_date format_datetime format_duration format_time formatdate get_datetime get_first_day get_last_day "
    "get_link_to_form get_time get_url get_url_to_form getdate "
    "now now_datetime nowdate nowtime parse_json rounded strip_html time_diff_in_hours "
    "time_diff_in_seconds to_timedelta today unique validate_email_address"
).split()


FRAPPE_NAMES = "_ _dict as_json bold format_value get_doc get_list get_meta get_roles".split()
DB_NAMES = "count exists get_default get_single_value get_value".split()


def get_safe_globals() -> dict[str, Any]:
    """The names of a template. Lists are always read with the user's permissions."""
    from frappe import utils

    helpers = {name: getattr(utils, name) for name in UTIL_NAMES}
    user = frappe.session.user
    db = {name: getattr(frappe.db, name) for name in DB_NAMES} if frappe.local.db else {}
    return {
        **SAFE_BUILTINS,
        **{name: helpers[name] for name in ("flt", "cint", "cstr", "getdate", "get_datetime")},
        "_": frappe._,
        "json": frappe._dict(loads=frappe.parse_json, dumps=frappe.as_json),
        "getattr": _safe_getattr,
        "frappe": frappe._dict(
            {name: getattr(frappe, name) for name in FRAPPE_NAMES},
            utils=frappe._dict(helpers),
            db=frappe._dict(db, get_list=frappe.get_list),
            form_dict=frappe.form_dict,
            session=frappe._dict(user=user, csrf_token=_csrf_token()),
            user=user,
            lang=frappe.local.lang,
        ),
    }


def _safe_getattr(thing: Any, name: str, *default: Any) -> Any:
    if name.startswith("_") or name in UNSAFE_ATTRIBUTES:
        raise AttributeError(name)
    return getattr(thing, name, *default)


def _csrf_token() -> str:
    data = frappe.session.get("data") or {}
    return str(data.get("csrf_token") or "")
