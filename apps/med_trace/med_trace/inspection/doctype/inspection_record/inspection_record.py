"""Results of one lot against one plan revision; submitting it decides about the lot."""

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain.errors import TraceError
from med_trace.inspection import records
from med_trace.ledger.shown import shown


class InspectionRecord(Document):
    def before_insert(self) -> None:
        self.inspector = self.inspector or frappe.session.user
        self.inspected_at = self.inspected_at or now_datetime()

    def validate(self) -> None:
        records.prepare(self)

    def before_submit(self) -> None:
        records.complete(self)

    def on_submit(self) -> None:
        records.write_ledger(self)

    def on_cancel(self) -> None:
        records.undo(self)

    def on_trash(self) -> None:
        with shown():
            if self.docstatus != 0:
                raise TraceError("Inspection Record {0} is a record and is not deleted.", self.name)

    @frappe.whitelist()
    def accept_lot(self) -> str:
        """Accept the lot once what blocked its acceptance is settled; returns the event."""
        self.check_permission("submit")
        return records.accept_lot(self)
