"""Stock documents that follow an NCR: what they take was scrapped or sent back by its dispositions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe.model.document import Document
from med_trace.domain.errors import TraceError
from med_trace.domain.event import Action
from med_trace.receiving.stock_lines import find_lot, is_traced, lines_of, to_decimal

_FOLLOWERS = ("Stock Entry", "Purchase Receipt")


class DoesNotAgree(TraceError):
    """A stock document moves what the record it names did not."""

    title = "Quantities do not agree"


def require_disposed(doc: Document, rows: Iterable[Document]) -> None:
    """Every quantity that `doc` takes was scrapped or sent back by its NCR, and not taken before."""
    disposed = _disposed(doc.mt_ncr)
    taken = _taken_before(doc)
    _add(taken, rows)
    for lot, quantity in taken.items():
        if quantity > disposed[lot]:
            raise DoesNotAgree(
                "Lot {0}: {1} taken from stock for {2}, which disposed of {3}. Correct the quantity.",
                lot,
                f"{quantity.normalize():f}",
                doc.mt_ncr,
                f"{disposed[lot].normalize():f}",
            )


def _disposed(ncr: str) -> dict[str, Decimal]:
    events = frappe.get_all(
        "Trace Event", filters={"source_doctype": "NCR", "source_name": ncr}, pluck="name"
    )
    rows = frappe.get_all(
        "Trace Event Item",
        filters={
            "parent": ["in", events],
            "action": ["in", [Action.SCRAP.value, Action.RETURN_TO_SUPPLIER.value]],
            "parenttype": "Trace Event",
        },
        fields=["lot", "quantity"],
    )
    disposed: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        disposed[row.lot] += to_decimal(row.quantity)
    return disposed


def _taken_before(doc: Document) -> dict[str, Decimal]:
    taken: dict[str, Decimal] = defaultdict(Decimal)
    for doctype in _FOLLOWERS:
        names = frappe.get_all(doctype, filters={"mt_ncr": doc.mt_ncr, "docstatus": 1}, pluck="name")
        for name in names:
            if (doctype, name) != (doc.doctype, doc.name):
                _add(taken, frappe.get_doc(doctype, name).items)
    return taken


def _add(taken: dict[str, Decimal], rows: Iterable[Document]) -> None:
    for row in rows:
        if is_traced(row.item_code):
            for line in lines_of(row, row.get("transfer_qty") or row.get("stock_qty") or row.qty):
                taken[find_lot(line)] += line.quantity
