"""The verbs of distribution: ship, take back, pack, label."""

from med_trace.distribution.label import label_of, label_of_container
from med_trace.distribution.packing import contents, next_sscc, pack, unpack
from med_trace.distribution.returns import accept_return, draft_return, shipments_of
from med_trace.distribution.shipping import ship, take_back, undo

__all__ = [
    "accept_return",
    "contents",
    "draft_return",
    "label_of",
    "label_of_container",
    "next_sscc",
    "pack",
    "ship",
    "shipments_of",
    "take_back",
    "undo",
    "unpack",
]
