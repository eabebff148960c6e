"""Lists as the desk asks for them: rows as values, counts, conditions."""

from typing import Any

import frappe
from frappe.model.db_query import DatabaseQuery
from frappe.utils import add_user_info, cint

LIST_ARGUMENTS = "fields filters or_filters group_by order_by distinct with_childnames debug strict parent_doctype as_list".split()


@frappe.whitelist()
def get() -> Any:
    """Rows of the form's DocType as {keys, values, user_info}."""
    args = get_form_params()
    rows = execute(**args)
    return compress(rows, args)


@frappe.whitelist()
def get_list() -> Any:
    return execute(**get_form_params())


@frappe.whitelist()
def get_count() -> int:
    args = get_form_params()
    sign = "distinct " if args.pop("distinct", None) in (True, 1, "1", "true") else ""
    args.update(fields=[f"count({sign}`tab{args.doctype}`.name) as total_count"], distinct=False)
    args.pop("order_by", None)
    rows = execute(**args)
    return cint(rows[0].total_count) if rows else 0


def execute(doctype: str, *args: Any, **kwargs: Any) -> Any:
    """frappe.get_list with the desk's names of its arguments."""
    wanted = {key: value for key, value in kwargs.items() if key in LIST_ARGUMENTS and value is not None}
    wanted["limit_start"] = cint(kwargs.get("start") or kwargs.get("limit_start"))
    wanted["limit_page_length"] = cint(kwargs.get("page_length") or kwargs.get("limit_page_length"))
    return frappe.get_list(doctype, *args, **wanted)


def build_match_conditions(doctype: str, user: str | None = None, as_condition: bool = True) -> Any:
    """SQL that only the rows open to the user meet; empty when all are. Doubles "%" for a bound query."""
    found = DatabaseQuery(doctype, user=user).build_match_conditions(as_condition=as_condition)
    return found.replace("%", "%%") if as_condition else found


def get_form_params() -> Any:
    data = frappe._dict(frappe.local.form_dict)
    clean_params(data)
    validate_args(data)
    if not isinstance(data.get("doctype"), str):
        raise frappe.InvalidArgument("doctype")
    return data


def clean_params(data: dict[str, Any]) -> None:
    for name in ("cmd", "data", "ignore_permissions", "view", "user", "csrf_token", "join"):
        data.pop(name, None)


def validate_args(data: Any) -> Any:
    """JSON texts as values; "*" only where nothing else is asked."""
    for name in ("filters", "or_filters"):
        if data.get(name) is not None:
            data[name] = frappe.parse_json(data[name])
    fields = data.get("fields")
    if isinstance(fields, str) and fields:
        data["fields"] = ["*"] if fields == "*" else _fields(fields)
    return data


def _fields(text: str) -> list[str]:
    return (
        frappe.parse_json(text) if text.startswith(("[", "{")) else [part.strip() for part in text.split(",")]
    )


def compress(data: Any, args: Any = None) -> Any:
    """Keys once, then the values row by row."""
    if not data:
        return data
    keys = list(data[0])
    user_info: dict[str, Any] = {}
    owners = {row.get("owner") for row in data} | {row.get("_assign") for row in data}
    add_user_info(
        [name for name in owners if isinstance(name, str) and "@" in name and "[" not in name], user_info
    )
    return {"keys": keys, "values": [[row.get(key) for key in keys] for row in data], "user_info": user_info}
