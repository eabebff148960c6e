"""Is it a device that we know? (21 CFR 11.10(h): the source of an entry is checked.)"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import cint
from med_trace.domain.errors import TraceError

TERMINAL_HEADER = "X-Terminal"
FIELDS = ("name", "kind", "status", "workstation", "gauge", "user", "address")


class DeviceRefused(TraceError):
    """The entry does not come from a registered device, or not from this one. 403."""

    http_status_code = 403
    title = "Device not registered"


def require_machine(device: str) -> Any:
    """The registered machine of this name, when it is active and the session is that of its own user."""
    found = _active(device)
    if found.kind != "Machine" or found.user != frappe.session.user:
        raise DeviceRefused("{0} is not registered as a machine of {1}.", device, frappe.session.user)
    return found


def require_terminal() -> None:
    """For a request over the network: its X-Terminal names an active device, where Trace Settings ask for that."""
    if not getattr(frappe.local, "request", None):
        return
    if not cint(frappe.db.get_single_value("Trace Settings", "require_registered_terminals")):
        return
    device = frappe.get_request_header(TERMINAL_HEADER)
    if not device:
        raise DeviceRefused(
            "This entry has to come from a registered device. Ask an administrator to register yours."
        )
    _active(device)


def _active(device: str) -> Any:
    found = frappe.db.get_value("Registered Device", device, FIELDS, as_dict=True)
    if not found or found.status != "Active":
        raise DeviceRefused("Device {0} is not registered, or was withdrawn.", device)
    if found.address and found.address != frappe.local.request_ip:
        raise DeviceRefused("Device {0} is registered at another address.", device)
    return found
