"""Sales Order: what a customer wants; stock can be reserved for it."""

from __future__ import annotations

from erpnext.controllers.stock_controller import StockController


class SalesOrder(StockController):
    def before_validate(self) -> None:
        for row in self.items:
            self.fill_row(row)
