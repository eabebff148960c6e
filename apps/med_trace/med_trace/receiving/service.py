"""The verbs of receiving: supplier lots enter, are accepted, regrouped and sent back."""

from med_trace.receiving.acceptance import (
    NotAcceptable,
    accept,
    accept_or_explain,
    blockers,
    lift_supplier_hold,
)
from med_trace.receiving.receipts import receive, return_to_supplier
from med_trace.receiving.regrouping import merge_lots, relabel_lot, sample, scrap, send_back, split_lot

__all__ = [
    "NotAcceptable",
    "accept",
    "accept_or_explain",
    "blockers",
    "lift_supplier_hold",
    "merge_lots",
    "receive",
    "relabel_lot",
    "return_to_supplier",
    "sample",
    "scrap",
    "send_back",
    "split_lot",
]
