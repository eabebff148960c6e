"""Delivery Note: goods go out to a customer; a return brings them back."""

from __future__ import annotations

from typing import Any

import frappe
from erpnext.controllers.sales_and_purchase_return import make_return_doc
from erpnext.controllers.trade_controller import TradeController


class DeliveryNote(TradeController):
    party_type = "Customer"
    inward = False
    return_field = "dn_detail"


@frappe.whitelist()
def make_sales_return(source_name: str, target_doc: Any = None) -> Any:
    """A draft return of everything that was not returned yet."""
    return make_return_doc("Delivery Note", source_name, target_doc)
