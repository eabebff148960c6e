"""Sales Invoice: delivers goods itself when `update_stock` is set. Books no accounts here."""

from __future__ import annotations

from erpnext.controllers.trade_controller import TradeController


class SalesInvoice(TradeController):
    party_type = "Customer"
    inward = False
    return_field = "sales_invoice_item"

    @property
    def posts_stock(self) -> bool:
        return bool(self.update_stock)
