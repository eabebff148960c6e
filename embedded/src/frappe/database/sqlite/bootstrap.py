"""The tables that must exist before the first DocType can be synced."""

from __future__ import annotations

import json
import os

import frappe
from frappe.database.schema import columns_of, create_table
from frappe.database.utils import table_name

DOCTYPES = (
    "DocType",
    "DocField",
    "DocPerm",
    "DocType Action",
    "DocType Link",
    "DocType State",
    "DefaultValue",
)
PLAIN_TABLES = (
    """create table if not exists `tabSingles` (
        `doctype` varchar(255) collate nocase, `field` varchar(255) collate nocase, `value` longtext)""",
    "create index if not exists `tabSingles.singles_doctype_field_index` on `tabSingles` (`doctype`, `field`)",
    """create table if not exists `tabSeries` (
        `name` varchar(100) collate nocase primary key, `current` int(10) not null default 0)""",
    """create table if not exists `tabSessions` (
        `user` varchar(255) collate nocase, `sid` varchar(255) primary key, `sessiondata` longtext,
        `ipaddress` varchar(16), `lastupdate` datetime(6), `status` varchar(20))""",
    """create table if not exists `__Auth` (
        `doctype` varchar(140) collate nocase not null, `name` varchar(255) collate nocase not null,
        `fieldname` varchar(140) collate nocase not null, `password` text not null,
        `encrypted` tinyint not null default 0, primary key (`doctype`, `name`, `fieldname`))""",
    """create table if not exists `__UserSettings` (
        `user` varchar(180) not null, `doctype` varchar(180) not null, `data` text,
        unique (`user`, `doctype`))""",
)


def create_first_tables() -> None:
    for statement in PLAIN_TABLES:
        frappe.db.run_ddl(statement)
    for doctype in DOCTYPES:
        definition = _definition(doctype)
        if definition and not frappe.db.has_table_named(table_name(doctype)):
            create_table(table_name(doctype), columns_of(definition))
    frappe.db.commit()


def _definition(doctype: str) -> dict[str, object] | None:
    folder = frappe.scrub(doctype)
    path = os.path.join(os.path.dirname(str(frappe.__file__)), "core", "doctype", folder, f"{folder}.json")
    if not os.path.exists(path):
        return None
    with open(path) as source:
        found: dict[str, object] = json.load(source)
    return found
