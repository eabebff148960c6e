"""What an Item must say before lots can be made of it."""

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
    is_traced = (doc.get("has_batch_no") or doc.get("has_serial_no")) and not doc.get("mt_untraced")
    if is_traced and not doc.get("mt_kind"):
        raise BadInput(
            "Kind of Lot: item {0} is tracked by batch or serial number; say what its lots are, or tick Untraced.",
            doc.name or doc.get("item_code"),
            field="mt_kind",
        )
