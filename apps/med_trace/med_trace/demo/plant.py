"""The masters of the demo plant: company, items, partners, machines, tools, training, routings and plans.

Everything is read from the files in `fixtures/plant`; what the site has already is left as it is.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import frappe
from frappe.utils import add_days, now_datetime
from med_trace.demo import users
from med_trace.demo.users import acting_as
from med_trace.ledger.signing import sign


@dataclass(frozen=True)
class Plant:
    """Where the story happens. `tag` ends every number that a story gives, so that it can be told twice."""

    fixtures: Path
    company: str
    abbr: str
    password: str
    today: date
    tag: str = ""

    def warehouse(self, name: str) -> str:
        """A warehouse as ERPNext calls it."""
        return f"{name} - {self.abbr}"

    def numbered(self, number: str) -> str:
        """A lot or serial number of this telling of the story."""
        return f"{number}{self.tag}"

    def at(self, days_ago: int, clock: str) -> datetime:
        """A time of day (hh:mm or hh:mm:ss) some days ago."""
        return datetime.combine(self.today - timedelta(days=days_ago), time.fromisoformat(clock))

    def rows(self, name: str) -> list[dict[str, str]]:
        """A CSV file of the fixtures."""
        with (self.fixtures / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def data(self, name: str) -> Any:
        """A JSON file of the fixtures."""
        return json.loads((self.fixtures / name).read_text(encoding="utf-8"))


def open_plant(fixtures: Path, password: str = users.PASSWORD, tag: str = "") -> Plant:
    """The plant as the fixtures describe it; nothing is written."""
    company = json.loads((fixtures / "plant" / "company.json").read_text(encoding="utf-8"))
    abbr = frappe.db.get_value("Company", company["company"], "abbr") or company["abbr"]
    return Plant(fixtures, company["company"], abbr, password, now_datetime().date(), tag)


def build(plant: Plant) -> None:
    """Create every master that is missing. Needs a user who may (Administrator)."""
    _build_company(plant)
    users.employ(plant.password)
    _build_items(plant)
    _build_boms(plant)
    _build_suppliers(plant)
    _build_customers(plant)
    _build_machines(plant)
    _train(plant)
    for values in plant.data("plant/routings.json"):
        _approve(plant, "Process Routing", "routing_name", values)
    for values in plant.data("plant/inspection_plans.json"):
        _approve(plant, "Inspection Plan", "plan_name", values)


def ensure(doctype: str, known_by: dict[str, Any], **values: Any) -> str:
    """The document with these field values, made when there is none; returns its name."""
    found = frappe.db.get_value(doctype, known_by)
    return found or frappe.get_doc({"doctype": doctype, **known_by, **values}).insert().name


def _build_company(plant: Plant) -> None:
    facts = plant.data("plant/company.json")
    ensure("Country", {"country_name": facts["country"]})
    ensure("Currency", {"currency_name": facts["currency"]}, enabled=1)
    ensure(
        "Company",
        {"company_name": plant.company},
        abbr=plant.abbr,
        country=facts["country"],
        default_currency=facts["currency"],
    )
    for group in facts["item_groups"]:
        ensure("Item Group", {"item_group_name": group})
    for unit in facts["units"]:
        ensure("UOM", {"uom_name": unit})
    parent = frappe.db.get_value(
        "Warehouse", {"company": plant.company, "is_group": 1, "parent_warehouse": ("is", "not set")}
    )
    for name in facts["warehouses"]:
        ensure("Warehouse", {"warehouse_name": name, "company": plant.company}, parent_warehouse=parent)
    settings = frappe.get_single("Trace Settings")
    if not settings.company_prefix:
        settings.update({"company_prefix": facts["gs1_prefix"], "company_gln": facts["gln"]})
        settings.save()


def _build_items(plant: Plant) -> None:
    for row in plant.rows("plant/items.csv"):
        shelf_life = int(row["shelf_life_days"] or 0)
        ensure(
            "Item",
            {"item_code": row["item_code"]},
            item_name=row["item_name"],
            item_group=row["item_group"],
            stock_uom=row["stock_uom"],
            is_stock_item=1,
            has_batch_no=1,
            create_new_batch=0,
            has_serial_no=int(row["serialised"]),
            has_expiry_date=int(bool(shelf_life)),
            shelf_life_in_days=shelf_life,
            valuation_rate=float(row["rate"]),
            mt_kind=row["kind"],
            mt_gtin=row["gtin"],
            mt_certificate_required=int(row["certificate_required"]),
            mt_incoming_inspection_required=int(row["incoming_inspection"]),
            mt_accepted_by_inspection=int(row["accepted_by_inspection"]),
            mt_release_signatures=int(row["release_signatures"]),
            mt_storage_conditions=row["storage_conditions"],
            mt_drying_conditions=row["drying_conditions"],
        )


def _build_boms(plant: Plant) -> None:
    for row in plant.data("plant/boms.json"):
        if not frappe.db.exists("BOM", {"item": row["item"], "docstatus": 1}):
            currency = frappe.db.get_value("Company", plant.company, "default_currency")
            frappe.get_doc(
                {"doctype": "BOM", "company": plant.company, "currency": currency, **row}
            ).insert().submit()


def _build_suppliers(plant: Plant) -> None:
    for row in plant.rows("plant/suppliers.csv"):
        name = ensure("Supplier", {"supplier_name": row["supplier"]}, supplier_type="Company")
        for item in filter(None, row["approved_for"].split(";")):
            _qualify(plant, "Supplier", name, "Supplier Approval", item, row)


def _build_customers(plant: Plant) -> None:
    for row in plant.rows("plant/customers.csv"):
        name = ensure("Customer", {"customer_name": row["customer"]}, customer_type="Company")
        ensure("Country", {"country_name": row["country"]})
        ensure(
            "Address",
            {"address_title": row["customer"], "address_type": "Shipping"},
            address_line1=row["address_line1"],
            city=row["city"],
            pincode=row["pincode"],
            country=row["country"],
            is_primary_address=1,
            is_shipping_address=1,
            links=[{"link_doctype": "Customer", "link_name": name}],
        )


def _build_machines(plant: Plant) -> None:
    since = {"valid_from_days": "-200", "valid_to_days": "165"}
    for row in plant.rows("plant/workstations.csv"):
        ensure("Workstation Type", {"workstation_type": row["type"]})
        name = ensure("Workstation", {"workstation_name": row["workstation"]}, workstation_type=row["type"])
        for operation in row["qualified_for"].split(";"):
            _qualify(plant, "Workstation", name, "Equipment Qualification", operation, since)
        if int(row["calibrated"]):
            _qualify(plant, "Workstation", name, "Calibration", "", since)
    for row in plant.rows("plant/tools.csv"):
        name = ensure(
            "Tool",
            {"tool_id": row["tool"]},
            tool_name=row["tool_name"],
            tool_type=row["tool_type"],
            cavities=int(row["cavities"]),
        )
        if int(row["calibrated"]):
            _qualify(plant, "Tool", name, "Calibration", "", since)


def _train(plant: Plant) -> None:
    for row in plant.rows("plant/training.csv"):
        _qualify(plant, "User", row["user"], "Training", row["operation"], row)


def _qualify(
    plant: Plant, doctype: str, subject: str, kind: str, scope: str, validity: dict[str, str]
) -> None:
    ensure(
        "Qualification",
        {"subject_doctype": doctype, "subject": subject, "kind": kind, "scope": scope},
        valid_from=add_days(plant.today, int(validity["valid_from_days"])),
        valid_to=add_days(plant.today, int(validity["valid_to_days"])),
        status="Approved",
    )


def _approve(plant: Plant, doctype: str, naming_field: str, values: dict[str, Any]) -> None:
    """Written by one person of Quality, approved by the signature of another."""
    name = f"{values[naming_field]}-{values['revision']}"
    if frappe.db.exists(doctype, name):
        return
    with acting_as(users.QUALITY):
        frappe.get_doc({"doctype": doctype, "effective_from": add_days(plant.today, -120), **values}).insert()
    with acting_as(users.QUALITY_HEAD):
        sign(doctype, name, "Approved", plant.password, user=frappe.session.user)
