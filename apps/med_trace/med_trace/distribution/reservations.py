"""A stopped lot promises nothing: ERPNext's stock reservations of its batch are cancelled."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe import _

RESERVATION = "Stock Reservation Entry"
OPEN = ("Partially Reserved", "Reserved", "Partially Delivered")


def release_reservations(lots: Sequence[str]) -> list[str]:
    """Cancel every open reservation that names a batch of `lots`; returns their names.

    A reservation of a quantity without batches cannot be told to a lot: delivery asks the gate again.
    """
    if not frappe.db.exists("DocType", RESERVATION):  # a site whose ERPNext has no stock reservation
        return []
    names = _reservations_of(_batches_of(lots))
    for name in names:
        reservation = frappe.get_doc(RESERVATION, name)
        reservation.flags.ignore_permissions = (
            True  # whoever may hold a lot may break what was promised of it
        )
        reservation.cancel()
        frappe.msgprint(
            _("Reservation {0} was cancelled: its lot is not free to use.").format(name), indicator="orange"
        )
    return names


def _batches_of(lots: Sequence[str]) -> list[str]:
    rows = frappe.get_all("Material Lot", filters={"name": ["in", lots]}, fields=["name", "batch"])
    return sorted({row.batch or row.name for row in rows})


def _reservations_of(batches: Sequence[str]) -> list[str]:
    reserved = frappe.get_all(
        "Serial and Batch Entry",
        filters={"parenttype": RESERVATION, "batch_no": ["in", batches]},
        pluck="parent",
        distinct=True,
    )
    return frappe.get_all(
        RESERVATION,
        filters={"name": ["in", reserved], "docstatus": 1, "status": ["in", OPEN]},
        pluck="name",
        order_by="name asc",
    )
