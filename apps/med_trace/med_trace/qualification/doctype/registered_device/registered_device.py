"""A machine, scanner or terminal that may post entries: for which equipment, as whom, from where."""

from __future__ import annotations

import ipaddress

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain.errors import BadInput, TraceError
from med_trace.domain.roles import MACHINE
from med_trace.ledger.shown import shown


class DeviceStays(TraceError):
    """A device is withdrawn, not deleted: what it posted names it."""

    title = "Devices stay on record"


class RegisteredDevice(Document):
    def before_insert(self) -> None:
        self.registered_by, self.registered_on = frappe.session.user, now_datetime()

    def validate(self) -> None:
        with shown():
            if self.kind == "Machine":
                self._require_machine()
            self._require_address()

    def on_trash(self) -> None:
        with shown():
            raise DeviceStays("Withdraw {0} instead of deleting it: what it posted names it.", self.name)

    def _require_machine(self) -> None:
        if not (self.workstation or self.gauge):
            raise BadInput(
                "Workstation: say which equipment or gauge {0} posts for.", self.name, field="workstation"
            )
        if not self.user or MACHINE not in frappe.get_roles(self.user):
            raise BadInput("User: {0} needs a user with the role {1}.", self.name, MACHINE, field="user")

    def _require_address(self) -> None:
        try:
            ipaddress.ip_address(self.address or "::1")
        except ValueError:
            raise BadInput(
                "Address: {0} is no network address; expected for example 10.0.4.17.",
                self.address,
                field="address",
            ) from None
