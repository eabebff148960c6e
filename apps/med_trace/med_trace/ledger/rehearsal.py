"""What `record_many` would answer, event by event. Locks the lots as it does, and writes nothing.

An event that would be refused counts as not having happened for those after it, so that one mistake is told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from frappe.utils import now_datetime
from med_trace.domain.canonical import digest
from med_trace.domain.errors import NotFound, TraceError
from med_trace.domain.event import EventDraft
from med_trace.domain.statement import checked
from med_trace.ledger import record, tables
from med_trace.ledger.books import Books
from med_trace.ledger.decision import DecidedEvent, decide_event
from med_trace.ledger.pieces import lots_to_check, require_named


@dataclass(frozen=True)
class Verdict:
    """`refusal`: why not; `recorded_as`: the event that has this id and content already."""

    refusal: TraceError | None = None
    recorded_as: str | None = None


def rehearse(drafts: Sequence[EventDraft]) -> list[Verdict]:
    """A verdict for each draft, in their order."""
    verdicts = [_stated_well(draft) for draft in drafts]
    good = [index for index, verdict in enumerate(verdicts) if not verdict.refusal]
    stated = {index: record.in_site_time(checked(drafts[index])) for index in good}
    for index, refusal in _strangers(stated).items():
        verdicts[index] = Verdict(refusal)
        del stated[index]
    books = Books(*record.named_in(stated.values()))
    decided: dict[int, DecidedEvent] = {}
    known = record.recorded_before(stated.values(), sees_latest=False)
    now = now_datetime()
    for index, draft in stated.items():
        try:
            name = record.same_event(draft, digest(draft) if draft.event_id else None, known)
            if name is None:
                with books.as_before_if_refused(*record.named_in([draft])):
                    decided[index] = decide_event(record.timed(draft, books, now), books)
            verdicts[index] = Verdict(recorded_as=name)
        except TraceError as refusal:
            verdicts[index] = Verdict(refusal)
    for index, refusal in _without_names(decided, books).items():
        verdicts[index] = Verdict(refusal)
    return verdicts


def _stated_well(draft: EventDraft) -> Verdict:
    try:
        checked(draft)
    except TraceError as refusal:
        return Verdict(refusal)
    return Verdict()


def _strangers(stated: dict[int, EventDraft]) -> dict[int, NotFound]:
    """The drafts that name a lot or a unit that is not there."""
    lots, units = record.named_in(stated.values())
    known_lots = {row["name"].casefold() for row in tables.lots_now(lots)}
    known_units = {row["name"].casefold() for row in tables.units_now(units)}
    found: dict[int, NotFound] = {}
    for index, draft in stated.items():
        of_draft = record.named_in([draft])
        for lot in sorted(one for one in of_draft[0] if one.casefold() not in known_lots):
            found[index] = NotFound("Lot {0} does not exist.", lot)
        for unit in sorted(one for one in of_draft[1] if one.casefold() not in known_units):
            found.setdefault(index, NotFound("Serial unit {0} does not exist.", unit))
    return found


def _without_names(decided: dict[int, DecidedEvent], books: Books) -> dict[int, TraceError]:
    """The last event of each lot that would be left with more serial numbers than pieces."""
    last_of = {lot: index for index, event in decided.items() for lot in lots_to_check([event])}
    found: dict[int, TraceError] = {}
    for lot, index in last_of.items():
        try:
            require_named({lot}, books)
        except TraceError as refusal:
            found[index] = refusal
    return found
