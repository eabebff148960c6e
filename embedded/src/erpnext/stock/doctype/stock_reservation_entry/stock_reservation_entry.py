"""Stock Reservation Entry: a quantity kept for an order; cancelling it sets the stock free."""

from __future__ import annotations

from frappe.model.document import Document


class StockReservationEntry(Document):
    def on_submit(self) -> None:
        self.db_set("status", "Reserved")

    def on_cancel(self) -> None:
        self.db_set("status", "Cancelled")
