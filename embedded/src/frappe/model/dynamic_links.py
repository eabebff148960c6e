"""Where documents may be referred to: Link and Dynamic Link fields of all DocTypes."""

from __future__ import annotations

from typing import Any

import frappe
from frappe._cache import space
from frappe.types.frappedict import _dict


def get_link_fields(doctype: str) -> list[_dict]:
    """Link fields that point to the DocType: parent, fieldname, issingle."""
    return _all_links()["Link"].get(doctype, [])


def get_dynamic_links() -> list[_dict]:
    """All Dynamic Link fields: parent, fieldname, options, issingle."""
    return _all_links()["Dynamic Link"].get("", [])


def _all_links() -> dict[str, dict[str, list[_dict]]]:
    known = space()
    if "link_fields" not in known:
        known["link_fields"] = _read()
    return known["link_fields"]


def _read() -> dict[str, dict[str, list[_dict]]]:
    found: dict[str, dict[str, list[_dict]]] = {"Link": {}, "Dynamic Link": {}}
    for row in _rows():
        link = _dict(parent=row[0], fieldname=row[1], options=row[3], issingle=row[4], istable=row[5])
        found[row[2]].setdefault(row[3] if row[2] == "Link" else "", []).append(link)
    return found


def _rows() -> list[Any]:
    rows: list[Any] = []
    for table, parent in (("DocField", "parent"), ("Custom Field", "dt")):
        rows.extend(
            frappe.db.sql(
                f"""select `field`.`{parent}`, `field`.`fieldname`, `field`.`fieldtype`, `field`.`options`,
                `tabDocType`.`issingle`, `tabDocType`.`istable`
                from `tab{table}` `field` inner join `tabDocType` on `tabDocType`.`name` = `field`.`{parent}`
                where `field`.`fieldtype` in ('Link', 'Dynamic Link') and `field`.`options` is not null
                order by `field`.`{parent}`, `field`.`idx`"""
            )
        )
    return rows
