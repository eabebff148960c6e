"""Records that ERPNext brings along: units, item groups, warehouse and stock entry types."""

from __future__ import annotations

from typing import Any

import frappe

UNITS = {
    "Nos": 1,
    "Unit": 1,
    "Box": 1,
    "Pair": 1,
    "Set": 1,
    "Kg": 0,
    "Gram": 0,
    "Litre": 0,
    "Meter": 0,
    "Hour": 0,
}
ITEM_GROUPS = ("Products", "Raw Material", "Services", "Sub Assemblies", "Consumable")
WAREHOUSE_TYPES = ("Transit",)
PURPOSES = (
    "Material Issue",
    "Material Receipt",
    "Material Transfer",
    "Manufacture",
    "Repack",
    "Send to Subcontractor",
    "Material Transfer for Manufacture",
    "Material Consumption for Manufacture",
)


def after_install() -> None:
    for unit, whole in UNITS.items():
        _insert("UOM", unit, uom_name=unit, must_be_whole_number=whole, enabled=1)
    _insert("Item Group", "All Item Groups", item_group_name="All Item Groups", is_group=1)
    for group in ITEM_GROUPS:
        _insert("Item Group", group, item_group_name=group, parent_item_group="All Item Groups")
    for kind in WAREHOUSE_TYPES:
        _insert("Warehouse Type", kind, name=kind)
    for purpose in PURPOSES:
        _insert("Stock Entry Type", purpose, name=purpose, purpose=purpose, is_standard=1)


def _insert(doctype: str, key: str, **values: Any) -> None:
    if not frappe.db.exists(doctype, key):
        frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
