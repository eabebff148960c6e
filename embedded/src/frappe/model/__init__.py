"""Vocabulary of the model: kinds of fields, standard columns."""

from __future__ import annotations

import frappe

data_fieldtypes = tuple(
    (
        "Currency, Int, Long Int, Float, Percent, Check, Small Text, Long Text, Code, Text Editor, Markdown "
        "Editor, HTML Editor, Date, Datetime, Time, Text, Data, Link, Dynamic Link, Password, Select, "
        "Rating, Read Only, Attach, Attach Image, Signature, Color, Barcode, Geolocation, Duration, Icon, "
        "Phone, Autocomplete, JSON"
    ).split(", ")
)
float_like_fields = {"Float", "Currency", "Percent"}
datetime_fields = {"Datetime", "Date", "Time"}
varchar_fieldtypes = set(
    "Data, Link, Dynamic Link, Password, Select, Read Only, Color, Icon, Phone, Autocomplete".split(", ")
)
VARCHAR_LENGTH = 140
LARGEST = {"Int": 2**31 - 1, "Long Int": 2**63 - 1}
table_fields = ("Table", "Table MultiSelect")
no_value_fields = tuple(
    (
        "Section Break, Column Break, Tab Break, HTML, Table, Table MultiSelect, Button, Image, Fold, Heading"
    ).split(", ")
)
default_fields = ("doctype", "name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")
child_table_fields = ("parent", "parentfield", "parenttype")
optional_fields = ("_user_tags", "_comments", "_assign", "_liked_by", "_seen")
core_doctypes_list = tuple(
    (
        "DefaultValue, DocType, DocField, DocPerm, DocType Action, DocType Link, User, Role, Has Role, "
        "Page, Module Def, Print Format, Report, Custom Field, Property Setter, Workspace, Translation"
    ).split(", ")
)


def get_permitted_fields(
    doctype: str,
    parenttype: str | None = None,
    user: str | None = None,
    permission_type: str | None = None,
    *,
    ignore_virtual: bool = False,
) -> list[str]:
    """Columns of a DocType that the user may read (or write), by permission level."""
    meta = frappe.get_meta(doctype)
    columns = meta.get_valid_columns()
    if doctype in core_doctypes_list:
        return columns
    allowed = meta.get_permitted_fieldnames(
        parenttype=parenttype, user=user, permission_type=permission_type or "read"
    )
    if not allowed:
        return []
    standard = ["name", "owner", "creation", "modified", "modified_by", "docstatus", "idx"]
    extra = child_table_fields if meta.istable else optional_fields[:4]
    return [*standard, *allowed, *extra]
