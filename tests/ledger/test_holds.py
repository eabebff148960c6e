"""A hold stops the lot and what was made from it, until its last hold is lifted."""

import pytest

from lots import a_lot, event, made_from, row, says
from med_trace.domain import errors
from med_trace.domain.event import Action, EventType
from med_trace.domain.states import Kind, State
from med_trace.ledger.service import hold, lift_hold, lift_holds_of, lot_facts, open_holds, record

A, T = Action, EventType
NCR = ("NCR", "NCR-TEST-1")
OTHER = ("NCR", "NCR-TEST-2")


@pytest.mark.requirement("GATE-2")
def test_what_was_made_from_a_held_lot_is_held_too_any_depth() -> None:
    raw = a_lot(quantity=10)
    part = made_from(raw, kind=Kind.COMPONENT)
    record(event(T.ACCEPTED, row(A.ACCEPT, part)))
    product = made_from(part)
    hold([raw], "certificate withdrawn", NCR)
    assert [says(lot).state for lot in (raw, part, product)] == ["On Hold"] * 3
    assert says(product).held_from == "In Process"
    [stop] = open_holds(product)
    assert (stop["source_name"], raw in stop["reason"]) == ("NCR-TEST-1", True)
    with pytest.raises(errors.OnHold, match="NCR NCR-TEST-1"):
        record(event(T.TRANSFORMED, row(A.PRODUCE, product, 1)))


@pytest.mark.requirement("GATE-2")
def test_lifting_what_a_document_holds_frees_everything_that_only_it_holds() -> None:
    raw = a_lot(quantity=10)
    product = made_from(raw)
    hold([raw], "one", NCR)
    hold([product], "two", OTHER)
    lift_holds_of(NCR, "settled")
    assert (says(raw).state, says(product).state) == ("Released", "On Hold")
    lift_holds_of(OTHER, "settled")
    assert says(product).state == "In Process"


def test_a_document_holds_a_lot_once() -> None:
    lot = a_lot()
    assert len(hold(lot, "one", NCR)) == 1
    assert hold(lot, "again", NCR) == []
    assert len(open_holds(lot)) == 1


def test_only_what_this_document_holds_is_lifted() -> None:
    lot = a_lot()
    hold(lot, "one", NCR)
    assert lift_hold(lot, OTHER, "no") is None
    assert lift_hold(lot, NCR, "yes")
    assert says(lot).state == "Released"


def test_without_descendants_only_the_lot_is_held() -> None:
    raw = a_lot(quantity=10)
    product = made_from(raw)
    hold([raw], "one", NCR, with_descendants=False)
    assert (says(raw).state, says(product).state) == ("On Hold", "In Process")


@pytest.mark.parametrize(
    ("state", "kind", "afterwards"),
    [
        (State.AWAITING_RELEASE, Kind.FINISHED, "In Process"),
        (State.RELEASED, Kind.FINISHED, "In Process"),
        (State.IN_PROCESS, Kind.WIP, "In Process"),
        (State.QUARANTINE, Kind.RAW, "Quarantine"),
    ],
)
def test_rework_sends_a_held_lot_back_into_process(state: State, kind: Kind, afterwards: str) -> None:
    lot = a_lot(state, kind=kind)
    hold(lot, "burr", NCR)
    lift_hold(lot, NCR, "rework", rework=True)
    assert says(lot).state == afterwards


def test_a_revoked_release_holds_until_it_is_released_anew() -> None:
    lot = a_lot(kind=Kind.FINISHED)
    revoked = record(event(T.RELEASE_REVOKED, row(A.REVOKE_RELEASE, lot), reason="?"))
    assert (says(lot).state, says(lot).held_from) == ("On Hold", "Awaiting Release")
    record(event(T.HOLD_LIFTED, row(A.LIFT_HOLD, lot), lifts=revoked))
    assert says(lot).state == "Awaiting Release"
    record(event(T.RELEASED, row(A.RELEASE, lot)))


@pytest.mark.requirement("RCL-5")
def test_a_recall_keeps_the_hold_beneath_it() -> None:
    lot = a_lot()
    hold(lot, "one", NCR)
    recalled = record(event(T.RECALLED, row(A.RECALL, lot)))
    assert says(lot).state == "Recalled"
    assert lot_facts(lot).open_recalls
    record(event(T.RECALL_LIFTED, row(A.LIFT_RECALL, lot), lifts=recalled))
    assert says(lot).state == "On Hold"
    lift_hold(lot, NCR, "settled")
    assert says(lot).state == "Released"
