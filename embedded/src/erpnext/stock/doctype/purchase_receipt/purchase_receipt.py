"""Purchase Receipt: goods come in from a supplier; a return sends them back."""

from __future__ import annotations

from typing import Any

import frappe
from erpnext.controllers.sales_and_purchase_return import make_return_doc
from erpnext.controllers.trade_controller import TradeController


class PurchaseReceipt(TradeController):
    party_type = "Supplier"
    return_field = "purchase_receipt_item"


@frappe.whitelist()
def make_purchase_return(source_name: str, target_doc: Any = None) -> Any:
    """A draft return of everything that was not returned yet."""
    return make_return_doc("Purchase Receipt", source_name, target_doc)
