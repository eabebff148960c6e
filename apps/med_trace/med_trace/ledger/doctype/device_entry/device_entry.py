from frappe.model.document import Document
from med_trace.domain.errors import LedgerIsAppendOnly
from med_trace.ledger.shown import shown


class DeviceEntry(Document):
    """What a device sent once, and what came of it; never changed afterwards."""

    @shown()
    def before_save(self) -> None:
        if not (self.is_new() and self.flags.is_registered):
            raise LedgerIsAppendOnly("{0} {1} cannot be {2}.", self.doctype, self.name or "", "changed")

    @shown()
    def on_trash(self) -> None:
        raise LedgerIsAppendOnly("{0} {1} cannot be {2}.", self.doctype, self.name, "deleted")
