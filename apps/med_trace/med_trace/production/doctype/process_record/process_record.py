"""One operation of a routing on one lot: what went in, within which limits, what came out."""

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain.errors import TraceError
from med_trace.ledger.shown import shown
from med_trace.production import records


class ProcessRecord(Document):
    def before_insert(self) -> None:
        self.operator = self.operator or frappe.session.user
        self.started_at = self.started_at or now_datetime()

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
                raise TraceError("Process Record {0} is a record and is not deleted.", self.name)
