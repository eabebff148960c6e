import frappe
from frappe.model.document import Document
from med_trace.domain.errors import BadInput, LedgerIsAppendOnly
from med_trace.ledger.shown import shown

WRITTEN_BY_THE_LEDGER = (
    "unit_id",
    "serial_no",
    "item_code",
    "gtin",
    "lot",
    "state",
    "whereabouts",
    "consignee",
    "part_of",
    "made_by_event",
    "cavity",
    "tool",
    "equipment",
)


class SerialUnit(Document):
    """One piece. Where it is and what stops it is written by the ledger."""

    def autoname(self):
        self.serial_no = (self.serial_no or "").strip()
        self.item_code = frappe.db.get_value("Material Lot", self.lot, "item_code")
        is_taken = frappe.db.exists("Serial Unit", self.serial_no)
        self.unit_id = f"{self.item_code}-{self.serial_no}" if is_taken else self.serial_no
        self.name = self.unit_id

    @shown()
    def before_insert(self):
        self.update(dict.fromkeys(("state", "whereabouts", "consignee", "part_of", "made_by_event")))
        if frappe.db.exists("Serial Unit", {"item_code": self.item_code, "serial_no": self.serial_no}):
            raise BadInput("serial_no: item {0} has a unit {1} already.", self.item_code, self.serial_no)

    @shown()
    def validate(self):
        before = self.get_doc_before_save()
        for field in WRITTEN_BY_THE_LEDGER if before else ():
            if (before.get(field) or "") != (self.get(field) or ""):
                raise LedgerIsAppendOnly("Unit {0}: {1} is written by the ledger.", self.name, field)

    @shown()
    def before_rename(self, old, new, merge=False):
        raise LedgerIsAppendOnly("Unit {0} keeps its name for its whole life.", old)

    @shown()
    def on_trash(self):
        if frappe.db.exists("Trace Event Item", {"serial_unit": self.name}):
            raise LedgerIsAppendOnly("Unit {0} has a history and cannot be deleted.", self.name)
