"""What an Item must say before lots can be made of it."""

import frappe
from med_trace.domain.errors import BadInput
from med_trace.domain.gs1.check_digit import is_valid_key
from med_trace.ledger.shown import shown

GTIN_LENGTHS = (8, 12, 13, 14)


@shown()
def validate(doc, method=None):
    gtin = (doc.get("mt_gtin") or "").strip()
    if gtin and not (len(gtin) in GTIN_LENGTHS and is_valid_key(gtin)):
        raise BadInput(
            "GTIN: {0} is not 8, 12, 13 or 14 digits with a right check digit.", gtin, field="mt_gtin"
        )
    is_traced = _is_traced(doc)
    if not is_traced:
        _require_no_lots(doc)
    if is_traced and not doc.get("mt_kind"):
        raise BadInput(
            "Kind of Lot: item {0} is tracked by batch or serial number; say what its lots are, or tick Untraced.",
            doc.name or doc.get("item_code"),
            field="mt_kind",
        )


def _is_traced(doc):
    return (doc.get("has_batch_no") or doc.get("has_serial_no")) and not doc.get("mt_untraced")


def _require_no_lots(doc):
    """Whoever unticks the tracing of an item with lots opens a way around the gate."""
    before = doc.get_doc_before_save()
    if not before or not _is_traced(before):
        return
    lot = frappe.db.get_value("Material Lot", {"item_code": doc.name, "last_event_at": ["is", "set"]})
    if lot:
        raise BadInput(
            "Untraced: item {0} has lots in the ledger ({1}) and stays traced. Disable the item and make a new one.",
            *(doc.name, lot),
            field="mt_untraced",
        )
