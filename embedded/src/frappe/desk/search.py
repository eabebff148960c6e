"""Link fields: which rows fit what was typed."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, cstr, unique


@frappe.whitelist()
def search_link(
    doctype: str,
    txt: str,
    query: str | None = None,
    filters: Any = None,
    page_length: int = 10,
    searchfield: str | None = None,
    reference_doctype: str | None = None,
    ignore_user_permissions: bool = False,
) -> list[Any]:
    """Rows as {value, description, label}."""
    rows = search_widget(
        doctype,
        txt.strip(),
        query,
        searchfield=searchfield,
        page_length=page_length,
        filters=filters,
        reference_doctype=reference_doctype,
        ignore_user_permissions=ignore_user_permissions,
    )
    return build_for_autosuggest(rows, doctype=doctype)


@frappe.whitelist()
def search_widget(
    doctype: str,
    txt: str,
    query: str | None = None,
    searchfield: str | None = None,
    start: int = 0,
    page_length: int = 10,
    filters: Any = None,
    filter_fields: Any = None,
    as_dict: bool = False,
    reference_doctype: str | None = None,
    ignore_user_permissions: bool = False,
) -> Any:
    """Rows whose name or search fields contain the text; a `query` is a whitelisted function of the app."""
    filters = frappe.parse_json(filters) or {}
    if query:
        method = frappe.get_attr(query)
        frappe.is_whitelisted(method)
        return frappe.call(
            method,
            doctype=doctype,
            txt=txt,
            searchfield=searchfield or "name",
            start=start,
            page_len=page_length,
            filters=filters,
            as_dict=as_dict,
        )
    meta = frappe.get_meta(doctype)
    fields = _shown_fields(meta, filter_fields)
    wanted = unique([searchfield or "name", *_search_fields(meta)])
    or_filters = [[doctype, field, "like", f"%{txt}%"] for field in wanted] if txt else None
    return frappe.get_list(
        doctype,
        filters=_enabled(meta, doctype, filters),
        or_filters=or_filters,
        fields=fields,
        limit_start=cint(start),
        limit_page_length=cint(page_length),
        order_by=_order(meta, doctype, txt),
        as_list=not as_dict,
        reference_doctype=reference_doctype,
        strict=False,
    )


def _search_fields(meta: Any) -> list[str]:
    fields = [meta.title_field] if meta.title_field else []
    fields += [name.strip() for name in (meta.search_fields or "").split(",") if name.strip()]
    return [name for name in fields if name == "name" or meta.has_field(name)]


def _shown_fields(meta: Any, filter_fields: Any) -> list[str]:
    more = frappe.parse_json(filter_fields) or []
    return unique(["name", *_search_fields(meta), *more])


def _enabled(meta: Any, doctype: str, filters: Any) -> list[Any]:
    """The filters as rows, without what is disabled or cancelled for good."""
    rows = (
        [
            [doctype, key, *(value if isinstance(value, list) else ["=", value])]
            for key, value in filters.items()
        ]
        if (isinstance(filters, dict))
        else list(filters)
    )
    if meta.has_field("enabled"):
        rows.append([doctype, "enabled", "=", 1])
    if meta.has_field("disabled"):
        rows.append([doctype, "disabled", "!=", 1])
    return rows


def _order(meta: Any, doctype: str, txt: str) -> str:
    table = f"`tab{doctype}`"
    if meta.get("sort_field") and not txt:
        return f"{table}.`{meta.sort_field}` {meta.sort_order or 'desc'}"
    return f"{table}.`name` asc"


def build_for_autosuggest(res: Any, doctype: str) -> list[dict[str, Any]]:
    found = []
    for row in res:
        row = list(row.values()) if isinstance(row, dict) else list(row)
        rest = ", ".join(
            _(cstr(part)) if doctype == "DocType" else cstr(part) for part in unique(row[1:]) if part
        )
        found.append({"value": row[0], "description": rest})
    return found
