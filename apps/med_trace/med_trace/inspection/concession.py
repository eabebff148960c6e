"""A lot that failed its inspection and was then used as it is, by signature, needs no second inspection."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from med_trace.domain.disposition import Kind
from med_trace.inspection.records import decides
from med_trace.ledger.shown import shown
from med_trace.receiving.service import accept_or_explain


@shown()
def accept_as_is(ncr: Document) -> None:
    """Accept the lot of the Inspection Record that opened this NCR, when all that stays of it is used as is."""
    if ncr.source_doctype != "Inspection Record":
        return
    record = frappe.get_doc("Inspection Record", ncr.source_name)
    kinds = {row.disposition for row in ncr.dispositions if row.lot == record.lot}
    stays = kinds - {Kind.SCRAP.value, Kind.RETURN_TO_SUPPLIER.value}
    if stays == {Kind.USE_AS_IS.value} and record.docstatus == 1 and decides(record):
        accept_or_explain(record.lot, (ncr.doctype, ncr.name))
