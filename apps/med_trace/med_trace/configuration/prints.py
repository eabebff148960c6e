"""Print layouts: how a record looks on paper. Frappe's Print Format draws them; a layout says what stands in the record."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.configuration.fields import NO_VALUE, extensible
from med_trace.configuration.texts import require_text
from med_trace.domain.errors import BadInput

LONGEST = 100_000
MOST_COLUMNS = 6
OURS = {"standard": "No", "custom_format": 1, "print_format_type": "Jinja"}


def printed() -> list[str]:
    """The DocTypes that layouts are made for."""
    return [name for name in extensible() if not frappe.get_meta(name).istable]


def starter(doctype: str) -> str:
    """A layout to begin with: heading, each field that is filled, each table that has rows."""
    if doctype not in printed():
        raise BadInput("There are no print layouts of {0}.", doctype, field="doc_type")
    meta = frappe.get_meta(doctype)
    rows = [_line(field) for field in meta.fields if field.fieldtype not in NO_VALUE and not field.hidden]
    tables = [_table(field) for field in meta.fields if field.fieldtype == "Table" and not field.hidden]
    heading = f"<h1>{_word(doctype)} {{{{ doc.name }}}}</h1>"
    return "\n".join([heading, "<table>", *rows, "</table>", *tables]) + "\n"


def require_sound(doc: Any) -> None:
    """Raises BadInput for a layout that would fail or carry more than its record; sets what makes it one of ours."""
    if doc.doc_type not in printed():
        raise BadInput("There are no print layouts of {0}.", doc.doc_type, field="doc_type")
    if not doc.is_new() and frappe.db.get_value("Print Format", doc.name, "standard") == "Yes":
        raise BadInput("{0} belongs to med_trace and stays as it is.", doc.name, field="name")
    doc.html = str(doc.html or "")
    if not doc.html.strip():
        raise BadInput("The layout is empty.", field="html")
    if len(doc.html) > LONGEST:
        raise BadInput("html: {0} characters; expected at most {1}.", len(doc.html), LONGEST, field="html")
    if doc.css:
        raise BadInput("{0}: this is not set here. Use the desk.", "css", field="css")
    require_text(doc.html, doc.doc_type, "html")
    doc.update(OURS)


def _line(field: Any) -> str:
    label = _word(field.label or field.fieldname)
    return f"{{% if doc.{field.fieldname} %}}<tr><th>{label}</th><td>{_value('doc', field)}</td></tr>{{% endif %}}"


def _table(field: Any) -> str:
    columns = [
        one
        for one in frappe.get_meta(field.options).fields
        if one.fieldtype not in NO_VALUE and not one.hidden
    ]
    shown = ([one for one in columns if one.in_list_view] or columns)[:MOST_COLUMNS]
    heads = "".join(f"<th>{_word(one.label or one.fieldname)}</th>" for one in shown)
    cells = "".join(f"<td>{_value('row', one)}</td>" for one in shown)
    return "\n".join(
        [
            f"{{% if doc.{field.fieldname} %}}",
            f"<h2>{_word(field.label or field.fieldname)}</h2>",
            f"<table>\n<tr>{heads}</tr>",
            f"{{% for row in doc.{field.fieldname} %}}<tr>{cells}</tr>{{% endfor %}}",
            "</table>",
            "{% endif %}",
        ]
    )


def _value(of: str, field: Any) -> str:
    """The value of a field; a word of a list of words in the language of the print."""
    if field.fieldtype == "Select":
        return f'{{{{ _({of}.{field.fieldname} or "") }}}}'
    return f'{{{{ {of}.get_formatted("{field.fieldname}") or "" }}}}'


def _word(text: str) -> str:
    """A text that is said in the language of the print."""
    return "{{ _(" + repr(text) + ") }}"
