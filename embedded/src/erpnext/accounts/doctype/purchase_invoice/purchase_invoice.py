"""Purchase Invoice: receives goods itself when `update_stock` is set. Books no accounts here."""

from __future__ import annotations

from erpnext.controllers.trade_controller import TradeController


class PurchaseInvoice(TradeController):
    party_type = "Supplier"
    return_field = "purchase_invoice_item"

    @property
    def posts_stock(self) -> bool:
        return bool(self.update_stock)
