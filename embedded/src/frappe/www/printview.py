"""Printed documents: a Print Format's Jinja template, or a plain table of the fields."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint
from frappe.utils.jinja import get_jenv, get_template

NOT_PRINTED = ("Section Break", "Column Break", "Tab Break", "HTML", "Button", "Fold", "Heading", "Password")


def get_context(context: Any) -> Any:
    form = frappe.form_dict
    if not (form.get("doctype") and form.get("name")):
        frappe.throw(_("doctype and name are needed"), frappe.DoesNotExistError)
    doc = frappe.get_doc(form.doctype, form.name)
    context.body = get_rendered_template(doc, print_format=get_print_format_doc(form.get("format"), doc.meta))
    context.title = doc.get_title() or doc.name
    return context


def get_print_format_doc(print_format_name: str | None, meta: Any) -> Any:
    """The named format, the DocType's default one, or None for the standard table."""
    name = print_format_name or meta.get("default_print_format")
    if not name or name == "Standard":
        return None
    found = frappe.get_doc("Print Format", name)
    if found.doc_type != meta.name or found.disabled:
        frappe.throw(_("Print Format {0} is not for {1}").format(name, meta.name), frappe.PrintFormatError)
    return found


def get_rendered_template(
    doc: Any, print_format: Any = None, meta: Any = None, no_letterhead: Any = None, letterhead: Any = None
) -> str:
    """The document as HTML, without what the user may not read."""
    validate_print_permission(doc)
    meta = meta or doc.meta
    doc.run_method("before_print", {})
    if not frappe.flags.ignore_print_permissions:
        doc.apply_fieldlevel_read_permissions()
    arguments = {
        "doc": doc,
        "meta": meta,
        "print_settings": frappe._dict(),
        "no_letterhead": cint(no_letterhead),
    }
    if not print_format:
        template = get_template("frappe/templates/print.html")
        arguments.update(_standard(doc, meta))
    else:
        template = get_jenv().from_string(_source(print_format))
    body = frappe.get_attr(frappe.get_hooks("pdf_body_html")[-1])
    return str(body(jenv=get_jenv(), template=template, print_format=print_format, args=arguments))


def validate_print_permission(doc: Any) -> None:
    if frappe.flags.ignore_print_permissions:
        return
    if not doc.has_permission("print"):
        frappe.throw(_("You do not have permission to print {0}").format(doc.name), frappe.PermissionError)


def _source(print_format: Any) -> str:
    """The template of a format: in the database, or beside a standard format of an app."""
    if print_format.html:
        return str(print_format.html)
    name = frappe.scrub(print_format.name)
    path = frappe.get_module_path(print_format.module, "print_format", name, f"{name}.html")
    found = frappe.read_file(path)
    if not found:
        frappe.throw(_("No template found at path: {0}").format(name), frappe.TemplateNotFoundError)
    return found


def _standard(doc: Any, meta: Any) -> dict[str, Any]:
    """Label and value of each filled field, and the tables."""
    fields, tables = [], []
    for field in meta.fields:
        value = doc.get(field.fieldname)
        if (
            field.fieldtype in NOT_PRINTED
            or field.get("print_hide")
            or field.get("hidden")
            or value in (None, "", [])
        ):
            continue
        if field.fieldtype == "Table":
            tables.append((field.label, *_table(field, value)))
        else:
            fields.append((field.label, doc.get_formatted(field.fieldname)))
    return {"fields": fields, "tables": tables}


def _table(field: Any, rows: Any) -> tuple[list[str], list[list[Any]]]:
    columns = [
        column
        for column in frappe.get_meta(field.options).fields
        if column.fieldtype not in NOT_PRINTED
        and not column.get("print_hide")
        and not column.get("hidden")
        and any(row.get(column.fieldname) not in (None, "") for row in rows)
    ]
    values = [[row.get_formatted(column.fieldname) for column in columns] for row in rows]
    return [column.label for column in columns], values
