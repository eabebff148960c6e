"""What is known of a lot or a piece at one moment. Knows nothing of Frappe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from med_trace.domain.rules import HERE_OR_BACK
from med_trace.domain.states import Kind, State, UnitState, Whereabouts


@dataclass(frozen=True)
class OpenStop:
    """A hold, revoked release or recall that has not been lifted; `event` is what a lift names."""

    event: str
    source_doctype: str | None = None
    source_name: str | None = None
    reason: str | None = None
    time: datetime | None = None

    @property
    def label(self) -> str:
        source = " ".join(filter(None, (self.source_doctype, self.source_name)))
        return source or self.reason or self.event


@dataclass(frozen=True)
class LotFacts:
    """What is known of a lot at one moment. `shipped` is net: at consignees and not come back."""

    lot: str
    kind: Kind
    state: State | None = None
    held_from: State | None = None
    expiry: date | None = None
    uom: str = ""
    quantity: Decimal = Decimal(0)
    on_hand: Decimal = Decimal(0)
    blocked: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    warehouse: str | None = None
    open_holds: tuple[OpenStop, ...] = ()
    open_recalls: tuple[OpenStop, ...] = ()

    @property
    def free(self) -> Decimal:
        return self.on_hand - self.blocked

    def is_expired(self, at: datetime) -> bool:
        return self.expiry is not None and self.expiry < at.date()


@dataclass(frozen=True)
class UnitFacts:
    """What is known of one piece at one moment."""

    unit: str
    lot: str
    state: UnitState = UnitState.AS_LOT
    whereabouts: Whereabouts = Whereabouts.NOWHERE
    consignee: str | None = None
    part_of: str | None = None
    open_holds: tuple[OpenStop, ...] = ()
    open_recalls: tuple[OpenStop, ...] = ()
    is_rejected: bool = False

    @property
    def is_blocked(self) -> bool:
        """On hand, but not free to use."""
        if self.whereabouts not in HERE_OR_BACK:
            return False
        return bool(self.state) or self.whereabouts == Whereabouts.RETURNED
