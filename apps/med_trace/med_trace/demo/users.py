"""The people of the demo plant, one to each role. Every step of a story is done by one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import frappe
from frappe.utils.password import update_password

PASSWORD = "trace-demo-2026"


@dataclass(frozen=True)
class DemoUser:
    """One person. `erpnext_roles` are those that ERPNext's own documents ask for."""

    email: str
    first_name: str
    last_name: str
    role: str
    erpnext_roles: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


OPERATOR = "operator@traceworks.example"
INSPECTOR = "inspector@traceworks.example"
QUALITY = "quality@traceworks.example"
QUALITY_HEAD = "quality.head@traceworks.example"
SUPERVISOR = "supervisor@traceworks.example"
WAREHOUSE = "warehouse@traceworks.example"
REGULATORY = "regulatory@traceworks.example"
AUDITOR = "auditor@traceworks.example"
ADMINISTRATOR = "administrator@traceworks.example"
MACHINE = "okuma@traceworks.example"

USERS = (
    DemoUser(OPERATOR, "Olga", "Mertens", "Trace Operator", ("Manufacturing User", "Stock User")),
    DemoUser(INSPECTOR, "Ibrahim", "Sahin", "Trace Inspector", ("Stock User",)),
    DemoUser(QUALITY, "Qiang", "Liu", "Trace Quality", ("Stock User",)),
    DemoUser(QUALITY_HEAD, "Helena", "Brandt", "Trace Quality", ("Stock User",)),
    DemoUser(
        SUPERVISOR,
        "Sofia",
        "Romano",
        "Trace Supervisor",
        ("Manufacturing Manager", "Manufacturing User", "Stock User", "Item Manager"),
    ),
    DemoUser(
        WAREHOUSE,
        "Walter",
        "Okafor",
        "Trace Warehouse",
        ("Stock Manager", "Stock User", "Purchase User", "Sales User", "Item Manager"),
    ),
    DemoUser(REGULATORY, "Rosa", "Delgado", "Trace Regulatory", ("Sales User",)),
    DemoUser(AUDITOR, "Anders", "Holm", "Trace Auditor"),
    DemoUser(ADMINISTRATOR, "Ada", "Nowak", "Trace Administrator"),
    DemoUser(MACHINE, "Okuma", "MULTUS", "Trace Machine"),
)


@contextmanager
def acting_as(user: str) -> Iterator[None]:
    """What happens inside is done by `user`, with that user's permissions."""
    before = frappe.session.user
    frappe.set_user(user)
    try:
        yield
    finally:
        frappe.set_user(before)


def employ(password: str) -> None:
    """Create the users that are missing, with their roles."""
    for user in USERS:
        if not frappe.db.exists("User", user.email):
            _create(user)
            update_password(user.email, password)


def _create(user: DemoUser) -> None:
    doc = frappe.get_doc(
        {
            "doctype": "User",
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "enabled": 1,
            "send_welcome_email": 0,
            "user_type": "System User",
            "roles": [
                {"role": role} for role in (user.role, *user.erpnext_roles) if frappe.db.exists("Role", role)
            ],
        }
    )
    doc.flags.no_welcome_mail = True
    doc.insert()
