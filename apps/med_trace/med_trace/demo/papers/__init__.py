"""Fills in the plant's documents as its people do: each by the right role, at the time it happened.

One function a kind of document. What the documents then do to lots is the product's business, not the demo's.
"""

from med_trace.demo.papers.deliveries import deliver, release, take_back
from med_trace.demo.papers.files import attach, keep
from med_trace.demo.papers.inspections import inspect
from med_trace.demo.papers.production import manufacture, run, start, use_up
from med_trace.demo.papers.receipts import receive, receive_delivery
from med_trace.demo.papers.stock import make_batch, moved, remove, stock_entry, transfer

__all__ = [
    "attach",
    "deliver",
    "inspect",
    "keep",
    "make_batch",
    "manufacture",
    "moved",
    "receive",
    "receive_delivery",
    "release",
    "remove",
    "run",
    "start",
    "stock_entry",
    "take_back",
    "transfer",
    "use_up",
]
