"""Link fields: which rows fit what was typed."""

from typing import Any

import frappe
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
) -> list[dict[str, Any]]:
    """Rows whose name or search fields contain the text, as {value, description}; nothing that is disabled."""
    meta, filters = frappe.get_meta(doctype), frappe.parse_json(filters) or {}
    shown = unique(["name", *_search_fields(meta)])
    if isinstance(filters, dict):
        filters = [
            [key, *(value if isinstance(value, list) else ["=", value])] for key, value in filters.items()
        ]
    if meta.has_field("disabled"):
        filters.append(["disabled", "!=", 1])
    if meta.has_field("enabled"):
        filters.append(["enabled", "=", 1])
    rows = frappe.get_list(
        doctype,
        filters=filters,
        or_filters=[[field, "like", f"%{txt.strip()}%"] for field in unique([searchfield or "name", *shown])],
        fields=shown,
        limit_page_length=cint(page_length),
        order_by="name asc",
        as_list=True,
    )
    return [
        {"value": row[0], "description": ", ".join(cstr(part) for part in row[1:] if part)} for row in rows
    ]


def _search_fields(meta: Any) -> list[str]:
    names = [meta.title_field or "", *(meta.search_fields or "").split(",")]
    return [name.strip() for name in names if meta.has_field(name.strip())]
