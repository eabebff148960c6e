"""The files of a lot over REST. Thin and read only; `trace.lot_files` answers."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_lot, require_permission, shown
from med_trace.trace.lot_files import files_of


@frappe.whitelist()
@shown()
def of_lot(lot: str | None = None) -> dict[str, Any]:
    """Files attached to a lot or to its process, inspection, release and NCR records.

    Returns `files` [{file_name, file_url, size, document_type, document_name, added}], newest first, at most 200,
    and `count`, how many there are. Errors: 403 without read permission, 404 for an unknown lot.
    """
    require_permission("Material Lot")
    return files_of(as_lot(lot))
