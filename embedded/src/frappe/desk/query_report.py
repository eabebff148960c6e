"""Script and query reports: columns and rows for a set of filters."""

from typing import Any

import frappe
from frappe import _
from frappe.modules import get_module_app
from frappe.utils import flt

NUMBERS = ("Int", "Float", "Currency", "Percent", "Duration")


def get_report_doc(report_name: str) -> Any:
    doc = frappe.get_doc("Report", report_name)
    if not doc.is_permitted():
        message = _("You don't have access to Report: {0}").format(_(report_name))
        frappe.throw(message, frappe.PermissionError)
    if not frappe.has_permission(doc.ref_doctype, "report"):
        message = _("You don't have permission to get a report on: {0}").format(_(doc.ref_doctype))
        frappe.throw(message, frappe.PermissionError)
    if doc.disabled:
        frappe.throw(_("Report {0} is disabled").format(_(report_name)))
    return doc


@frappe.whitelist()
def run(
    report_name: str,
    filters: Any = None,
    user: str | None = None,
    ignore_prepared_report: bool = False,
    custom_columns: Any = None,
    is_tree: bool = False,
    parent_field: str | None = None,
    are_default_filters: bool = True,
) -> dict[str, Any]:
    """Runs the report for the caller: {columns, result, message, chart, report_summary}."""
    report = get_report_doc(report_name)
    return generate_report_result(
        report, frappe._dict(frappe.parse_json(filters) or {}), user, custom_columns
    )


def generate_report_result(
    report: Any,
    filters: Any = None,
    user: str | None = None,
    custom_columns: Any = None,
    is_tree: bool = False,
    parent_field: str | None = None,
) -> dict[str, Any]:
    answer = [*_execute(report, filters or frappe._dict()), *[None] * 6]
    columns = [get_column_as_dict(column) for column in answer[0] or []]
    rows = [_row_as_dict(row, columns) for row in answer[1] or []]
    if report.add_total_row and rows:
        rows.append(add_total_row(rows, columns))
    return {
        "columns": columns,
        "result": rows,
        "message": answer[2],
        "chart": answer[3],
        "report_summary": answer[4],
        "skip_total_row": answer[5] or 0,
        "status": None,
        "execution_time": 0,
        "add_total_row": report.add_total_row,
    }


def _execute(report: Any, filters: Any) -> list[Any]:
    if report.report_type == "Query Report":
        rows = frappe.db.sql(report.query, filters, as_dict=True)
        return [list(rows[0]) if rows else [], rows]
    app = get_module_app(report.module)
    name = frappe.scrub(report.name)
    method = frappe.get_attr(f"{app}.{frappe.scrub(report.module)}.report.{name}.{name}.execute")
    return list(method(filters))


def get_column_as_dict(col: Any) -> Any:
    """A column of the short form "Label:Type/Options:Width" as a dict."""
    if isinstance(col, dict):
        column = frappe._dict(col)
    else:
        label, kind, width = [*str(col).split(":"), "", ""][:3]
        kind, _sign, options = kind.partition("/")
        column = frappe._dict(label=_(label), fieldtype=kind or "Data", options=options, width=width)
    column.setdefault("fieldname", frappe.scrub(column.get("label") or ""))
    return column


def _row_as_dict(row: Any, columns: list[Any]) -> Any:
    if isinstance(row, dict):
        return row
    return {column.fieldname: value for column, value in zip(columns, row, strict=False)}


def add_total_row(result: list[Any], columns: list[Any], meta: Any = None, **kwargs: Any) -> dict[str, Any]:
    total: dict[str, Any] = {}
    for column in columns:
        if column.fieldtype in NUMBERS and not column.get("disable_total"):
            total[column.fieldname] = sum(flt(row.get(column.fieldname)) for row in result)
    if columns and columns[0].fieldname not in total:
        total[columns[0].fieldname] = _("Total")
    return total
