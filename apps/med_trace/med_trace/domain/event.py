"""The words of the ledger: events, the rows in them, and what each row does to a quantity.

Two tables say it all: `ACTIONS_OF` (which actions belong to an event) and `EFFECT` (their sign on
the quantity on hand). Knows nothing of Frappe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum


class EventType(str, Enum):
    """What happened. A reversal keeps the type of the event that it reverses."""

    RECEIVED = "Received"
    TRANSFORMED = "Transformed"
    SPLIT = "Split"
    MERGED = "Merged"
    AGGREGATED = "Aggregated"
    DISAGGREGATED = "Disaggregated"
    INSPECTED = "Inspected"
    ACCEPTED = "Accepted"
    SAMPLED = "Sampled"
    SCRAPPED = "Scrapped"
    HELD = "Held"
    HOLD_LIFTED = "Hold Lifted"
    REWORK_ORDERED = "Rework Ordered"
    FINISHED = "Finished"
    RELEASED = "Released"
    RELEASE_REVOKED = "Release Revoked"
    REJECTED = "Rejected"
    SHIPPED = "Shipped"
    DELIVERED = "Delivered"
    RETURNED = "Returned"
    RETURN_ACCEPTED = "Return Accepted"
    RETURNED_TO_SUPPLIER = "Returned To Supplier"
    USED = "Used"
    RECALLED = "Recalled"
    RECALL_LIFTED = "Recall Lifted"
    MOVED = "Moved"
    ISSUED = "Issued"
    RELABELLED = "Relabelled"
    CORRECTED = "Corrected"
    CLOSED = "Closed"

    def __str__(self) -> str:
        return self.value


class Action(str, Enum):
    """What happens to one lot, or one unit of it, in one row of an event."""

    RECEIVE = "Receive"
    CONSUME = "Consume"
    PRODUCE = "Produce"
    PROCESS = "Process"
    SPLIT_FROM = "Split From"
    SPLIT_INTO = "Split Into"
    MERGE_FROM = "Merge From"
    MERGE_INTO = "Merge Into"
    PACK = "Pack"
    UNPACK = "Unpack"
    INSPECT = "Inspect"
    ACCEPT = "Accept"
    SAMPLE = "Sample"
    SCRAP = "Scrap"
    HOLD = "Hold"
    LIFT_HOLD = "Lift Hold"
    REWORK = "Rework"
    FINISH = "Finish"
    RELEASE = "Release"
    REVOKE_RELEASE = "Revoke Release"
    REJECT = "Reject"
    SHIP = "Ship"
    DELIVER = "Deliver"
    RETURN = "Return"
    ACCEPT_RETURN = "Accept Return"
    RETURN_TO_SUPPLIER = "Return To Supplier"
    USE = "Use"
    RECALL = "Recall"
    LIFT_RECALL = "Lift Recall"
    MOVE = "Move"
    ISSUE = "Issue"
    RELABEL_FROM = "Relabel From"
    RELABEL_INTO = "Relabel Into"
    CORRECT = "Correct"
    CLOSE = "Close"

    def __str__(self) -> str:
        return self.value


ACTIONS_OF: dict[EventType, frozenset[Action]] = {
    EventType.RECEIVED: frozenset({Action.RECEIVE}),
    EventType.TRANSFORMED: frozenset(
        {Action.CONSUME, Action.PRODUCE, Action.PROCESS, Action.SCRAP, Action.SAMPLE}
    ),
    EventType.SPLIT: frozenset({Action.SPLIT_FROM, Action.SPLIT_INTO}),
    EventType.MERGED: frozenset({Action.MERGE_FROM, Action.MERGE_INTO}),
    EventType.AGGREGATED: frozenset({Action.PACK}),
    EventType.DISAGGREGATED: frozenset({Action.UNPACK}),
    EventType.INSPECTED: frozenset({Action.INSPECT, Action.SAMPLE}),
    EventType.ACCEPTED: frozenset({Action.ACCEPT}),
    EventType.SAMPLED: frozenset({Action.SAMPLE}),
    EventType.SCRAPPED: frozenset({Action.SCRAP}),
    EventType.HELD: frozenset({Action.HOLD}),
    EventType.HOLD_LIFTED: frozenset({Action.LIFT_HOLD}),
    EventType.REWORK_ORDERED: frozenset({Action.REWORK}),
    EventType.FINISHED: frozenset({Action.FINISH}),
    EventType.RELEASED: frozenset({Action.RELEASE}),
    EventType.RELEASE_REVOKED: frozenset({Action.REVOKE_RELEASE}),
    EventType.REJECTED: frozenset({Action.REJECT}),
    EventType.SHIPPED: frozenset({Action.SHIP}),
    EventType.DELIVERED: frozenset({Action.DELIVER}),
    EventType.RETURNED: frozenset({Action.RETURN}),
    EventType.RETURN_ACCEPTED: frozenset({Action.ACCEPT_RETURN}),
    EventType.RETURNED_TO_SUPPLIER: frozenset({Action.RETURN_TO_SUPPLIER}),
    EventType.USED: frozenset({Action.USE}),
    EventType.RECALLED: frozenset({Action.RECALL}),
    EventType.RECALL_LIFTED: frozenset({Action.LIFT_RECALL}),
    EventType.MOVED: frozenset({Action.MOVE}),
    EventType.ISSUED: frozenset({Action.ISSUE}),
    EventType.RELABELLED: frozenset({Action.RELABEL_FROM, Action.RELABEL_INTO}),
    EventType.CORRECTED: frozenset({Action.CORRECT}),
    EventType.CLOSED: frozenset({Action.CLOSE}),
}

# Sign of a row's quantity on the quantity on hand; an action that is not here moves none.
# Correct takes the sign of the quantity given.
EFFECT: dict[Action, int] = {
    Action.RECEIVE: +1,
    Action.PRODUCE: +1,
    Action.SPLIT_INTO: +1,
    Action.MERGE_INTO: +1,
    Action.RELABEL_INTO: +1,
    Action.RETURN: +1,
    Action.CORRECT: +1,
    Action.CONSUME: -1,
    Action.SPLIT_FROM: -1,
    Action.MERGE_FROM: -1,
    Action.RELABEL_FROM: -1,
    Action.SCRAP: -1,
    Action.SAMPLE: -1,
    Action.SHIP: -1,
    Action.RETURN_TO_SUPPLIER: -1,
    Action.ISSUE: -1,
}

# Genealogy: in one event every "from" row is a parent of every "into" row.
FROM_ACTIONS = frozenset({Action.CONSUME, Action.SPLIT_FROM, Action.MERGE_FROM, Action.RELABEL_FROM})
INTO_ACTIONS = frozenset(
    {Action.PRODUCE, Action.PROCESS, Action.SPLIT_INTO, Action.MERGE_INTO, Action.RELABEL_INTO}
)
# The pieces stay the same pieces: what leaves the sources equals what enters the targets.
CONSERVING = frozenset({EventType.SPLIT, EventType.MERGED, EventType.RELABELLED})
# What adds to the quantity that a lot ever had.
MAKING = frozenset(
    {Action.RECEIVE, Action.PRODUCE, Action.SPLIT_INTO, Action.MERGE_INTO, Action.RELABEL_INTO}
)

# A row of these needs a quantity above zero. Consume may be zero: a pure genealogy link.
NEEDS_QUANTITY = (frozenset(EFFECT) - {Action.CONSUME, Action.CORRECT}) | {
    Action.ACCEPT_RETURN,
    Action.DELIVER,
    Action.USE,
}

# Quantities are compared and stored to nine decimals, as Frappe stores them.
STEP = Decimal("0.000000001")
LARGEST = Decimal("999999999999")


@dataclass(frozen=True)
class Row:
    """What happens to one lot or unit.

    `quantity` is in the lot's unit of measure and positive, except for Correct, where its sign counts.
    A row with `serial_unit` is one piece. `into_unit` narrows genealogy to the piece that this
    material went into. `made_from` and `made_to` bound the time in which a cavity made these pieces.
    `blocked`: what a Receive or Produce row brings is on hand but not free to use.
    """

    action: Action
    lot: str
    quantity: Decimal = Decimal(0)
    uom: str = ""
    serial_unit: str | None = None
    equipment: str | None = None
    tool: str | None = None
    cavity: str | None = None
    operator: str | None = None
    into_unit: str | None = None
    container: str | None = None
    made_from: datetime | None = None
    made_to: datetime | None = None
    blocked: bool = False


@dataclass(frozen=True)
class EventDraft:
    """An event as the caller states it; the ledger adds the name, the recorder and the effects.

    `time` is when it happened (None: now). `event_id` is the caller's own id: the same id with the
    same content is recorded once. `lifts` names the Held, Release Revoked or Recalled event that a
    Hold Lifted or Recall Lifted event ends.
    """

    type: EventType
    rows: tuple[Row, ...]
    time: datetime | None = None
    event_id: str | None = None
    location: str | None = None
    consignee: str | None = None
    consignee_name: str | None = None
    consignee_address: str | None = None
    supplier: str | None = None
    container: str | None = None
    source_doctype: str | None = None
    source_name: str | None = None
    source_row: str | None = None
    process_record: str | None = None
    reason: str | None = None
    reverses: str | None = None
    lifts: str | None = None
    terminal: str | None = None
