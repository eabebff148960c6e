"""The kinds of lot and the states they can be in. Knows nothing of Frappe."""

from __future__ import annotations

from enum import Enum


class Kind(str, Enum):
    """What a lot is for."""

    RAW = "Raw"
    COMPONENT = "Component"
    PACKAGING = "Packaging"
    WIP = "WIP"
    FINISHED = "Finished"

    def __str__(self) -> str:
        return self.value


class State(str, Enum):
    """Where a lot stands. Expired, consumed and shipped are derived, never states."""

    QUARANTINE = "Quarantine"
    IN_PROCESS = "In Process"
    AWAITING_RELEASE = "Awaiting Release"
    RELEASED = "Released"
    ON_HOLD = "On Hold"
    REJECTED = "Rejected"
    RECALLED = "Recalled"
    CLOSED = "Closed"

    def __str__(self) -> str:
        return self.value


class UnitState(str, Enum):
    """What a serial unit's own state adds to that of its lot."""

    AS_LOT = ""
    ON_HOLD = "On Hold"
    REJECTED = "Rejected"
    RECALLED = "Recalled"

    def __str__(self) -> str:
        return self.value


class Whereabouts(str, Enum):
    """Where a serial unit is. NOWHERE: no event has named it yet."""

    NOWHERE = ""
    IN_STOCK = "In Stock"
    CONSUMED = "Consumed"
    SCRAPPED = "Scrapped"
    SAMPLED = "Sampled"
    SHIPPED = "Shipped"
    DELIVERED = "Delivered"
    RETURNED = "Returned"
    USED = "Used"
    RETURNED_TO_SUPPLIER = "Returned To Supplier"

    def __str__(self) -> str:
        return self.value
