"""What a new site holds besides its DocTypes: the first users and roles, and a few records that apps expect."""

from __future__ import annotations

from typing import Any

import frappe

USER_TYPES = ("System User", "Website User")
USERS: list[dict[str, Any]] = [
    {"name": "Administrator", "email": "admin@example.com", "first_name": "Administrator"},
    {"name": "Guest", "email": "guest@example.com", "first_name": "Guest", "user_type": "Website User"},
]
ROLES: dict[str, int] = {
    "Administrator": 1,
    "Guest": 0,
    "All": 0,
    "Desk User": 1,
    "System Manager": 1,
    "Website Manager": 1,
    "Report Manager": 1,
    "Script Manager": 1,
    "Workspace Manager": 1,
}
WORKFLOW_STATES = {
    "Pending": ("question-sign", ""),
    "Approved": ("ok-sign", "Success"),
    "Rejected": ("remove", "Danger"),
}
COUNTRIES = {"United States": "us", "Germany": "de", "China": "cn", "France": "fr", "Switzerland": "ch"}
CURRENCIES = {"USD": "$", "EUR": "€", "CNY": "¥", "CHF": "Fr"}
WORKFLOW_ACTIONS = ("Approve", "Reject", "Review")
SYSTEM_SETTINGS = {
    "language": "en",
    "country": "United States",
    "time_zone": "Etc/UTC",
    "date_format": "yyyy-mm-dd",
    "time_format": "HH:mm:ss",
    "number_format": "#,###.##",
    "float_precision": "3",
    "currency_precision": "",
    "session_expiry": "170:00",
    "allow_error_traceback": 1,
    "allow_consecutive_login_attempts": 10,
    "allow_login_after_fail": 60,
    "enable_scheduler": 1,
    "setup_complete": 1,
}


def after_install() -> None:
    from frappe.core.doctype.file.utils import make_home_folder

    _make_roles()
    _make_users()
    _make_languages()
    _make_geography()
    _make_workflow_records()
    _fill_settings()
    make_home_folder()
    frappe.db.commit()


def _make_roles() -> None:
    for role, desk_access in ROLES.items():
        if not frappe.db.exists("Role", role):
            _insert("Role", role_name=role, desk_access=desk_access)


def _make_users() -> None:
    for name in USER_TYPES:
        if not frappe.db.exists("User Type", name):
            _insert("User Type", name=name, is_standard=1)
    for values in USERS:
        if not frappe.db.exists("User", values["name"]):
            user = frappe.get_doc({"doctype": "User", "enabled": 1, "send_welcome_email": 0, **values})
            user.flags.name_set = True
            user.flags.no_welcome_mail = True
            user.insert(ignore_permissions=True, ignore_if_duplicate=True)
    frappe.get_doc("User", "Administrator").add_roles("Administrator", "System Manager")
    frappe.db.commit()


def _make_languages() -> None:
    for code, name in (("en", "English"), ("zh", "简体中文"), ("de", "Deutsch")):
        if not frappe.db.exists("Language", code):
            _insert("Language", language_code=code, language_name=name, enabled=1)


def _make_geography() -> None:
    for name, code in COUNTRIES.items():
        if not frappe.db.exists("Country", name):
            _insert("Country", country_name=name, code=code)
    for name, symbol in CURRENCIES.items():
        if not frappe.db.exists("Currency", name):
            _insert(
                "Currency",
                currency_name=name,
                symbol=symbol,
                enabled=1,
                smallest_currency_fraction_value=0.01,
            )


def _make_workflow_records() -> None:
    for state, (icon, style) in WORKFLOW_STATES.items():
        if not frappe.db.exists("Workflow State", state):
            _insert("Workflow State", workflow_state_name=state, icon=icon, style=style)
    for action in WORKFLOW_ACTIONS:
        if not frappe.db.exists("Workflow Action Master", action):
            _insert("Workflow Action Master", workflow_action_name=action)


def _fill_settings() -> None:
    fields = {field.fieldname for field in frappe.get_meta("System Settings").fields}
    for fieldname, value in SYSTEM_SETTINGS.items():
        if fieldname in fields:
            frappe.db.set_single_value("System Settings", fieldname, value)


def _insert(doctype: str, **values: Any) -> None:
    frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True, ignore_if_duplicate=True)
